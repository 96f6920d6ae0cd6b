"""What a desk answers to an alert: acknowledged, accepted, declined.

Where the sender asked people by name, the desk has acknowledged when each of them did.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded

from ..access import may, require
from ..models import Alert, AskedByName, Delivery, DeliveryState
from ..policies import note_due
from ..saying import Line, keep, worded_line
from .alerts import locked, topics_of_delivery

State = DeliveryState


def _refuse_recalled(delivery: Delivery) -> None:
    if delivery.recalled_at is not None:
        # Whoever took it back held the lock; the alert was read before that one was got.
        delivery.alert.refresh_from_db(fields=["card"])
    if delivery.card.get("called_off") and delivery.alert.kind != Alert.Kind.CANCEL:
        raise Refused(
            _("The sender cancelled this alert. Acknowledge the cancellation instead."),
            code="called_off",
        )
    if delivery.recalled_at is not None:
        raise Refused(
            _("The sender took this alert back, so there is nothing to answer."), code="recalled"
        )


def _require(by: Any, delivery: Delivery) -> None:
    """Raise NotAllowed unless `by` answers for the desk, or for a desk of another point to which
    the alert climbed."""
    passed = delivery.passed_to or []
    if by is None or not any(may(by, "acknowledge_alerts", pk) for pk in passed):
        require(by, "acknowledge_alerts", delivery.desk)


def _answer(delivery: Delivery, line: Line, by: Any) -> list[str]:
    """Acknowledge a locked delivery in memory; returns the changed field names, none if it was.

    Refused while somebody asked by name is missing who is not `by`.
    """
    if delivery.acknowledged_at is not None:
        return []
    _refuse_recalled(delivery)
    line = _line(delivery, line)
    if delivery.asked and (missing := _sign(delivery, line, by)):
        raise _missing(missing)
    return complete(delivery, line, by)


def _line(delivery: Delivery, line: Line) -> Line:
    needed = _("Write in one line what will be done: an urgent alert needs it.")
    return worded_line(line, "note", most=500, empty=needed if delivery.needs_line else "")


def complete(delivery: Delivery, line: Line, by: Any) -> list[str]:
    """Let a locked delivery, in memory, be acknowledged; returns the changed field names."""
    delivery.acknowledged_at, delivery.acknowledged_by = now(), by
    delivery.escalate_at = None
    said = keep(delivery, "line", line)
    delivery.note_by = note_due(delivery, delivery.acknowledged_at)
    delivery.state = State.ACKNOWLEDGED
    return ["acknowledged_at", "acknowledged_by", *said, "escalate_at", "note_by", "state"]


def _sign(delivery: Delivery, line: Line, by: Any) -> list[AskedByName]:
    """Acknowledge for `by`, or as head of the point for everybody missing; returns who is still
    missing. `by` None is the system, which stands in for nobody."""
    rows = delivery.named.missing().select_related("officer").order_by("pk")
    missing = list(rows)
    mine = [row for row in missing if by is not None and row.officer_id == by.pk]
    if not mine and by is not None and _stands_in(by, delivery):
        mine = missing
    for row in mine:
        row.acknowledged_at, row.acknowledged_by = now(), by
        row.save(update_fields=["acknowledged_at", "acknowledged_by", *keep(row, "line", line)])
        record(
            "delivery.acknowledged_by_name",
            delivery.ref,
            by=by,
            subject=delivery.alert.about,
            desk=delivery.desk.code,
            officer=row.officer.username,
        )
    return [row for row in missing if row not in mine]


def _stands_in(by: Any, delivery: Delivery) -> bool:
    """Whether `by` may acknowledge for those who miss: whoever sets the rota of the desk, as soon
    as the alert climbed."""
    return delivery.head_stands_in and may(by, "set_rota", delivery.desk_id)


def _missing(rows: list[AskedByName]) -> Refused:
    names = ", ".join(row.officer.display_name for row in rows)
    return Refused(
        _(
            "The sender asked by name. Still missing: %(names)s. Only they can acknowledge; once "
            "the alert has climbed, the head of the point can do it for them."
        )
        % {"names": names},
        code="asked_by_name",
    )


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
def acknowledge_delivery(delivery: Delivery, *, line: Line = "", by: Any) -> Delivery:
    """Say for the desk that it has read the alert and, if urgent, what will be done.

    `line` is text, or a standard phrase (`saying.say`), as everywhere here. The first
    acknowledgement stands with its person, time and line; a repeat changes nothing. It stops this
    desk's escalation and no other desk's. Where people were asked by name, each of them
    acknowledges, and the last one stops it; refused for anybody else. An alert that woke up again
    is not acknowledged a second time: progress puts it to rest.
    """
    delivery = locked(delivery)
    _require(by, delivery)
    if delivery.asked and delivery.acknowledged_at is None:
        return _acknowledge_by_name(delivery, line, by)
    changed = _answer(delivery, line, by)
    if changed:
        _save_answer(delivery, changed, "acknowledged", by)
    return delivery


def _acknowledge_by_name(delivery: Delivery, line: Line, by: Any) -> Delivery:
    _refuse_recalled(delivery)
    signed = by is not None and delivery.named.filter(officer=by, acknowledged_at__isnull=False)
    if signed and delivery.named.missing().exists() and not _stands_in(by, delivery):
        return delivery  # a repeat
    line = _line(delivery, line)
    before = delivery.named.missing().count()
    missing = _sign(delivery, line, by)
    if not missing:
        _save_answer(delivery, complete(delivery, line, by), "acknowledged", by)
    elif len(missing) == before:
        raise _missing(missing)
    else:
        ring_many(topics_of_delivery(delivery))
    return delivery


@transaction.atomic
def acknowledge_by_phone(
    delivery: Delivery,
    *,
    name: str,
    line: Line = "",
    said_at: datetime | None = None,
    by: Any,
) -> Delivery:
    """Write down that somebody at the desk acknowledged by telephone: the name, and what was said.

    Whoever answers for the sender or for the desk writes it. The first acknowledgement stands,
    however it came; a repeat changes nothing. `said_at` is when it was said, where that is written
    down later: such an alert is over and never wakes up again.
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
        if said_at is not None:
            delivery.phoned_at, delivery.note_by = said_at, None
        _save_answer(delivery, [*changed, "phoned", "phoned_at"], "acknowledged_by_phone", by)
    return delivery


