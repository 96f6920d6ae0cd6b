"""A desk hands back what it had acknowledged or accepted, because it cannot do it."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused
from bordercoop.live.doorbell import ring_many

from ..access import may, require
from ..models import Delivery, DeliveryState, HandBack
from ..reaching.posting import post_step
from ..saying import Line, keep, worded_line
from .alerts import enter_step, locked, topics_of_delivery

EMPTY = {
    "acknowledged_at": None, "acknowledged_by": None, "line": "", "said": None, "phoned": "",
    "phoned_at": None, "accepted_at": None, "accepted_by": None, "note_by": None, "woken_at": None,
    "failed_at": None, "failure": "",
}  # fmt: skip
NOT_KEPT = ("note_by", "woken_at", "failed_at", "failure")


@transaction.atomic
def hand_back_delivery(
    delivery: Delivery, *, reason: Line, turn: int | None = None, by: Any
) -> Delivery:
    """Take back the desk's answer with a reason, text or a standard phrase: the alert is open at
    the desk again, and its escalation begins anew at the first step. The answer that stood is kept
    beside the reason.

    `turn` is the turn of the delivery that the officer saw (`Delivery.wakes`): what was handed back
    already is not handed back again, also when somebody else has acknowledged since.
    """
    delivery = locked(delivery)
    passed = delivery.passed_to or []
    if by is None or not any(may(by, "acknowledge_alerts", pk) for pk in passed):
        require(by, "acknowledge_alerts", delivery.desk)
    reason = worded_line(
        reason, "reason", most=500, empty=_("Write in one line why the desk cannot do it.")
    )
    if _repeated(delivery, turn, by):
        return delivery
    _refuse(delivery)
    at = now()
    given = HandBack(
        delivery=delivery,
        turn=delivery.wakes,
        at=at,
        by=by,
        **{name: getattr(delivery, name) for name in EMPTY if name not in NOT_KEPT},
    )
    keep(given, "reason", reason)
    given.save(force_insert=True)
    for name, empty in EMPTY.items():
        setattr(delivery, name, empty)
    delivery.handed_back, delivery.step = given, 0
    delivery.wakes += 1
    delivery.state = DeliveryState.OPENED if delivery.opened_at else DeliveryState.DELIVERED
    enter_step(delivery, at)
    delivery.save(
        update_fields=[
            *EMPTY, "handed_back", "step", "wakes", "state", "escalate_at", "held_until",
            "passed_to",
        ]
    )  # fmt: skip
    post_step(delivery)
    record(
        "delivery.handed_back",
        delivery.ref,
        by=by,
        subject=delivery.alert.about,
        desk=delivery.desk.code,
        acknowledged=given.acknowledged_at.isoformat(),
        acknowledged_by=given.acknowledged_by.username,
    )
    ring_many(topics_of_delivery(delivery))
    return delivery


def _repeated(delivery: Delivery, turn: int | None, by: Any) -> bool:
    if turn is not None:
        return delivery.hand_backs.filter(turn__gte=turn).exists()
    last = delivery.handed_back if delivery.acknowledged_at is None else None
    return last is not None and by is not None and last.by_id == by.pk


def _refuse(delivery: Delivery) -> None:
    if delivery.may_be_handed_back:
        return
    if delivery.is_over:
        raise Refused(
            _("The sender took this alert back, so there is nothing to hand back."),
            code="recalled",
        )
    if delivery.acknowledged_at is None:
        raise Refused(
            _("The desk has not acknowledged this alert, so there is nothing to hand back. "
              "Acknowledge it, or decline it with the reason."),
            code="not_acknowledged",
        )  # fmt: skip
    if delivery.alert.about.startswith("exercise:"):
        raise Refused(
            _("This is an exercise: the answer is scored, and stands. Tell its director."),
            code="exercise",
        )
    if delivery.state == DeliveryState.DECLINED:
        raise Refused(
            _("%(desk)s declined this alert already. Tell the sender in a note.")
            % {"desk": delivery.desk.name},
            code="declined",
        )
    raise Refused(
        _("An emergency broadcast is a call that was heard, not a task: call who sent it."),
        code="broadcast",
    )
