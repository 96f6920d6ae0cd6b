"""Which desk's board a screen without an account may show, and what the head of the point reads of
such screens. Reads only."""

import hashlib
from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from .access import may, units_for
from .models import Display, Unit

# A cookie of a browser lives no longer (RFC 6265bis); each page renews it.
KEPT = timedelta(days=400)
COOKIE = "display"
# An address that nobody opened by then leads nowhere.
OPEN_WITHIN = timedelta(days=1)
# An open screen gives a sign of life once a minute.
LIT = timedelta(minutes=3)


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def desks_to_show(user: Any) -> list[Unit]:
    """The desks for which `user` may make displays."""
    return [unit for unit in units_for(user, "set_rota") if unit.kind == Unit.Kind.DESK]


def in_use(unit: Unit) -> bool:
    """Whether a unit is a desk of a point that is not closed; one statement unless both came along
    (`Display.objects.whole`)."""
    desk = getattr(unit, "desk", None)
    return desk is not None and unit.retired_at is None and desk.point.retired_at is None


def holds(display: Display) -> bool:
    """Whether a display may show its desk at this moment: it hangs on the post of its maker."""
    maker, unit = display.made_by, display.unit
    return (
        display.ended_at is None
        and in_use(unit)
        and maker.is_active
        and may(maker, "set_rota", unit)
    )


def shown_by(key: str) -> Display | None:
    """The display that a browser with this key is, while it holds."""
    if not key:
        return None
    found = Display.objects.standing().filter(key_digest=digest_of(key)).whole().first()
    return found if found is not None and holds(found) else None


def wanted_by(secret: str) -> Display | None:
    """The display whose address this is, while it holds."""
    found = Display.objects.standing().filter(digest=digest_of(secret)).whole().first()
    return found if found is not None and holds(found) else None


def begins_again(secret: str, key: str) -> bool:
    """Whether the browser with this key is at the address of the very display that it is."""
    found = shown_by(key)
    return found is not None and found.digest == digest_of(secret)


def language_of(key: str) -> str | None:
    """In which language the display with this key spoke, ended ones too."""
    rows = Display.objects.filter(key_digest=digest_of(key)) if key else Display.objects.none()
    return rows.values_list("language", flat=True).first()


def standing_of(display: Display) -> str:
    """waiting (for its address to be opened) | lapsed | lit | dark | lost | ended."""
    if display.ended_at is not None:
        return "ended"
    if not holds(display):
        return "lost"
    if display.opened_at is None:
        return "waiting" if display.made_at > now() - OPEN_WITHIN else "lapsed"
    seen = display.seen_at
    return "lit" if seen is not None and seen > now() - LIT else "dark"
