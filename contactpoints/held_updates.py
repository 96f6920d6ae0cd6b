"""Updates of alerts that wait for the end of a pause, as both sides see them. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404

from .board import line_of
from .following import chain_of
from .models import Alert, Delivery, HeldRelease, Unit
from .pausing import waiting_updates


@dataclass
class HeldUpdate:
    """An update that waits for the end of a pause; `line` as the sender's side reads it, "" for the
    other. `until` is None when the pause is over and the desk cannot be told yet."""

    uid: UUID
    desk: Unit
    at: datetime
    until: datetime | None
    priority: str
    line: str
    line_language: str


def held_updates(chain: list[Alert], user: Any) -> list[HeldUpdate]:
    """Updates of a chain that are held, oldest first: of the desks whose alerts the officer
    reads. That one waits is for both sides; what it says is the sender's until it goes."""
    if not chain:
        return []
    desks = _desks_read(chain, user)
    found, uids = [], {str(each.uid) for each in chain}
    for each in waiting_updates(chain[0].about):
        held = each.held
        decision = held.decision
        if held.desk_id not in desks or decision["alert"] not in uids:
            continue
        said, own = decision["said"], held.side == user.side
        line, language = line_of(said, user.side) if own else ("", "")
        priority = decision["priority"]
        found.append(HeldUpdate(held.uid, held.desk, held.at, each.until, priority, line, language))
    return found


def held_update_of(alert: Alert, uid: UUID, user: Any) -> HeldRelease:
    """An update of the alert's chain that a pause holds or held, for a desk whose alerts the
    officer reads. Raises Http404."""
    chain = chain_of(alert)
    rows = HeldRelease.objects.about(alert.about).updates().select_related("desk")
    held = rows.filter(uid=uid, decision__alert=str(chain[0].uid)).first()
    if held is None or held.desk_id not in _desks_read(chain, user):
        raise Http404
    return held


def _desks_read(chain: list[Alert], user: Any) -> set[int]:
    """Ids of the desks whose deliveries of the chain the officer reads."""
    seen = Delivery.objects.visible_to(user).filter(alert__in=[each.pk for each in chain])
    return set(seen.values_list("desk_id", flat=True))
