"""A shift goes from one officer to another who accepts it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.relay import post

from ..models import Booking, DutyShift, ShiftSwap
from ..rota import is_absent, officers_for, posted_times, without
from .duty import free_time, one_at_a_time


@transaction.atomic
def offer_shift(shift: DutyShift, *, to: Any, by: Any) -> ShiftSwap:
    """Offer an own shift that has not begun to another officer who may serve there.

    The shift stays the offerer's until the other accepts. To one officer at a time; offered twice
    to the same is one offer.
    """
    rows = DutyShift.objects.select_related("unit", "booking__officer")
    shift = rows.select_for_update(no_key=True, of=("self",)).get(pk=shift.pk)
    if by is not None and by.pk != shift.officer.pk:
        raise NotAllowed(_("Only the officer whose shift it is offers it to another."))
    if shift.cancelled_at is not None or shift.period.lower <= now():
        raise Refused(
            _("This shift has begun or was taken back, so it cannot be offered any more."),
            code="too_late",
        )
    if to.pk == shift.officer.pk or to not in officers_for(shift.unit):
        sentence = _("Choose another officer who may be on duty at this desk.")
        raise Invalid(sentence, fields={"to": [sentence]})
    standing = shift.swaps.filter(declined_at=None, withdrawn_at=None).select_related("to").first()
    if standing and standing.to_id == to.pk:
        return standing
    if standing:
        raise Refused(
            _("This shift is offered to %(officer)s. Take that offer back first.")
            % {"officer": standing.to.display_name},
            code="offered_already",
        )
    swap = ShiftSwap.objects.create(shift=shift, to=to)
    _write("duty.offered", swap, by=by)
    post("waiting", f"waiting:swap:{swap.uid}", {"to": to.pk})
    return swap


@transaction.atomic
def accept_shift(swap: ShiftSwap, *, by: Any) -> ShiftSwap:
    """Take an offered shift over: from then on it is the accepter's, of the same time and rank.

    Refused when the offer is over, or the accepter is booked, absent or not posted there then.
    Accepted twice is accepted once.
    """
    _require_asked(swap, by)
    one_at_a_time([swap.officer.pk, swap.to_id], [swap.shift.unit_id])
    swap = _locked(swap)
    if swap.accepted_at is not None:
        return swap
    _require_open(swap)
    shift, officer = swap.shift, swap.to
    period, unit = shift.period, shift.unit
    posted = posted_times([unit]).get((unit.pk, officer.pk), [])
    if without(posted, (period.lower, period.upper)):
        raise Refused(
            _("You have no posting in all of that time that lets alerts be acknowledged there."),
            code="not_posted",
        )
    free_time(shift)
    try:
        with transaction.atomic():
            booking = Booking.objects.create(officer=officer, kind=Booking.Kind.DUTY, period=period)
            taken = DutyShift.objects.create(
                booking=booking, unit=unit, rank=shift.rank, period=period
            )
    except IntegrityError as clash:
        if "nobody_in_two_places_at_once" not in str(clash):
            raise
        if is_absent(officer, period):
            sentence = _("You are absent in that time. End the absence first, or decline.")
        else:
            sentence = _("You are booked elsewhere in that time, so you cannot take this shift.")
        raise Refused(sentence, code="booked_elsewhere") from clash
    swap.taken, swap.accepted_at = taken, now()
    swap.save(update_fields=["taken", "accepted_at"])
    _write("duty.swapped", swap, by=by)
    return swap


@transaction.atomic
def decline_shift(swap: ShiftSwap, *, by: Any) -> ShiftSwap:
    """Do not take an offered shift; it stays with whoever offered it. Declined twice is once."""
    _require_asked(swap, by)
    swap = _locked(swap)
    if swap.declined_at is not None:
        return swap
    _require_open(swap)
    swap.declined_at = now()
    swap.save(update_fields=["declined_at"])
    _write("duty.offer_declined", swap, by=by)
    return swap


@transaction.atomic
def withdraw_shift_offer(swap: ShiftSwap, *, by: Any) -> ShiftSwap:
    """Take an own offer back before it is answered. Withdrawn twice is withdrawn once."""
    if by is not None and by.pk != swap.officer.pk:
        raise NotAllowed(_("Only the officer who offered the shift takes the offer back."))
    swap = _locked(swap)
    if swap.withdrawn_at is not None:
        return swap
    _require_open(swap)
    swap.withdrawn_at = now()
    swap.save(update_fields=["withdrawn_at"])
    _write("duty.offer_withdrawn", swap, by=by)
    return swap


def _require_asked(swap: ShiftSwap, by: Any) -> None:
    if by is not None and by.pk != swap.to_id:
        raise NotAllowed(_("This shift was offered to another officer, who answers."))


def _locked(swap: ShiftSwap) -> ShiftSwap:
    """The offer as it stands, and its shift, held until the end of the transaction."""
    shifts = DutyShift.objects.select_for_update(no_key=True)
    list(shifts.filter(pk=swap.shift_id).values_list("pk"))
    rows = ShiftSwap.objects.select_related("shift__unit", "shift__booking__officer", "to")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=swap.pk)


def _require_open(swap: ShiftSwap) -> None:
    if not ShiftSwap.objects.open().filter(pk=swap.pk).exists():
        raise Refused(
            _("This offer is over: it was answered or taken back, or the shift does not stand."),
            code="offer_over",
        )


def _write(verb: str, swap: ShiftSwap, *, by: Any) -> None:
    record(
        verb,
        f"user:{swap.officer.username}",
        by=by,
        trail=swap.shift.unit.side,
        unit=swap.shift.unit.code,
        to=swap.to.username,
        starts_at=swap.shift.period.lower.isoformat(),
    )
