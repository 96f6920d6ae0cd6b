"""Updates of alerts that wait for the end of a pause, as both sides see them. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .board import line_of
from .models import Alert, Delivery, Unit
from .pausing import waiting_updates


@dataclass
class HeldUpdate:
    """An update that waits for the end of a pause; `line` as the sender's side reads it, "" for the
    other. `until` is None when the pause is over and the desk cannot be told yet."""

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
    seen = Delivery.objects.visible_to(user).filter(alert__in=[each.pk for each in chain])
    desks = set(seen.values_list("desk_id", flat=True))
    found, uids = [], {str(each.uid) for each in chain}
    for each in waiting_updates(chain[0].about):
        held = each.held
        decision = held.decision
        if held.desk_id not in desks or decision["alert"] not in uids:
            continue
        said, own = decision["said"], held.side == user.side
        line, language = line_of(said, user.side) if own else ("", "")
        priority = decision["priority"]
        found.append(HeldUpdate(held.desk, held.at, each.until, priority, line, language))
    return found
