"""Who is on duty: single shifts, and rules that repeat them."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.audit.models import record
from bordercoop.errors import Refused

from ..access import require
from ..models import Booking, DutyShift, RotaRule, Unit

AHEAD = timedelta(days=60)


def _require_same_side(officer: Any, unit: Unit) -> None:
    if officer.side != unit.side:
        raise Refused(
            _("%(officer)s belongs to another side than %(unit)s. Choose a unit of the same side.")
            % {"officer": officer.display_name, "unit": unit.name},
            code="other_side",
        )


def _one_at_a_time(officer: Any, unit: Unit) -> None:
    """Whoever books this officer or this unit waits: two inserts that an exclusion constraint
    holds against each other would otherwise end in a deadlock."""
    list(User.objects.select_for_update(no_key=True).filter(pk=officer.pk).values_list("pk"))
    list(Unit.objects.select_for_update(no_key=True).filter(pk=unit.pk).values_list("pk"))


@transaction.atomic
def book_duty(
    officer: Any,
    *,
    unit: Unit,
    starts_at: datetime,
    ends_at: datetime,
    rank: DutyShift.Rank | str = DutyShift.Rank.PRIMARY,
    by: Any,
) -> DutyShift:
    """Put an officer on duty at a desk or headquarters from `starts_at` to `ends_at` (aware times).

    Refused when the officer is booked elsewhere then, or the desk has its primary already.
    The same shift booked twice is one.
    """
    require(by, "set_rota", unit)
    _require_same_side(officer, unit)
    if ends_at <= starts_at:
        raise Refused(_("The shift ends before it starts. Check both times."), code="invalid")
    _one_at_a_time(officer, unit)
    period = DateTimeTZRange(starts_at, ends_at)
    same = DutyShift.objects.filter(
        unit=unit, rank=rank, period=period, cancelled_at=None, booking__officer=officer
    ).first()
    if same:
        return same
    try:
        with transaction.atomic():
            booking = Booking.objects.create(officer=officer, kind=Booking.Kind.DUTY, period=period)
            shift = DutyShift.objects.create(booking=booking, unit=unit, rank=rank, period=period)
    except IntegrityError as clash:
        if "nobody_in_two_places_at_once" in str(clash):
            raise Refused(
                _("%(officer)s is booked elsewhere in that time. Choose another officer or time.")
                % {"officer": officer.display_name},
                code="booked_elsewhere",
            ) from clash
        if "one_primary_per_desk" in str(clash):
            raise Refused(
                _("%(unit)s has a primary in that time. Cancel that shift first, or book a backup.")
                % {"unit": unit.name},
                code="primary_taken",
            ) from clash
        raise
    record(
        "duty.booked",
        f"user:{officer.username}",
        by=by,
        trail=unit.side,
        unit=unit.code,
        rank=str(rank),
        starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(),
    )
    return shift


@transaction.atomic
def cancel_duty(shift: DutyShift, *, by: Any) -> DutyShift:
    """Take a shift back; the officer's time is free again."""
    shift = (
        DutyShift.objects.select_for_update(no_key=True, of=("self",))
        .select_related("unit", "booking__officer")
        .get(pk=shift.pk)
    )
    require(by, "set_rota", shift.unit)
    if shift.cancelled_at is None:
        moment = now()
        Booking.objects.filter(pk=shift.booking_id).update(cancelled_at=moment)
        shift.cancelled_at = moment
        shift.save(update_fields=["cancelled_at"])
        record(
            "duty.cancelled",
            f"user:{shift.officer.username}",
            by=by,
            trail=shift.unit.side,
            unit=shift.unit.code,
            starts_at=shift.period.lower.isoformat(),
        )
    return shift


@transaction.atomic
def set_rota_rule(
    officer: Any,
    *,
    unit: Unit,
    start: time,
    end: time,
    rank: DutyShift.Rank | str = DutyShift.Rank.PRIMARY,
    first_day: date | None = None,
    by: Any,
) -> RotaRule:
    """Let an officer serve at a unit every day from `start` to `end`, local time of the unit."""
    require(by, "set_rota", unit)
    _require_same_side(officer, unit)
    rule, new = RotaRule.objects.get_or_create(
        unit=unit,
        officer=officer,
        start=start,
        defaults={"end": end, "rank": rank, "first_day": first_day or now().date()},
    )
    if new:
        record(
            "rota.rule_set",
            f"user:{officer.username}",
            by=by,
            trail=unit.side,
            unit=unit.code,
        )
    return rule


def _turns(rule: RotaRule, until: date) -> list[DateTimeTZRange]:
    zone = ZoneInfo(rule.unit.zone)
    last = min(until, rule.last_day) if rule.last_day else until
    days = range((last - rule.first_day).days + 1)
    turns = []
    for day in (rule.first_day + timedelta(days=n) for n in days):
        over = timedelta(days=1) if rule.end <= rule.start else timedelta()
        turns.append(
            DateTimeTZRange(
                datetime.combine(day, rule.start, zone),
                datetime.combine(day + over, rule.end, zone),
            )
        )
    return turns


def extend_rotas(until: date | None = None) -> int:
    """Book every rota rule up to `until` (60 days ahead by default); returns how many new shifts.

    A turn whose time is taken by another booking is left out, not forced. Safe to run twice. Each
    rule is a transaction of its own, so that it holds nobody else's bookings up.
    """
    until = until or (now() + AHEAD).date()
    booked = sum(
        _extend(pk, until) for pk in RotaRule.objects.order_by("pk").values_list("pk", flat=True)
    )
    if booked:
        record("rota.extended", "rota", by=None, until=until.isoformat(), shifts=booked)
    return booked


@transaction.atomic
def _extend(pk: int, until: date) -> int:
    rules = RotaRule.objects.select_related("unit", "officer").select_for_update(of=("self",))
    rule = rules.get(pk=pk)
    _one_at_a_time(rule.officer, rule.unit)
    known = set(DutyShift.objects.filter(rule=rule).values_list("period", flat=True))
    starts = {period.lower for period in known}
    new = [turn for turn in _turns(rule, until) if turn.lower not in starts]
    bookings = [Booking(officer=rule.officer, kind=Booking.Kind.DUTY, period=turn) for turn in new]
    try:
        with transaction.atomic():
            Booking.objects.bulk_create(bookings)
            DutyShift.objects.bulk_create(
                [
                    DutyShift(booking=b, unit=rule.unit, rank=rule.rank, rule=rule, period=b.period)
                    for b in bookings
                ]
            )
    except IntegrityError:
        return sum(_book_turn(rule, turn) for turn in new)
    return len(new)


def _book_turn(rule: RotaRule, turn: DateTimeTZRange) -> int:
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                officer=rule.officer, kind=Booking.Kind.DUTY, period=turn
            )
            DutyShift.objects.create(
                booking=booking, unit=rule.unit, rank=rule.rank, rule=rule, period=turn
            )
    except IntegrityError:
        return 0
    return 1
