"""What a desk answers to an alert: acknowledged, accepted, declined."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded

from ..access import may, require
from ..models import Delivery, DeliveryState
from .alerts import locked, topics_of_delivery

State = DeliveryState


def _refuse_recalled(delivery: Delivery) -> None:
    if delivery.recalled_at is not None:
        raise Refused(
            _("The sender took this alert back, so there is nothing to answer."), code="recalled"
        )


def _answer(delivery: Delivery, line: str, by: Any) -> list[str]:
    """Acknowledge a locked delivery in memory; returns the changed field names, none if it was."""
    if delivery.acknowledged_at is not None:
        return []
    _refuse_recalled(delivery)
    needed = _("Write in one line what will be done: an urgent alert needs it.")
    line = worded(line, "note", most=500, empty=needed if delivery.needs_line else "")
    delivery.acknowledged_at, delivery.acknowledged_by = now(), by
    delivery.line, delivery.escalate_at = line, None
    delivery.state = State.ACKNOWLEDGED
    return ["acknowledged_at", "acknowledged_by", "line", "escalate_at", "state"]


def _save_answer(delivery: Delivery, fields: list[str], verb: str, by: Any) -> None:
    delivery.save(update_fields=fields)
    record(
        f"delivery.{verb}",
        delivery.ref,
        by=by,
        subject=delivery.alert.about,
        desk=delivery.desk.code,
        step=delivery.step,
    )
    ring_many(topics_of_delivery(delivery))


@transaction.atomic
def acknowledge_delivery(delivery: Delivery, *, line: str = "", by: Any) -> Delivery:
    """Say for the desk that it has read the alert and, if urgent, what will be done.

    The first acknowledgement stands with its person, time and line; a repeat changes nothing.
    It stops this desk's escalation and no other desk's.
    """
    delivery = locked(delivery)
    require(by, "acknowledge_alerts", delivery.desk)
    changed = _answer(delivery, line, by)
    if changed:
        _save_answer(delivery, changed, "acknowledged", by)
    return delivery


@transaction.atomic
def acknowledge_by_phone(delivery: Delivery, *, name: str, line: str = "", by: Any) -> Delivery:
    """Write down that somebody at the desk acknowledged by telephone: the name, and what was said.

    Whoever answers for the sender or for the desk writes it. The first acknowledgement stands,
    however it came; a repeat changes nothing.
    """
    delivery = locked(delivery)
    sender = delivery.alert.sender
    end = sender if may(by, "acknowledge_alerts", sender) else delivery.desk
    require(by, "acknowledge_alerts", end)
    name = worded(
        name, "name", most=80, one_line=True, empty=_("Write who answered the telephone.")
    )
    changed = _answer(delivery, line, by)
    if changed:
        delivery.phoned = name
        _save_answer(delivery, [*changed, "phoned"], "acknowledged_by_phone", by)
    return delivery


@transaction.atomic
def accept_delivery(delivery: Delivery, *, line: str = "", by: Any) -> Delivery:
    """Take the task; acknowledges first where nobody has. A repeat changes nothing."""
    delivery = locked(delivery)
    require(by, "acknowledge_alerts", delivery.desk)
    if delivery.state == State.DECLINED:
        raise Refused(
            _("%(desk)s declined this alert already. Tell the sender in a note.")
            % {"desk": delivery.desk.name},
            code="declined",
        )
    if delivery.state != State.ACCEPTED:
        _refuse_recalled(delivery)
        changed = _answer(delivery, line, by)
        delivery.state, delivery.accepted_at, delivery.accepted_by = State.ACCEPTED, now(), by
        _save_answer(delivery, [*{*changed, "state"}, "accepted_at", "accepted_by"], "accepted", by)
    return delivery


@transaction.atomic
def decline_delivery(delivery: Delivery, *, reason: str, by: Any) -> Delivery:
    """Give the task back to the sender with a reason, which also serves as the line."""
    delivery = locked(delivery)
    require(by, "acknowledge_alerts", delivery.desk)
    if delivery.state == State.ACCEPTED:
        raise Refused(
            _("%(desk)s accepted this alert already. Tell the sender in a note.")
            % {"desk": delivery.desk.name},
            code="accepted",
        )
    needed = _("Give the reason in one line of at most 500 characters.")
    reason = worded(reason, "reason", most=500, empty=needed)
    if delivery.state != State.DECLINED:
        _refuse_recalled(delivery)
        changed = _answer(delivery, reason, by)
        delivery.state, delivery.declined_at, delivery.declined_by = State.DECLINED, now(), by
        delivery.reason = reason
        _save_answer(
            delivery,
            [*{*changed, "state"}, "declined_at", "declined_by", "reason"],
            "declined",
            by,
        )
    return delivery
