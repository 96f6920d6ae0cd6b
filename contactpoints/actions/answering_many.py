"""Many alerts acknowledged at once with one line."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record_many
from bordercoop.errors import Invalid, NotAllowed
from bordercoop.live.doorbell import ring_many

from ..access import units_where
from ..answering import MOST_AT_ONCE, Left, missing_by_name, why_left
from ..models import URGENT, Delivery, DeliveryState
from ..policies import note_due
from ..saying import Line, columns, keep, worded_line
from .alerts import topics_of_delivery


@dataclass
class Acknowledged:
    """What became of the alerts that were to be acknowledged together."""

    done: list[Delivery] = field(default_factory=list)
    left: list[tuple[Delivery, Left]] = field(default_factory=list)
    missing: int = 0


@transaction.atomic
def acknowledge_many(uids: Iterable[UUID], *, line: Line = "", by: Any) -> Acknowledged:
    """Acknowledge these alerts for their desks with one line, each on its own record; at most
    MOST_AT_ONCE. Those that cannot be, with the reason of each, are left as they are.

    A P1 is never among them: what is done about an emergency is said for each. `line` is needed
    where one of those acknowledged is urgent. Done twice, the second time finds nothing to do.
    """
    wanted = set(uids)
    if len(wanted) > MOST_AT_ONCE:
        sentence = _("At most %(most)s alerts can be acknowledged at once. Choose fewer.") % {
            "most": MOST_AT_ONCE
        }
        raise Invalid(sentence, fields={"uids": [sentence]})
    mine = units_where(by, "acknowledge_alerts")
    if not mine:
        raise NotAllowed(_("Your posting does not answer alerts at any desk."))
    rows = list(
        Delivery.objects.visible_to(by)
        .filter(uid__in=wanted)
        .select_for_update(no_key=True, of=("self",))
        .select_related("alert__sender", "desk")
        .order_by("pk")
    )
    result = Acknowledged(missing=len(wanted) - len(rows))
    named = missing_by_name(rows)
    for delivery in rows:
        answers = any(pk in mine for pk in (delivery.desk_id, *(delivery.passed_to or [])))
        left = why_left(delivery, answers=answers, missing=named.get(delivery.pk, 0))
        if left is None:
            result.done.append(delivery)
        else:
            result.left.append((delivery, left))
    urgent = any(delivery.priority in URGENT for delivery in result.done)
    needed = _("Write in one line what will be done: an urgent alert needs it.")
    line = worded_line(line, "note", most=500, empty=needed if urgent else "")
    _acknowledge(result.done, line, by)
    return result


def _acknowledge(rows: list[Delivery], line: Line, by: Any) -> None:
    """One statement for all that must show progress by the same moment, and one for the trail."""
    at = now()
    groups: dict[datetime | None, list[int]] = defaultdict(list)
    topics: set[str] = set()
    for delivery in rows:
        groups[note_due(delivery, at)].append(delivery.pk)
        topics |= set(topics_of_delivery(delivery))
        delivery.state, delivery.acknowledged_at = DeliveryState.ACKNOWLEDGED, at
        delivery.acknowledged_by, delivery.escalate_at = by, None
        keep(delivery, "line", line)
    for note_by, ids in groups.items():
        Delivery.objects.filter(pk__in=ids).update(
            state=DeliveryState.ACKNOWLEDGED,
            acknowledged_at=at,
            acknowledged_by=by,
            escalate_at=None,
            note_by=note_by,
            **columns("line", line),
        )
    if rows:
        record_many(
            "delivery.acknowledged",
            [
                (
                    delivery.ref,
                    {
                        "subject": delivery.alert.about,
                        "desk": delivery.desk.code,
                        "step": delivery.step,
                        "together": len(rows),
                    },
                )
                for delivery in rows
            ],
            by=by,
        )
        ring_many(sorted(topics))
