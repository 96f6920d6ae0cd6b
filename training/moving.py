"""What a new time of an activity would mean, before anything is saved. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.timezone import now

from contactpoints.models import Booking

from .actions.activities import FARTHEST
from .clashes import Clash, clash_of
from .models import Activity
from .public_holidays import Holiday, holidays_between
from .walls import shifted, shifted_period


@dataclass
class Busy:
    """An officer who is elsewhere then, and where; of the other side's officers nobody is told
    where."""

    officer: Any
    clashes: list[Clash] = field(default_factory=list)


@dataclass
class Preview:
    """What a new time would mean. Times are aware UTC; `people` is of how many it takes time."""

    starts_at: datetime
    ends_at: datetime
    nominations_until: datetime | None
    people: int
    busy: list[Busy]
    holidays: list[tuple[date, Holiday]]
    weekend: bool

    @property
    def clear(self) -> bool:
        return not (self.busy or self.holidays or self.weekend)


def too_far(starts_at: datetime) -> bool:
    """Whether `change_activity` would refuse such a begin."""
    return abs(starts_at - now()) > FARTHEST


def new_start(activity: Activity, day: date, zone: str, hour: int | None = None) -> datetime:
    """When it begins after a drag to a day of a grid on the wall of `zone`: at the same time of day
    there, or at the hour to which it was dragged."""
    there = ZoneInfo(zone)
    at = activity.starts_at.astimezone(there)
    wall = datetime.combine(day, at.time())
    if hour is not None:
        wall = wall.replace(hour=hour, minute=0 if hour != at.hour else at.minute)
    return wall.replace(tzinfo=there).astimezone(UTC)


def preview(activity: Activity, starts_at: datetime, *, side: str) -> Preview:
    """What is in the way of who takes part, and which public holidays; three statements."""
    before, zone = activity.starts_at, activity.zone
    ends_at = shifted(activity.ends_at, before, starts_at, zone)
    until = activity.nominations_until
    officers: dict[int, list[DateTimeTZRange]] = {}
    for pk in activity.participations.seated().values_list("officer", flat=True):
        officers[pk] = [DateTimeTZRange(starts_at, ends_at)]
    for session in activity.sessions.standing():
        for who in (session.speaker_id, session.interpreter_id):
            if who is not None and who not in officers:
                officers[who] = []
            if who is not None and officers[who] != [DateTimeTZRange(starts_at, ends_at)]:
                officers[who].append(shifted_period(session.period, before, starts_at, zone))
    zoned = ZoneInfo(zone)
    first, last = (
        moment.astimezone(zoned).date() for moment in (starts_at, ends_at - timedelta(seconds=1))
    )
    found = holidays_between(first, last, [activity.host_country], order=side)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return Preview(
        starts_at,
        ends_at,
        shifted(until, before, starts_at, zone) if until else None,
        len(officers),
        _busy(activity, officers, side),
        [(day, one) for day in sorted(found) for one in found[day]],
        any(day.weekday() > 4 for day in days[:7]),
    )


def _busy(activity: Activity, officers: dict[int, list[DateTimeTZRange]], side: str) -> list[Busy]:
    wanted = Q()
    for pk, periods in officers.items():
        for period in periods:
            wanted |= Q(officer=pk, period__overlap=period)
    if not wanted:
        return []
    rows = Booking.objects.filter(wanted, cancelled_at=None)
    rows = rows.exclude(taken_by__activity=activity)
    rows = rows.select_related("officer", "taken_by__activity", "dutyshift__unit")
    found: dict[int, Busy] = {}
    for booking in rows.order_by("period", "pk"):
        busy = found.setdefault(booking.officer_id, Busy(booking.officer))
        if booking.officer.side == side:
            busy.clashes.append(clash_of(booking))
    return sorted(found.values(), key=lambda one: one.officer.display_name)
