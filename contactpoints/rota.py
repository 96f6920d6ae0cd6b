"""Who serves at a desk or headquarters in the weeks to come, and when nobody does. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Q
from django.utils.timezone import now

from .access import may, may_name
from .models import Absence, Booking, DutyShift, Posting, RotaRule, ShiftSwap, Unit, units

DAYS = 31
# So far ahead the home page warns.
SOON = timedelta(days=14)
FOREVER = datetime.max.replace(tzinfo=ZoneInfo("UTC"))
Span = tuple[datetime, datetime]


@dataclass
class Turn:
    """A shift as the rota draws it.

    lost: the parts of it to come in which the officer has no posting that lets alerts be
    acknowledged here, so that the shift covers nothing.
    """

    shift: DutyShift
    starts: datetime
    ends: datetime
    lost: list[Span]


@dataclass
class Day:
    """A day on the wall of the unit: the turns that begin on it and the hours without anybody.

    On the first day also the turns that began before. `bars`: (kind, start, length) in minutes of
    `minutes`, the length of the day: 1,380, 1,440 or 1,500; kind: primary | backup | gap.
    """

    date: date
    minutes: int
    turns: list[Turn]
    gaps: list[Span]
    bars: list[tuple[str, int, int]]


@dataclass
class Rule:
    """A rule in force or to come, and its turns of the shown days that found no free time."""

    rule: RotaRule
    left_out: list[date]


def rota_units(user: Any) -> list[Unit]:
    """The desks and headquarters of the own side whose rota `user` may read, in tree order."""
    return [unit for unit in units().values() if may_read_rota(user, unit)]


def has_rota(unit: Unit) -> bool:
    """Whether somebody has to be on duty there at any hour."""
    root = unit.kind == Unit.Kind.HEADQUARTERS and unit.parent_id is None
    return unit.retired_at is None and (root or unit.kind == Unit.Kind.DESK)


def may_read_rota(user: Any, unit: Unit) -> bool:
    """Whoever sees the alerts there, sets the rota, or posts the people; never the other side."""
    if unit.side != user.side or not has_rota(unit) or not may_name(user, unit):
        return False
    rights = ("set_rota", "view_alerts", "administer_accounts")
    return any(may(user, codename, unit) for codename in rights)


def posted_times(at: Iterable[Unit]) -> dict[tuple[int, int], list[Span]]:
    """(unit id, officer id) -> when a posting lets the officer acknowledge alerts there, merged."""
    ids = [unit.pk for unit in at]
    rows = Posting.objects.filter(
        group__unitgroupgrant__permission__codename="acknowledge_alerts",
        group__unitgroupgrant__content_object__in=ids,
        officer__is_active=True,
    )
    times = rows.values_list(
        "group__unitgroupgrant__content_object_id",
        "officer_id",
        "starts_at",
        "ends_at",
        "ended_at",
    )
    found: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for unit, officer, starts, ends, ended in times.order_by("starts_at"):
        last = min(ends or FOREVER, ended or FOREVER)
        spans = found[unit, officer]
        if spans and starts <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((starts, last))
    return found


def officers_for(unit: Unit) -> list[Any]:
    """Who may be put on duty: officers with a posting, now or to come, that acknowledges here."""
    rows = Posting.objects.filter(
        group__unitgroupgrant__permission__codename="acknowledge_alerts",
        group__unitgroupgrant__content_object=unit,
        officer__is_active=True,
        ended_at=None,
    ).exclude(ends_at__lte=now())
    found = {row.officer_id: row.officer for row in rows.select_related("officer")}
    return sorted(found.values(), key=lambda officer: (officer.name_latin, officer.pk))


def is_absent(officer: Any, period: DateTimeTZRange) -> bool:
    """Whether an absence of the officer lies in any part of `period`."""
    taken = Booking.objects.filter(officer=officer, kind=Booking.Kind.ABSENCE, cancelled_at=None)
    return taken.filter(period__overlap=period).exists()


def absences(unit: Unit) -> list[Absence]:
    """Who of those that may be put on duty at `unit` is absent, now or to come, in order."""
    ids = [officer.pk for officer in officers_for(unit)]
    return list(Absence.objects.standing().filter(booking__officer__in=ids))


def swaps(unit: Unit, since: datetime) -> list[ShiftSwap]:
    """The shifts at `unit` on offer, and those taken over that end after `since`."""
    rows = ShiftSwap.objects.whole().filter(shift__unit=unit)
    taken = Q(
        accepted_at__isnull=False, taken__cancelled_at=None, taken__period__endswith__gt=since
    )
    here = rows.filter(taken) | rows.filter(pk__in=ShiftSwap.objects.open().values("pk"))
    return list(here.order_by("shift__period", "pk"))


def lacking_hours(spans: Iterable[Span]) -> float:
    """How many hours these spans have together."""
    return sum((ends.timestamp() - starts.timestamp()) / 3600 for starts, ends in spans)


def without(spans: Iterable[Span], whole: Span) -> list[Span]:
    """The parts of `whole` that no span covers."""
    left, at = [], whole[0]
    for starts, ends in sorted(spans):
        if starts > at:
            left.append((at, min(starts, whole[1])))
        at = max(at, ends)
        if at >= whole[1]:
            return left
    return [*left, (at, whole[1])] if at < whole[1] else left


def within(spans: Iterable[Span], whole: Span) -> list[Span]:
    """The parts of `spans` that lie in `whole`."""
    cut = [(max(starts, whole[0]), min(ends, whole[1])) for starts, ends in spans]
    return [(starts, ends) for starts, ends in cut if starts < ends]


def _turns(at: list[Unit], whole: Span) -> dict[int, list[Turn]]:
    shifts = DutyShift.objects.filter(
        unit__in=at, cancelled_at=None, period__overlap=DateTimeTZRange(*whole)
    )
    shifts = shifts.select_related("booking__officer").order_by("period", "-rank", "pk")
    posted, moment = posted_times(at), now()
    found: dict[int, list[Turn]] = {unit.pk: [] for unit in at}
    for shift in shifts:
        span = (shift.period.lower, shift.period.upper)
        times = posted.get((shift.unit_id, shift.booking.officer_id), [])
        lost = without(times, (max(span[0], moment), span[1])) if span[1] > moment else []
        found[shift.unit_id].append(Turn(shift, *span, lost))
    return found


def _gaps(turns: list[Turn], whole: Span) -> list[Span]:
    held = [part for turn in turns for part in without(turn.lost, (turn.starts, turn.ends))]
    return without(held, whole)


def gaps(at: list[Unit], until: datetime) -> dict[int, list[Span]]:
    """Unit id -> when nobody who could acknowledge is on duty there from now to `until`."""
    whole = (now(), until)
    return {unit: _gaps(turns, whole) for unit, turns in _turns(at, whole).items()}


def rota(unit: Unit, first: date, days: int = DAYS) -> list[Day]:
    """The days from `first`, local to the unit. Two statements. What has passed is no gap."""
    zone = ZoneInfo(unit.zone)
    edges = [datetime.combine(first + timedelta(n), time(), zone) for n in range(days + 1)]
    whole = (edges[0], edges[-1])
    turns = _turns([unit], whole)[unit.pk]
    missing = _gaps(turns, (max(whole[0], now()), whole[1])) if whole[1] > now() else []
    found = []
    for number, (starts, ends) in enumerate(pairwise(edges)):
        day = (starts, ends)
        bars = [
            (str(turn.shift.rank), *_bar(part, starts))
            for turn in turns
            for part in within(without(turn.lost, (turn.starts, turn.ends)), day)
        ]
        lacking = within(missing, day)
        found.append(
            Day(
                date=first + timedelta(number),
                minutes=_minutes(starts, ends),
                turns=[
                    turn
                    for turn in turns
                    if starts <= turn.starts < ends or (number == 0 and turn.starts < starts)
                ],
                gaps=lacking,
                bars=[*bars, *(("gap", *_bar(part, starts)) for part in lacking)],
            )
        )
    return found


def _minutes(starts: datetime, ends: datetime) -> int:
    return round((ends.timestamp() - starts.timestamp()) / 60)


def _bar(part: Span, day: datetime) -> tuple[int, int]:
    return _minutes(day, part[0]), _minutes(*part)


def turns_of(rule: RotaRule, until: date) -> list[DateTimeTZRange]:
    """The turns that a rule asks for up to `until`, in UTC. One that lies wholly in the hour that
    the clocks leave out in spring is none."""
    zone = ZoneInfo(rule.unit.zone)
    last = min(until, rule.last_day) if rule.last_day else until
    over = timedelta(days=1) if rule.end <= rule.start else timedelta()
    days = (rule.first_day + timedelta(days=n) for n in range((last - rule.first_day).days + 1))
    spans = (
        (
            datetime.combine(day, rule.start, zone).astimezone(UTC),
            datetime.combine(day + over, rule.end, zone).astimezone(UTC),
        )
        for day in days
    )
    return [DateTimeTZRange(starts, ends) for starts, ends in spans if starts < ends]


def rules_of(unit: Unit, until: date) -> list[Rule]:
    """The rules whose last day has not passed, and what of them is not booked up to `until`.

    A turn that was taken back by hand is not left out: somebody decided that.
    """
    zone = ZoneInfo(unit.zone)
    today = now().astimezone(zone).date()
    rows = RotaRule.objects.filter(unit=unit).exclude(last_day__lt=today)
    rows = rows.exclude(last_day__lt=F("first_day")).select_related("unit", "officer")
    rules = list(rows.order_by("start", "first_day", "pk"))
    known: dict[int | None, set[datetime]] = defaultdict(set)
    shifts = DutyShift.objects.filter(rule__in=rules, period__endswith__gt=now())
    for rule, period in shifts.values_list("rule_id", "period"):
        known[rule].add(period.lower)
    return [
        Rule(
            rule,
            [
                turn.lower.astimezone(zone).date()
                for turn in turns_of(rule, until)
                if turn.upper > now() and turn.lower not in known[rule.pk]
            ],
        )
        for rule in rules
    ]
