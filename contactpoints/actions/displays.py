"""Displays: made by whoever heads the desk, opened by one browser, ended by hand or with a post."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.live.doorbell import ring
from bordercoop.reference.wording import worded

from ..access import require
from ..displays import OPEN_WITHIN, digest_of, holds, in_use, shown_by
from ..models import Display, Unit

MOST = 10
BETWEEN_SIGNS = timedelta(minutes=1)


@transaction.atomic
def make_display(desk: Unit, *, name: str, language: str, by: Any) -> tuple[Display, str]:
    """A screen on the wall of a desk, and the secret part of its address, this one time.

    Only a hash of it is kept. One browser opens it, within a day. A second standing display of the
    same name at the desk is refused.
    """
    require(by, "set_rota", desk)
    if desk.kind != Unit.Kind.DESK:
        sentence = _("A wallboard belongs to a desk. Choose a desk.")
        raise Invalid(sentence, fields={"desk": [sentence]})
    name = worded(name, "name", most=60, one_line=True, empty=_("Say where the screen hangs."))
    if language not in Language.values:
        sentence = _("Choose one of the four languages.")
        raise Invalid(sentence, fields={"language": [sentence]})
    list(Unit.objects.select_for_update(no_key=True, of=("self",)).filter(pk=desk.pk))
    if Display.objects.standing().filter(unit=desk).count() >= MOST:
        raise Refused(
            _("%(unit)s has %(most)s displays. End one that is not needed any more.")
            % {"unit": desk.name, "most": MOST},
            code="too_many",
        )
    secret = secrets.token_urlsafe(32)
    made = Display(
        unit=desk, name=name, language=language, digest=digest_of(secret), made_at=now(), made_by=by
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as clash:
        if "one_display_of_a_name_at_a_desk" not in str(clash):
            raise
        sentence = _("A display of this name stands already. End it first, or take another name.")
        raise Invalid(
            sentence, code="known_already", status=409, fields={"name": [sentence]}
        ) from (clash)
    record("display.made", made.ref, by=by, trail=desk.side, unit=desk.code, name=name)
    return made, secret


@transaction.atomic
def open_display(secret: str, *, key: str = "", instead_of: Any = None) -> str | None:
    """What the browser that opens a display's address keeps from now on; None for an address that
    leads nowhere.

    The first browser stands: with `key`, what it keeps already, it gets the same again, and any
    other one finds nothing. Refused for a browser that is another display, unless that one is
    `instead_of` (its public id): it ends then, for nothing has its key any more.
    """
    digest, kept_already = digest_of(secret), digest_of(key) if key else ""
    rows = Display.objects.select_for_update(no_key=True, of=("self",)).standing().whole()
    mine = Q(key_digest=kept_already) if kept_already else Q(pk=None)
    both = list(rows.filter(Q(digest=digest) | mine).order_by("pk"))
    found = next((row for row in both if row.digest == digest), None)
    if found is None or not holds(found):
        return None
    if found.opened_at is not None:
        return key if kept_already and found.key_digest == kept_already else None
    if found.made_at <= now() - OPEN_WITHIN:
        return None
    other = next((row for row in both if row.pk != found.pk and holds(row)), None)
    if other is not None:
        if str(other.uid) != str(instead_of):
            raise Refused(
                _("This browser is the display %(name)s of %(unit)s already.")
                % {"name": other.name, "unit": other.unit.name},
                code="another_display",
            )
        _end(other, by=None, why="browser")
    kept = secrets.token_urlsafe(32)
    found.key_digest, found.opened_at = digest_of(kept), now()
    found.seen_at = found.opened_at
    found.save(update_fields=["key_digest", "opened_at", "seen_at"])
    record("display.opened", found.ref, by=None, trail=found.unit.side, unit=found.unit.code)
    return kept


def see_display(key: str) -> Display | None:
    """The display that this key is, while it holds, noting once a minute that it was seen."""
    found = shown_by(key)
    if found is not None:
        rows = Display.objects.standing().filter(Q(seen_at__lt=now() - BETWEEN_SIGNS), pk=found.pk)
        rows.update(seen_at=now())
    return found


@transaction.atomic
def end_display(display: Display, *, by: Any) -> Display:
    """Let a display show nothing any more, at once. Ended twice is ended once."""
    require(by, "set_rota", display.unit)
    return _end(display, by=by, why="by hand")


def end_displays_of(officer: Any, *, by: Any) -> None:
    """End the displays that an officer made for desks where the post that allowed it is gone.

    The caller has asked, and has ended the post in the same transaction.
    """
    _end_lost(Display.objects.standing().filter(made_by_id=officer.pk), by=by)


def end_lost_displays(*, by: Any = None) -> int:
    """End every display whose maker may not have it any more, or whose desk was closed, so that
    nothing lights it again later; returns how many."""
    return _end_lost(Display.objects.standing(), by=by)


def _end_lost(rows: Any, *, by: Any) -> int:
    lost = [display for display in rows.whole().order_by("pk") if not holds(display)]
    for display in lost:
        _end(display, by=by, why="post" if in_use(display.unit) else "desk")
    return len(lost)


def _end(display: Display, *, by: Any, why: str) -> Display:
    rows = Display.objects.select_for_update(no_key=True, of=("self",))
    display = rows.whole().get(pk=display.pk)
    if display.ended_at is not None:
        return display
    display.ended_at, display.ended_by = max(now(), display.made_at), by
    display.save(update_fields=["ended_at", "ended_by"])
    unit = display.unit
    record("display.ended", display.ref, by=by, trail=unit.side, unit=unit.code, why=why)
    # Its stream looks again at every ring, and finds that it is over.
    ring(unit.code)
    return display
