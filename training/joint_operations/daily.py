"""The days of an operation and what is counted on them. Reads only.

What a side counts are its own tagged incidents and the copies that the other side released to it.
What stays with its side (docs/sealed.md) is counted nowhere, and a side that has not reported is
said to be missing: its number is unknown, not zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models.functions import Coalesce
from django.utils.timezone import now

from bordercoop.reference.models import Deadline, terms
from contactpoints.access import SERVICES
from incidents.content import crosses
from incidents.models import Share

from .models import JointOperation, OperationDay
from .models.days import LATE_AFTER
from .operation_papers import place_name

NOT_COUNTED = ("draft", "withdrawn", "merged")


def span_of(operation: JointOperation, day: date) -> tuple[datetime, datetime]:
    """00:00 to 24:00 on the wall of the operation's zone; 23 or 25 hours where clocks change."""
    zone = ZoneInfo(operation.zone)
    return (
        datetime.combine(day, time(), zone),
        datetime.combine(day + timedelta(days=1), time(), zone),
    )


def days_over(operation: JointOperation, moment: datetime) -> list[date]:
    """Its days that are over at `moment`, in order."""
    count = (operation.last_day - operation.first_day).days + 1
    days = (operation.first_day + timedelta(days=n) for n in range(count))
    return [day for day in days if span_of(operation, day)[1] <= moment]


def due_of(operation: JointOperation, day: date) -> datetime:
    """Until when the report of a day is to be given: the deadline `operation_daily_report`."""
    found = Deadline.objects.filter(code="operation_daily_report", unit="hour").first()
    limit = timedelta(hours=found.amount) if found and found.amount else LATE_AFTER
    return span_of(operation, day)[1] + limit


def copies_of(
    operation: JointOperation, side: str, since: datetime, until: datetime
) -> list[Share]:
    """The copies of a side of the tagged incidents that happened in that time, each incident once,
    its own record before a released copy."""
    tagged = operation.tags.standing().values("incident")
    rows = Share.objects.filter(incident__in=tagged, unit__side=side, exercise=False)
    rows = rows.exclude(state__in=NOT_COUNTED).annotate(
        moment=Coalesce("happened_at", "reported_at")
    )
    rows = rows.filter(moment__gte=since, moment__lt=until)
    found: dict[int, Share] = {}
    for row in rows.order_by("-precedence", "-pk"):
        if crosses(row.category):
            found.setdefault(row.incident_id, row)
    return sorted(found.values(), key=lambda row: row.number)


@dataclass(frozen=True)
class Cell:
    """How many incidents of a category at a place; `place` "" where none was named."""

    category: str
    place: str
    count: int

    @property
    def category_name(self) -> str:
        known = terms("incident_category").get(self.category)
        return known.name if known else self.category

    @property
    def place_name(self) -> str:
        return place_name(self.place) if self.place else ""


@dataclass
class Figures:
    """`own` of the side that reports, `released` of what the other side released to it."""

    own: list[Cell] = field(default_factory=list)
    released: list[Cell] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(cell.count for cell in self.own)

    @property
    def total_released(self) -> int:
        return sum(cell.count for cell in self.released)


def _cells(rows: Iterable[Share]) -> list[Cell]:
    counted = Counter((row.category, row.place) for row in rows)
    return [Cell(category, place, count) for (category, place), count in sorted(counted.items())]


def figures_of_day(operation: JointOperation, side: str, day: date) -> Figures:
    """As they are now. `numbers` are those of own incidents of which the other side holds a copy:
    no other number crosses."""
    rows = copies_of(operation, side, *span_of(operation, day))
    own = [row for row in rows if row.side == side]
    held = set(
        Share.objects.filter(incident__in=[row.incident_id for row in own])
        .exclude(unit__side=side)
        .filter(unit__side__in=SERVICES)
        .values_list("incident", flat=True)
    )
    return Figures(
        _cells(own),
        _cells(row for row in rows if row.side != side),
        [row.number for row in own if row.incident_id in held],
    )


def figures_said(content: Mapping[str, Any]) -> Figures:
    """The figures that an approved report wrote down."""
    return Figures(
        [Cell(**cell) for cell in content.get("own", ())],
        [Cell(**cell) for cell in content.get("released", ())],
        list(content.get("numbers", ())),
    )


def content_of_day(day: OperationDay) -> dict[str, Any]:
    """What approving writes down: `own` and `released` are lists of {category, place, count}."""
    operation = day.operation
    since, until = span_of(operation, day.day)
    figures = figures_of_day(operation, day.side, day.day)

    def plain(cells: list[Cell]) -> list[dict[str, Any]]:
        return [{"category": c.category, "place": c.place, "count": c.count} for c in cells]

    return {
        "operation": operation.number, "side": day.side, "day": day.day.isoformat(),
        "zone": operation.zone, "since": since.isoformat(), "until": until.isoformat(),
        "language": day.language, "text": day.text, "own": plain(figures.own),
        "released": plain(figures.released), "numbers": figures.numbers,
    }  # fmt: skip


@dataclass
class Earlier:
    """A version that another one follows."""

    report: OperationDay
    figures: Figures


@dataclass
class SideOfDay:
    """What a reader sees of a side's report: `report` and `figures` are None where it is missing;
    `draft` when the own side has not approved it; `earlier` are the approved versions before it,
    the last one first."""

    side: str
    report: OperationDay | None
    figures: Figures | None
    draft: bool = False
    earlier: list[Earlier] = field(default_factory=list)


def sides_of_day(user: Any, operation: JointOperation, day: date) -> list[SideOfDay]:
    """The own side first. A draft shows the figures as they are now, to its own side alone."""
    rows = OperationDay.objects.visible_to(user).filter(operation=operation, day=day)
    rows = rows.select_related("operation", "written_by", "approved_by")
    versions = list(rows.order_by("-number"))
    found = []
    for side in sorted(SERVICES, key=lambda each: each != user.side):
        own = [one for one in versions if one.side == side]
        report = own[0] if own else None
        earlier = [Earlier(one, figures_said(one.content)) for one in own[1:]]
        if report is None:
            found.append(SideOfDay(side, None, None))
        elif report.approved_at is not None:
            figures = figures_said(report.content)
            found.append(SideOfDay(side, report, figures, earlier=earlier))
        else:
            figures = figures_of_day(operation, side, day)
            found.append(SideOfDay(side, report, figures, draft=True, earlier=earlier))
    return found


def late_days(side: str) -> Any:
    """Reports of a side that should have been given and are not; a correction is never late."""
    rows = OperationDay.objects.open().filter(side=side, due_at__lt=now(), number=1)
    return rows.exclude(operation__state="cancelled").select_related("operation")
