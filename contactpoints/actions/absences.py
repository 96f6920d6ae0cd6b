"""When an officer cannot be put on duty: entered, and ended early."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.outbox.relay import post

from ..access import officers_with, require
from ..models import Absence, Booking, DutyShift, Unit
from ..rota import is_absent, officers_for, without
from .duty import free_time, one_at_a_time

LONGEST = timedelta(days=366)
# So many shifts a sentence names.
NAMED = 5


@transaction.atomic
def enter_absence(
    officer: Any,
    *,
    unit: Unit,
    starts_at: datetime,
    ends_at: datetime,
    ground: Absence.Ground | str,
    over_shifts: bool = False,
    by: Any,
) -> Absence:
    """Take an officer's time from `starts_at` to `ends_at` (aware times), so that nobody books it.

    By the officer, or by whoever sets the rota of `unit`, where the officer serves. What has passed
    is left as it was: an absence begins now at the earliest. Shifts in that time are named and
    refused; with `over_shifts` these hours of them are taken back, and show as hours without
    anybody until somebody else is put on duty. The same absence entered twice is one.
    """
    if by is None or by.pk != officer.pk:
        require(by, "set_rota", unit)
    if officer not in officers_for(unit):
        raise Refused(
            _("%(officer)s does not serve at %(unit)s, so no absence is entered here.")
            % {"officer": officer.display_name, "unit": unit.name},
            code="not_posted",
        )
    if ground not in Absence.Ground.values:
        sentence = _("Choose the ground.")
        raise Invalid(sentence, fields={"ground": [sentence]})
    starts_at = max(starts_at, now())
    # Two moments of one wall are else compared by what the clock shows.
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if ends_at <= starts_at:
        sentence = _("The absence would be over before it begins. Check both times.")
        raise Invalid(sentence, fields={"ends_at": [sentence]})
    if ends_at - starts_at > LONGEST:
        sentence = _("An absence lasts a year at most. Enter an earlier end.")
        raise Invalid(sentence, fields={"ends_at": [sentence]})
    one_at_a_time([officer.pk], [])
    same = Absence.objects.standing().filter(booking__officer=officer, ground=ground)
    for known in same.filter(booking__period__endswith=ends_at):
        if known.starts_at <= starts_at:
            return known
    period = DateTimeTZRange(starts_at, ends_at)
    rows = DutyShift.objects.filter(
        booking__officer=officer, cancelled_at=None, period__overlap=period
    )
    one_at_a_time([], rows.values_list("unit_id", flat=True))
    # Locked before their bookings change, as whoever takes a shift back does it.
    rows = rows.select_related("unit", "booking__officer").order_by("period", "pk")
    inside = list(rows.select_for_update(no_key=True, of=("self",)))
    if inside and not over_shifts:
        sentence = _named(officer, inside)
        raise Refused(sentence, code="over_shifts", fields={"over_shifts": [sentence]})
    for shift in inside:
        _cut(shift, period)
    absence = _absence(officer, period, ground, by)
    record(
        "absence.entered",
        f"user:{officer.username}",
        by=by,
        trail=unit.side,
        unit=unit.code,
        starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(),
        shifts=[str(shift.uid) for shift in inside],
    )
    for setter in _to_tell(inside, by):
        post("rota_gaps", f"rota_gaps:{absence.uid}:{setter.uid}", {"to": setter.pk})
    return absence


def _absence(officer: Any, period: DateTimeTZRange, ground: str, by: Any) -> Absence:
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                officer=officer, kind=Booking.Kind.ABSENCE, period=period
            )
    except IntegrityError as clash:
        if "nobody_in_two_places_at_once" not in str(clash):
            raise
        if is_absent(officer, period):
            sentence = _(
                "An absence of %(officer)s is entered in that time already. End it first, or "
                "choose another time."
            )
        else:
            sentence = _(
                "%(officer)s is booked for a training or a deployment in that time. Choose "
                "another time."
            )
        raise Refused(
            sentence % {"officer": officer.display_name}, code="booked_elsewhere"
        ) from clash
    return Absence.objects.create(booking=booking, ground=ground, entered_by=by)


def _named(officer: Any, shifts: list[DutyShift]) -> str:
    hours = "; ".join(
        f"{shift.unit.name} {_local(shift, shift.period.lower):%d.%m. %H:%M}–"
        f"{_local(shift, shift.period.upper):%H:%M}"
        for shift in shifts[:NAMED]
    )
    more = len(shifts) - NAMED
    return _(
        "%(officer)s is on duty in that time: %(hours)s. Confirm that these hours are taken back; "
        "nobody is on duty then until you put somebody else there."
    ) % {
        "officer": officer.display_name,
        "hours": f"{hours}; +{more}" if more > 0 else hours,
    }


def _local(shift: DutyShift, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(shift.unit.zone))


def _cut(shift: DutyShift, period: DateTimeTZRange) -> None:
    """Take the hours in `period` out of a shift; what is left before and after it stands."""
    free_time(shift)
    whole = (shift.period.lower, shift.period.upper)
    for starts, ends in without([(period.lower, period.upper)], whole):
        left = DateTimeTZRange(starts, ends)
        booking = Booking.objects.create(
            officer=shift.booking.officer, kind=Booking.Kind.DUTY, period=left
        )
        DutyShift.objects.create(
            booking=booking, unit=shift.unit, rank=shift.rank, rule=shift.rule, period=left
        )


def _to_tell(shifts: list[DutyShift], by: Any) -> list[Any]:
    """Who sets the rotas that lose these hours, apart from whoever does this."""
    units = {shift.unit_id: shift.unit for shift in shifts}
    found = {
        officer.pk: officer
        for unit in units.values()
        for officer in officers_with("set_rota", unit)
    }
    return [officer for pk, officer in sorted(found.items()) if by is None or pk != by.pk]


@transaction.atomic
def end_absence(absence: Absence, *, unit: Unit, by: Any) -> Absence:
    """The officer is back now, or will not be absent at all; the time to come is free again.

    Shifts that the absence took back stay taken back: whoever sets the rota books them anew.
    """
    officer = absence.officer
    if by is None or by.pk != officer.pk:
        require(by, "set_rota", unit)
        if officer not in officers_for(unit):
            raise Refused(
                _("%(officer)s does not serve at %(unit)s, so this absence is not ended here.")
                % {"officer": officer.display_name, "unit": unit.name},
                code="not_posted",
            )
    one_at_a_time([officer.pk], [])
    booking = Booking.objects.select_for_update(no_key=True).get(pk=absence.booking_id)
    moment = now()
    if booking.cancelled_at is None and booking.period.upper > moment:
        if booking.period.lower >= moment:
            booking.cancelled_at = moment
        else:
            booking.period = DateTimeTZRange(booking.period.lower, moment)
        booking.save(update_fields=["cancelled_at", "period"])
        record(
            "absence.ended",
            f"user:{officer.username}",
            by=by,
            trail=unit.side,
            unit=unit.code,
            starts_at=booking.period.lower.isoformat(),
        )
    return Absence.objects.select_related("booking__officer").get(pk=absence.pk)
