"""What the pages of a joint operation show. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import now

from contactpoints.access import SERVICES
from incidents.models import Share
from incidents.texts import headline_of
from training.activity_forms import CITIES

from .access import approves_operations, coordinates_operation, works_on_operations
from .daily import late_days, span_of
from .models import JointOperation, OperationDay, OperationShift, OperationTag
from .models.operations import AHEAD, SHIFTS_IN, TAGGED_IN
from .operation_papers import area_names, place_name, standing_of, texts_of

SHOWN = 20


def own_first(side: str) -> list[str]:
    return sorted((str(each) for each in SERVICES), key=lambda each: each != side)


def deeds_of(user: Any, operation: JointOperation) -> set[str]:
    """What the officer may do with it now."""
    state, may = operation.state, set()
    works = works_on_operations(user)
    if coordinates_operation(user, operation):
        may.add("tie")
        if state in AHEAD:
            may.add("change")
        if state == "draft":
            may.add("propose")
    if works:
        if state in AHEAD:
            may |= {"resource", "cancel"}
        if state in SHIFTS_IN:
            may.add("shift")
        if state in (*AHEAD, "running"):
            may.add("write_plan")
        if state == "ended":
            may |= {"write_report", "draft_report"}
    return may


@dataclass
class DayRow:
    """A day of the operation: `sides` are (side, its report or None as the reader sees it)."""

    day: date
    over: bool
    sides: list[tuple[str, OperationDay | None]]


def days_of(user: Any, operation: JointOperation) -> list[DayRow]:
    """The days that have begun, the newest first."""
    moment, rows = now(), []
    known = {
        (one.side, one.day): one
        for one in OperationDay.objects.visible_to(user)
        .filter(operation=operation)
        .order_by("number")
    }
    day = operation.first_day
    while day <= operation.last_day and span_of(operation, day)[0] <= moment:
        sides = [(side, known.get((side, day))) for side in own_first(user.side)]
        rows.append(DayRow(day, span_of(operation, day)[1] <= moment, sides))
        day += timedelta(days=1)
    return rows[::-1]


@dataclass
class Tagged:
    """An incident of an operation as the reader reads it."""

    tag: OperationTag
    share: Share
    headline: str
    language: str


def tagged_of(user: Any, operation: JointOperation) -> tuple[list[Tagged], int]:
    """The newest of those whose copy the reader holds, and how many these are."""
    tags = {tag.incident_id: tag for tag in operation.tags.standing().select_related("by")}
    rows = Share.objects.visible_to(user).filter(incident_id__in=tags).select_related("incident")
    found = []
    for share in rows.newest()[:SHOWN]:
        said, language, _mark = headline_of(share)
        found.append(Tagged(tags[share.incident_id], share, said, language))
    return found, rows.count()


def shifts_of(operation: JointOperation) -> list[OperationShift]:
    """Those that stand, the earliest first, with `place_name`."""
    rows = operation.shifts.standing().select_related("booking__officer")
    found = list(rows.order_by("booking__period", "pk"))
    for shift in found:
        shift.place_name = place_name(shift.place)  # type: ignore[attr-defined]
    return found


def page_of(user: Any, operation: JointOperation) -> dict[str, Any]:
    """Names: `operation`, `area`, `city`, `resources` ((side, rows)), `plan` and
    `report` (Standing), `written` (parts of the plan in which something stands), `shifts`, `tags`,
    `tag_count`, `days`, `moves`, `late` (reports of the own side)."""
    resources = list(operation.resources.filter(removed_at=None).select_related("by"))
    tags, count = tagged_of(user, operation)
    return {
        "operation": operation,
        "area": area_names(operation),
        "city": CITIES.get(operation.zone, operation.zone),
        "resources": [
            (side, [one for one in resources if one.side == side]) for side in own_first(user.side)
        ],
        "plan": standing_of(operation, "plan"),
        "report": standing_of(operation, "report"),
        "written": len({one.section for one in texts_of(operation, "plan") if one.text}),
        "shifts": shifts_of(operation)[:8],
        "tags": tags,
        "tag_count": count,
        "days": days_of(user, operation),
        "moves": list(operation.moves.select_related("by").order_by("-at", "-pk")),
        "late": late_days(user.side).filter(operation=operation).count(),
        "taggable": operation.state in TAGGED_IN,
        "approves": approves_operations(user),
    }
