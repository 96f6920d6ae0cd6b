"""The steps that are due: who has not answered is passed by."""

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from bordercoop.audit.models import record_many
from bordercoop.live.doorbell import ring_many
from bordercoop.outbox.relay import posting_together

from ..models import Delivery
from ..reaching.posting import post_step
from .alerts import arrived, enter_step, topics_of_delivery


def escalate_all_due() -> int:
    """`escalate_due` until nothing is left."""
    passed = 0
    while some := escalate_due():
        passed += some
    return passed


@transaction.atomic
def escalate_due(limit: int = 1000) -> int:
    """Pass every unacknowledged delivery whose time is up to its next step; returns how many.

    May run in several processes at once: each due delivery moves once.
    """
    at = now()
    due = list(
        Delivery.objects.open()
        .filter(escalate_at__lte=at)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("alert__sender", "desk", "policy")
        .order_by("escalate_at", "pk")[:limit]
    )
    alike: dict[Any, list[int]] = defaultdict(list)
    for delivery in due:
        delivery.step = min(delivery.step + 1, len(delivery.steps) - 1)
        delivery.escalated_at = at
        enter_step(delivery, at)
        alike[arrived(delivery)].append(delivery.pk)
    # Those that arrive alike go together: a CASE over all of them costs ten times as much.
    for (step, escalate_at, held_until, passed_to), ids in alike.items():
        Delivery.objects.filter(pk__in=ids).update(
            step=step,
            escalated_at=at,
            escalate_at=escalate_at,
            held_until=held_until,
            passed_to=None if passed_to is None else list(passed_to),
        )
    known: dict[Any, Any] = {}
    with posting_together():
        for delivery in due:
            post_step(delivery, known=known)
        _record_escalated(due)
    if due:
        ring_many(sorted({topic for delivery in due for topic in topics_of_delivery(delivery)}))
    return len(due)


def _record_escalated(deliveries: list[Delivery]) -> None:
    """`record` of each, with one INSERT for a side."""
    for side in sorted({delivery.desk.side for delivery in deliveries}):
        passed = [
            (one.ref, {"to": one.steps[one.step]["who"], "step": one.step})
            for one in deliveries
            if one.desk.side == side
        ]
        record_many("delivery.escalated", passed, by=None, trail=side)