@transaction.atomic
def accept_delivery(delivery: Delivery, *, line: Line = "", by: Any) -> Delivery:
    """Take the task; acknowledges first where nobody has. A repeat changes nothing."""
    delivery = locked(delivery)
    _require(by, delivery)
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
def decline_delivery(delivery: Delivery, *, reason: Line, by: Any) -> Delivery:
    """Give the task back to the sender with a reason, which also serves as the line."""
    delivery = locked(delivery)
    _require(by, delivery)
    if delivery.state == State.ACCEPTED:
        raise Refused(
            _("%(desk)s accepted this alert already. Tell the sender in a note.")
            % {"desk": delivery.desk.name},
            code="accepted",
        )
    needed = _("Give the reason in one line of at most 500 characters.")
    reason = worded_line(reason, "reason", most=500, empty=needed)
    if delivery.state != State.DECLINED:
        _refuse_recalled(delivery)
        changed = _answer(delivery, reason, by)
        delivery.state, delivery.declined_at, delivery.declined_by = State.DECLINED, now(), by
        said = keep(delivery, "reason", reason)
        # What was given back waits for no progress any more.
        delivery.note_by = delivery.woken_at = delivery.escalate_at = None
        ended = ["note_by", "woken_at", "escalate_at"]
        _save_answer(
            delivery,
            [*{*changed, *said, *ended, "state"}, "declined_at", "declined_by"],
            "declined",
            by,
        )
    return delivery
