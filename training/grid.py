"""The month and the week as grids, on the wall of the reader's side. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.reference.sides import ZONE
from bordercoop.web.clocks import Clock, clocks
from contactpoints import months

from .access import plans
from .listing import Asked, filtered, midnight
from .models import Activity
from .models.activities import CHANGEABLE
from .public_holidays import Holiday, holidays_between

# So many of a day are drawn; the day of the list has them all.
MOST = 6
# The hours that a week always shows.
EARLIEST, LATEST = 8, 18


@dataclass
class Mark:
    """An activity on one day. `begins`: it begins on this day; `last`: it ends there. `starts` and
    `ends` are aware, on the wall of the reader's side."""

    activity: Activity
    starts: datetime
    ends: datetime
    begins: bool
    last: bool
    movable: bool

    @property
    def hour(self) -> str:
        return f"{self.starts:%H:%M}"

    @property
    def until(self) -> str:
        return f"{self.ends:%H:%M}"

    @property
    def there(self) -> list[Clock]:
        """The other side's clock at the begin, where it shows another hour."""
        side = "BY" if self.starts.tzinfo == ZoneInfo(ZONE["BY"]) else "LV"
        return [clock for clock in clocks(self.starts, side)[1:] if clock.gap]


@dataclass
class Day:
    date: date
    within: bool = True
    today: bool = False
    holidays: list[Holiday] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    more: int = 0

    @property
    def free(self) -> bool:
        return self.date.weekday() > 4

    @property
    def continuing(self) -> list[Mark]:
        return [mark for mark in self.marks if not mark.begins]

    @property
    def shown(self) -> list[Mark]:
        return self.marks[: len(self.marks) - self.more]


@dataclass
class Hour:
    """One row of a week: what begins in this hour, for each of the days."""

    hour: int
    cells: list[tuple[Day, list[Mark]]]


@dataclass
class Grid:
    """`at` is what the address says; `before` and `after` lead to its neighbours."""

    at: str
    before: str
    after: str
    now: str
    first: date
    last: date
    days: list[Day]
    hours: list[Hour] = field(default_factory=list)
    count: int = 0

    @property
    def weeks(self) -> list[list[Day]]:
        return [self.days[at : at + 7] for at in range(0, len(self.days), 7)]

    @property
    def numbers(self) -> list[tuple[str, list[Day]]]:
        """Each week with the number by which the address knows it."""
        return [(week_name(week[0].date), week) for week in self.weeks]

    @property
    def holidays(self) -> list[Day]:
        return [day for day in self.days if day.within and day.holidays]


def week_name(day: date) -> str:
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}"


def week_of(text: str, today: date) -> date:
    """The Monday of "2026-W49"; of the present week for "". Raises Invalid for anything else."""
    if not text:
        return today - timedelta(days=today.weekday())
    try:
        year, week = text.split("-W")
        found = date.fromisocalendar(int(year), int(week), 1)
        if not (len(week) <= 2 and 2000 <= found.year <= 2100):
            raise ValueError
    except ValueError:
        sentence = _("Give the week as year and number, for example 2026-W49.")
        raise Invalid(sentence, fields={"at": [sentence]}) from None
    return found


def _today(user: Any) -> date:
    return now().astimezone(ZoneInfo(ZONE.get(user.side, "UTC"))).date()


def month_grid(user: Any, asked: Asked, at: str) -> Grid:
    """The weeks that hold the days of a month."""
    today = _today(user)
    month = months.month_of(at) if at else today.replace(day=1)
    following = months.after(month)
    first = month - timedelta(days=month.weekday())
    last = following + timedelta(days=(-following.weekday()) % 7 - 1)
    days = [
        Day(day, within=day.month == month.month, today=day == today)
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    ]
    grid = Grid(
        f"{month:%Y-%m}", f"{months.before(month):%Y-%m}", f"{following:%Y-%m}",
        f"{today:%Y-%m}", month, following - timedelta(days=1), days,
    )  # fmt: skip
    _fill(grid, user, asked)
    for day in days:
        day.more = max(0, len(day.marks) - MOST)
    return grid


def week_grid(user: Any, asked: Asked, at: str) -> Grid:
    """Seven days by the hour."""
    today = _today(user)
    monday = week_of(at, today)
    days = [Day(day, today=day == today) for day in (monday + timedelta(days=n) for n in range(7))]
    step = timedelta(days=7)
    grid = Grid(
        week_name(monday), week_name(monday - step), week_name(monday + step), week_name(today),
        monday, days[-1].date, days,
    )  # fmt: skip
    _fill(grid, user, asked)
    starts = [mark.starts.hour for day in days for mark in day.marks if mark.begins]
    hours = range(min([EARLIEST, *starts]), max([LATEST, *starts]) + 1)
    grid.hours = [
        Hour(
            hour,
            [
                (day, [mark for mark in day.marks if mark.begins and mark.starts.hour == hour])
                for day in days
            ],
        )
        for hour in hours
    ]
    return grid


def _fill(grid: Grid, user: Any, asked: Asked) -> None:
    """Put what takes place into its days; one statement."""
    zone = ZoneInfo(ZONE.get(user.side, "UTC"))
    days = {day.date: day for day in grid.days}
    first, last = grid.days[0].date, grid.days[-1].date
    rows = filtered(user, asked).between(
        midnight(first, user.side), midnight(last + timedelta(days=1), user.side)
    )
    if not asked.state:
        rows = rows.standing()
    rows = rows.only(
        "uid", "number", "side", "unit", "joint", "put_at", "kind", "mode", "state", "title",
        "language", "host_country", "place", "zone", "period",
    )  # fmt: skip
    countries = set()
    for activity in rows.order_by("period", "pk"):
        grid.count += 1
        countries.add(activity.host_country)
        starts, ends = (
            moment.astimezone(zone) for moment in (activity.starts_at, activity.ends_at)
        )
        # What ends at midnight does not take the day after.
        until = (ends - timedelta(microseconds=1)).date()
        day = max(starts.date(), first)
        may = activity.state in CHANGEABLE and plans(user, activity)
        while day <= min(until, last):
            days[day].marks.append(
                Mark(activity, starts, ends, day == starts.date(), day == until, may)
            )
            day += timedelta(days=1)
    known = holidays_between(first, last, countries, order=user.side)
    for each, found in known.items():
        days[each].holidays = found
