"""Who is on duty: single shifts, and rules that repeat them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused

from ..access import require
from ..models import Booking, DutyRank, DutyShift, RotaRule, Unit
from ..rota import is_absent, posted_times, turns_of, without

AHEAD = timedelta(days=60)
LONGEST = timedelta(days=366)


def _require_same_side(officer: Any, unit: Unit) -> None:
    if officer.side != unit.side:
        raise Refused(
            _("%(officer)s belongs to another side than %(unit)s. Choose a unit of the same side.")
            % {"officer": officer.display_name, "unit": unit.name},
            code="other_side",
        )


def one_at_a_time(officers: Iterable[int], units: Iterable[int]) -> None:
    """Whoever books one of these officers or units (by id) waits: two inserts that an exclusion
    constraint holds against each other would otherwise end in a deadlock."""
    people = User.objects.filter(pk__in=list(officers)).order_by("pk")
    list(people.select_for_update(no_key=True).values_list("pk"))
    at = Unit.objects.filter(pk__in=list(units)).order_by("pk")
    list(at.select_for_update(no_key=True).values_list("pk"))


@transaction.atomic
def book_duty(
    officer: Any,
    *,
    unit: Unit,
    starts_at: datetime,
    ends_at: datetime,
    rank: DutyRank | str = DutyRank.PRIMARY,
    by: Any,
) -> DutyShift:
    """Put an officer on duty at a desk or headquarters from `starts_at` to `ends_at` (aware times).

    Refused when the officer is booked elsewhere then, is not posted there in all of it that is
    still to come, or the desk has its primary already.
    The same shift booked twice is one.
    """
    require(by, "set_rota", unit)
    _require_same_side(officer, unit)
    # Two moments of one wall are else compared by what the clock shows.
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if ends_at <= starts_at:
        raise Refused(_("The shift ends before it starts. Check both times."), code="invalid")
    one_at_a_time([officer.pk], [unit.pk])
    posted = posted_times([unit]).get((unit.pk, officer.pk), [])
    if without(posted, (max(starts_at, min(now(), ends_at)), ends_at)):
        raise Refused(
            _(
                "%(officer)s has no posting in all of that time that lets alerts be acknowledged "
                "at %(unit)s. Choose another officer, or ask the administrator for the posting."
            )
            % {"officer": officer.display_name, "unit": unit.name},
            code="not_posted",
        )
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
            if is_absent(officer, period):
                raise Refused(
                    _("%(officer)s is absent in that time. Choose another officer or time.")
                    % {"officer": officer.display_name},
                    code="absent",
                ) from clash
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
        free_time(shift)
        record(
            "duty.cancelled",
            f"user:{shift.officer.username}",
            by=by,
            trail=shift.unit.side,
            unit=shift.unit.code,
            starts_at=shift.period.lower.isoformat(),
        )
    return shift


def free_time(shift: DutyShift) -> None:
    """Cancel a shift with its booking. The caller has asked, locks, and writes what it was."""
    shift.cancelled_at = now()
    Booking.objects.filter(pk=shift.booking_id).update(cancelled_at=shift.cancelled_at)
    shift.save(update_fields=["cancelled_at"])


@transaction.atomic
def set_rota_rule(
    officer: Any,
    *,
    unit: Unit,
    start: time,
    end: time,
    rank: DutyRank | str = DutyRank.PRIMARY,
    first_day: date | None = None,
    last_day: date | None = None,
    by: Any,
) -> RotaRule:
    """Let an officer serve at a unit every day from `start` to `end`, local time of the unit.

    Nothing is booked yet: `extend_rotas` does it, or `plan_duty` at once. The same rule set twice
    is one; without `last_day` it is the same from whichever day.
    """
    require(by, "set_rota", unit)
    _require_same_side(officer, unit)
    one_at_a_time([officer.pk], [unit.pk])
    first = first_day or now().astimezone(ZoneInfo(unit.zone)).date()
    facts = {"unit": unit, "officer": officer, "start": start, "last_day": last_day}
    same = RotaRule.objects.filter(**facts)
    if last_day is not None:
        same = same.filter(first_day=first, end=end, rank=rank)
    if known := same.order_by("pk").first():
        return known
    rule = RotaRule.objects.create(**facts, end=end, rank=rank, first_day=first)
    record(
        "rota.rule_set",
        f"user:{officer.username}",
        by=by,
        trail=unit.side,
        unit=unit.code,
        first_day=first.isoformat(),
        **({"last_day": last_day.isoformat()} if last_day else {}),
    )
    return rule


@transaction.atomic
def plan_duty(
    officer: Any,
    *,
    unit: Unit,
    start: time,
    end: time,
    rank: DutyRank | str = DutyRank.PRIMARY,
    first_day: date,
    last_day: date,
    by: Any,
) -> RotaRule:
    """Set a rule from `first_day` to `last_day` and book its turns of the next 60 days at once.

    A turn whose time is taken, or in which the officer is not posted there, is left out; when that
    leaves none, the whole is refused.
    """
    require(by, "set_rota", unit)
    today = now().astimezone(ZoneInfo(unit.zone)).date()
    if last_day < first_day:
        sentence = _("The last day lies before the first. Check both days.")
        raise Invalid(sentence, fields={"last_day": [sentence]})
    if first_day < today:
        sentence = _("These days have passed. A rota is set for days to come.")
        raise Invalid(sentence, fields={"first_day": [sentence]})
    if last_day > first_day + LONGEST:
        sentence = _("A rule holds for a year at most. Set an earlier last day.")
        raise Invalid(sentence, fields={"last_day": [sentence]})
    rule = set_rota_rule(
        officer,
        unit=unit,
        start=start,
        end=end,
        rank=rank,
        first_day=first_day,
        last_day=last_day,
        by=by,
    )
    until = (now() + AHEAD).date()
    _extend(rule.pk, until, since=now())
    if first_day <= until and not DutyShift.objects.filter(rule=rule).exists():
        raise Refused(
            _(
                "None of these turns can be booked: %(officer)s or the place of the primary is "
                "taken then, or %(officer)s is not posted here on these days."
            )
            % {"officer": officer.display_name},
            code="no_turn_free",
        )
    return rule


@transaction.atomic
def end_rota_rule(rule: RotaRule, *, last_day: date | None = None, by: Any) -> RotaRule:
    """Let a rule end after `last_day` (None: at once); its turns that begin later are taken back.

    A turn that has begun stays: whoever is on duty is relieved by cancelling that shift.
    """
    require(by, "set_rota", rule.unit)
    one_at_a_time([rule.officer_id], [rule.unit_id])
    rows = RotaRule.objects.select_related("unit", "officer")
    rule = rows.select_for_update(no_key=True, of=("self",)).get(pk=rule.pk)
    zone = ZoneInfo(rule.unit.zone)
    yesterday = now().astimezone(zone).date() - timedelta(days=1)
    last = max(last_day or yesterday, yesterday)
    if rule.last_day is not None and rule.last_day <= last:
        if last_day is None or rule.last_day == last:
            return rule
        sentence = _("This rule ends earlier already. Set a new one for the days after it.")
        raise Invalid(sentence, fields={"last_day": [sentence]})
    rule.last_day = last
    rule.save(update_fields=["last_day"])
    after = datetime.combine(last + timedelta(days=1), time(), zone)
    later = DutyShift.objects.filter(
        rule=rule, cancelled_at=None, period__startswith__gte=max(after, now())
    )
    for shift in later.select_related("unit", "booking__officer").order_by("pk"):
        cancel_duty(shift, by=by)
    record(
        "rota.rule_ended",
        f"user:{rule.officer.username}",
        by=by,
        trail=rule.unit.side,
        unit=rule.unit.code,
        last_day=last.isoformat(),
    )
    return rule


def extend_rotas(until: date | None = None, since: datetime | None = None) -> int:
    """Book every rota rule up to `until` (60 days ahead by default); returns how many new shifts.

    Turns that ended before `since` (now by default) are not booked any more. A turn whose time is
    taken by another booking, or in which the officer is not posted there, is left out, not forced.
    Safe to run twice. Each rule is a transaction of its own, so that it holds nobody else's
    bookings up.
    """
    until, since = until or (now() + AHEAD).date(), since or now()
    rules = RotaRule.objects.exclude(last_day__lt=since.date() - timedelta(days=1))
    booked = sum(
        _extend(pk, until, since) for pk in rules.order_by("pk").values_list("pk", flat=True)
    )
    if booked:
        record("rota.extended", "rota", by=None, until=until.isoformat(), shifts=booked)
    return booked


@transaction.atomic
def _extend(pk: int, until: date, since: datetime) -> int:
    rules = RotaRule.objects.select_related("unit", "officer")
    rule = rules.get(pk=pk)
    one_at_a_time([rule.officer_id], [rule.unit_id])
    rule = rules.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    known = set(DutyShift.objects.filter(rule=rule).values_list("period", flat=True))
    starts = {period.lower for period in known}
    posted = posted_times([rule.unit]).get((rule.unit_id, rule.officer_id), [])
    new = [
        turn
        for turn in turns_of(rule, until)
        if turn.lower not in starts
        and turn.upper > since
        and not without(posted, (max(turn.lower, since), turn.upper))
    ]
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
