"""Shifts of an operation: each side puts its own officers at a place for a time."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed
from bordercoop.outbox.relay import post, posting_together
from bordercoop.reference.wording import worded
from contactpoints.actions.duty import one_at_a_time
from contactpoints.models import Booking
from incidents.actions.once import written_before
from training.actions.rounds import alone
from training.actions.taken_times import clashing

from ..access import (
    operation_workers,
    require_operation_worker,
    serves_or_will,
    shifts_of_gone,
)
from ..models import JointOperation, OperationShift
from ..models.operations import SHIFTS_IN
from .operation_kit import keep_operation, locked_operation, operation_not_now, wrong

LONGEST_SHIFT, ROUND = timedelta(hours=24), 200


def _within(
    operation: JointOperation, starts_at: datetime | None, ends_at: datetime | None
) -> DateTimeTZRange:
    if starts_at is None or starts_at.tzinfo is None:
        raise wrong("starts_at", _("Say when the shift begins."))
    if ends_at is None or ends_at.tzinfo is None:
        raise wrong("ends_at", _("Say when the shift ends."))
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if ends_at <= starts_at:
        raise wrong("ends_at", _("The shift ends before it starts. Check both times."))
    if ends_at - starts_at > LONGEST_SHIFT:
        raise wrong("ends_at", _("A shift lasts 24 hours at most. Set several."))
    if starts_at < operation.starts_at or ends_at > operation.ends_at:
        raise wrong("starts_at", _("The shift lies outside the time of the operation."))
    return DateTimeTZRange(starts_at, ends_at)


@transaction.atomic
def set_operation_shift(
    operation: JointOperation,
    *,
    officer: Any,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    task: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> OperationShift:
    """Put an officer of the own side at a place of the operation from `starts_at` to `ends_at`.

    The officer is told by letter. Refused, naming with what it clashes, when the officer is
    elsewhere then. The same `client_ref` is one shift.
    """
    operation = locked_operation(operation, by)
    require_operation_worker(by)
    if officer.side != by.side:
        raise NotAllowed(_("Each side puts its own officers on shifts."), code="other_side")
    if operation.state not in SHIFTS_IN:
        raise operation_not_now(operation)
    if not officer.is_active:
        raise wrong("officer", _("This account is closed. Choose another officer."))
    if not serves_or_will(officer):
        raise wrong("officer", _("This officer is posted nowhere now, nor will be."))
    if place not in (*operation.places, *operation.sections):
        raise wrong("place", _("Choose a place or a section of the operation."))
    period = _within(operation, starts_at, ends_at)
    task = worded(task, "task", most=160, one_line=True)
    ref, mine = client_ref or uuid.uuid4(), OperationShift.objects.filter(by=by)
    if known := written_before(mine, ref, operation=operation):
        return known
    one_at_a_time([officer.pk], [])
    same = operation.shifts.standing().filter(
        booking__officer=officer, booking__period=period, place=place
    )
    if known := same.first():
        return known
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                officer=officer, kind=Booking.Kind.DEPLOYMENT, period=period
            )
    except IntegrityError as clash:
        if "nobody_in_two_places_at_once" not in str(clash):
            raise
        raise clashing(officer, period, by.side) from clash
    shift = OperationShift.objects.create(
        operation=operation, side=by.side, booking=booking, place=place, task=task, client_ref=ref,
        by=by,
    )  # fmt: skip
    keep_operation(
        operation, "shift_set", by=by, officer=officer.username, place=place,
        starts_at=period.lower.isoformat(), ends_at=period.upper.isoformat(),
    )  # fmt: skip
    _tell(shift, "set", officer)
    return shift


def _tell(shift: OperationShift, what: str, *to: Any) -> None:
    """Letters that a shift was set, taken off, or withdrawn since its officer is gone."""
    with posting_together():
        for one in to:
            key = f"operation_shift:{shift.uid}:{what}:{one.pk}"
            payload = {"shift": str(shift.uid), "to": one.pk, "what": what}
            post("operation_shift", key, payload)


@transaction.atomic
def cancel_operation_shift(shift: OperationShift, *, by: Any) -> OperationShift:
    """Take an officer of the own side off, who is told; the time is free again. Refused once it is
    over. Cancelled twice it is cancelled once."""
    operation = locked_operation(shift.operation, by)
    require_operation_worker(by)
    rows = OperationShift.objects.select_for_update(no_key=True, of=("self",))
    shift = rows.select_related("booking__officer").get(pk=shift.pk)
    if shift.side != by.side:
        raise NotAllowed(_("Each side sets the shifts of its own officers."), code="other_side")
    if shift.cancelled_at is not None:
        return shift
    if shift.ends_at <= now() or operation.state not in SHIFTS_IN:
        raise (
            operation_not_now(operation)
            if operation.state not in SHIFTS_IN
            else wrong("shift", _("This shift is over and is kept."))
        )
    _cancel(shift)
    keep_operation(operation, "shift_cancelled", by=by, officer=shift.officer.username)
    _tell(shift, "cancelled", shift.officer)
    return shift


def withdraw_shifts_of_gone() -> int:
    """Withdraw shifts that have not begun of officers who left their unit, the service or for
    another unit, or were suspended: the time is free, and the coordinators of the side are told,
    and the officer who serves still. Returns how many. Safe twice and at once."""
    count = 0
    for pk, operation in list(shifts_of_gone().values_list("pk", "operation_id")[:ROUND]):
        with alone("withdraw_shifts_of_gone", pk):
            rows = JointOperation.objects.filter(pk=operation)
            rows.select_for_update(no_key=True).values_list("pk").get()
            found = shifts_of_gone().select_related("operation__unit", "booking__officer")
            shift = found.filter(pk=pk).first()
            if shift is None:
                continue
            _cancel(shift)
            keep_operation(
                shift.operation, "shift_withdrawn", by=None, officer=shift.officer.username,
                place=shift.place,
            )  # fmt: skip
            _tell(shift, "withdrawn", *operation_workers(shift.side))
            _tell(shift, "cancelled", shift.officer)
            count += 1
    return count


def _cancel(shift: OperationShift) -> None:
    at = now()
    shift.booking.cancelled_at = at
    shift.booking.save(update_fields=["cancelled_at"])
    shift.cancelled_at = at
    shift.save(update_fields=["cancelled_at"])


def free_shifts(operation: JointOperation) -> None:
    """The operation was given up. Its lock is the caller's."""
    rows = operation.shifts.standing().select_related("booking__officer")
    for shift in rows.order_by("pk"):
        _cancel(shift)
        _tell(shift, "cancelled", shift.officer)
