"""A joint operation: begun, changed, proposed to both, cancelled; it begins and ends by itself."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.access.models import Language
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.reference.models import usable_places
from bordercoop.reference.sides import ZONE
from bordercoop.reference.wording import worded
from bordercoop.web.finding.query import sought
from contactpoints.access import SERVICES, require
from contactpoints.models import Unit
from incidents.actions.once import written_before
from training.actions import plan_activity
from training.actions.numbering import next_in
from training.actions.rounds import alone
from training.models import Activity

from ..access import require_operation_coordinator, require_operation_worker
from ..models import JointOperation, OperationResource, OperationSeries, OperationState
from ..models.operations import AHEAD, LONGEST
from ..operation_papers import border_sections, place_name
from .operation_kit import (
    keep_operation,
    locked_operation,
    operation_moved,
    operation_not_now,
    paper_changed,
    void_waiting_version,
    wrong,
)
from .shifts import free_shifts

State = OperationState
FARTHEST = timedelta(days=3660)
MOST_RESOURCES, MOST_COUNT, ROUND = 100, 10_000, 200
HOST_OF_ZONE = {"Europe/Riga": "LV", "Europe/Minsk": "BY"}


def _next_number() -> str:
    year = now().astimezone(UTC).year
    return f"JOP-{year}-{next_in(OperationSeries, year=year):05d}"


def _period(starts_at: datetime | None, ends_at: datetime | None) -> DateTimeTZRange:
    if starts_at is None or starts_at.tzinfo is None:
        raise wrong("starts_at", _("Say when it begins."))
    if ends_at is None or ends_at.tzinfo is None:
        raise wrong("ends_at", _("Say when it ends."))
    # Two moments of one wall are else compared by what the clock shows.
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if ends_at <= starts_at:
        raise wrong("ends_at", _("It ends before it begins. Check both times."))
    if ends_at - starts_at > LONGEST:
        raise wrong("ends_at", _("An operation lasts a year at most. Choose an earlier end."))
    if abs(starts_at - now()) > FARTHEST:
        raise wrong("starts_at", _("This is too long ago or too far ahead. Check the year."))
    return DateTimeTZRange(starts_at, ends_at)


def _codes(field: str, given: Iterable[str], known: list[str], sentence: str) -> list[str]:
    asked = {str(code) for code in given or ()}
    if asked - set(known):
        raise wrong(field, sentence)
    return [code for code in known if code in asked]


def _said(
    *,
    title: str,
    language: str,
    zone: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    places: Iterable[str],
    sections: Iterable[str],
    held: Iterable[str] = (),
) -> dict[str, Any]:
    """`held` are codes of places that it names already: one that was retired since stays."""
    if zone not in HOST_OF_ZONE:
        raise wrong("zone", _("Choose the clock by which the days of the operation run."))
    if language not in Language.values:
        raise wrong("language", _("Choose the language you write in."))
    known = list(dict.fromkeys([*(place.code for place in usable_places()), *held]))
    return {
        "title": worded(
            title, "title", most=160, one_line=True, empty=_("Say in one line what it is about.")
        ),
        "language": language,
        "zone": zone,
        "period": _period(starts_at, ends_at),
        "places": _codes("places", places, known, _("Choose crossing points from the list.")),
        "sections": _codes(
            "sections",
            sections,
            list(border_sections()),
            _("Choose border sections from the list."),
        ),
    }


@transaction.atomic
def begin_operation(
    *,
    unit: Unit,
    title: str,
    language: str,
    starts_at: datetime,
    ends_at: datetime,
    zone: str = "",
    places: Iterable[str] = (),
    sections: Iterable[str] = (),
    activity: Activity | None = None,
    in_calendar: bool = False,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> JointOperation:
    """Note a joint operation down as a draft, which the own side alone reads.

    Times are aware; `zone` is that of one of the two sides, of the own one by default. `activity`
    of kind `operation` is the one that stands in the calendar for it; with `in_calendar` one is
    planned. The same `client_ref` from one officer is one operation.
    """
    if by.side not in SERVICES or unit.side != by.side or unit.kind == Unit.Kind.DESK:
        raise NotAllowed(_("Coordinators of the two services plan operations of their units."))
    require(by, "plan_activities", unit)
    said = _said(
        title=title, language=language, zone=zone or ZONE[by.side], starts_at=starts_at,
        ends_at=ends_at, places=places, sections=sections,
    )  # fmt: skip
    ref, mine = client_ref or uuid.uuid4(), JointOperation.objects.filter(by=by)
    if known := written_before(mine, ref, unit=unit):
        return known
    number = _next_number()  # holds the year's series: the same form sent at once waits here
    if known := written_before(mine, ref, unit=unit):
        return known
    if activity is None and in_calendar:
        activity = plan_activity(
            unit=unit, kind="operation", title=said["title"], language=language,
            host_country=HOST_OF_ZONE[said["zone"]], place=_place_of(said),
            starts_at=said["period"].lower, ends_at=said["period"].upper, client_ref=ref, by=by,
        )  # fmt: skip
    elif activity is not None:
        activity = _free_activity(activity, by)
    operation = JointOperation.objects.create(
        number=number, side=by.side, unit=unit, activity=activity, client_ref=ref, by=by,
        editors=[by.pk], words=sought(number, said["title"]), **said,
    )  # fmt: skip
    keep_operation(operation, "begun", by=by, unit=unit.code)
    return operation


def _place_of(said: dict[str, Any]) -> str:
    names = {place.code: place.name for place in usable_places()} | border_sections()
    named = [names[code] for code in (*said["places"], *said["sections"])]
    return ", ".join(named)[:200] or _("Both sides of the border")


def _free_activity(activity: Activity, by: Any) -> Activity:
    """One of kind `operation` that `by` reads and no other operation has taken."""
    rows = Activity.objects.select_for_update(no_key=True, of=("self",))
    held = rows.visible_to(by).filter(pk=activity.pk, kind="operation").first()
    if held is None:
        raise wrong("activity", _("Choose an activity of the kind “joint operation”."))
    if JointOperation.objects.filter(activity=held).exists():
        raise Refused(
            _("This activity stands for another operation already. Choose another one."),
            code="taken",
        )
    return held


@transaction.atomic
def tie_operation(
    operation: JointOperation, activity: Activity | None, *, by: Any
) -> JointOperation:
    """Let an activity of kind `operation` stand for it in the calendar, None for none. The same
    again changes nothing."""
    operation = locked_operation(operation, by)
    require_operation_coordinator(operation, by)
    if operation.activity_id == (activity.pk if activity else None):
        return operation
    operation.activity = _free_activity(activity, by) if activity is not None else None
    operation.save(update_fields=["activity"])
    number = operation.activity.number if operation.activity else None
    keep_operation(operation, "tied", by=by, activity=number)
    return operation


@transaction.atomic
def change_operation(
    operation: JointOperation, *, edition: int | None = None, by: Any, **said: Any
) -> JointOperation:
    """Say title, clock, time and area anew, whole. What both approved before holds no longer, and
    an approved operation is proposed again. The same again changes nothing; Stale when somebody
    changed the plan after `edition`. Refused where shifts lie outside the new time."""
    operation = locked_operation(operation, by)
    require_operation_coordinator(operation, by)
    if operation.state not in AHEAD:
        raise operation_not_now(operation)
    wanted = _said(held=operation.places, **said)
    changes = [name for name, value in wanted.items() if getattr(operation, name) != value]
    if not changes:
        return operation
    if edition is not None and edition != operation.edition:
        raise Stale(
            _("Somebody changed this operation while you worked on it. Look at it and save again."),
            current=operation,
        )
    if operation.state != State.DRAFT and not wanted["places"] and not wanted["sections"]:
        raise wrong("places", _("Choose a crossing point or a border section at least."))
    _require_shifts_fit(operation, wanted)
    void_waiting_version(operation, "plan", by=by)
    for name in changes:
        setattr(operation, name, wanted[name])
    operation.editors = sorted({*operation.editors, by.pk})
    operation.words = sought(operation.number, operation.title)
    paper_changed(operation, "plan", *changes, "editors", "words", by=by)
    keep_operation(operation, "changed", by=by, fields=sorted(changes))
    return operation


def _require_shifts_fit(operation: JointOperation, wanted: dict[str, Any]) -> None:
    standing = operation.shifts.standing()
    outside = standing.exclude(booking__period__contained_by=wanted["period"]).count()
    if outside:
        sentence = ngettext(
            "%(count)s shift lies outside this time. Cancel it first.",
            "%(count)s shifts lie outside this time. Cancel them first.",
            outside,
        ) % {"count": outside}
        raise wrong("starts_at", sentence)
    area = [*wanted["places"], *wanted["sections"]]
    if gone := standing.exclude(place__in=area).values_list("place", flat=True).first():
        raise wrong(
            "places",
            _("Shifts are set at %(place)s. Cancel them first, or keep the place.")
            % {"place": place_name(gone) if gone else ""},
        )


@transaction.atomic
def propose_operation(operation: JointOperation, *, by: Any) -> JointOperation:
    """Let the other side read it and write its parts of the plan. Proposed twice it is proposed
    once."""
    operation = locked_operation(operation, by)
    require_operation_coordinator(operation, by)
    if operation.state != State.DRAFT:
        if operation.state == State.CANCELLED:
            raise operation_not_now(operation)
        return operation
    if not operation.places and not operation.sections:
        raise wrong("places", _("Choose a crossing point or a border section at least."))
    operation.proposed_at = now()
    operation_moved(operation, State.PROPOSED, "proposed_at", by=by)
    return operation


@transaction.atomic
def cancel_operation(operation: JointOperation, *, reason: str, by: Any) -> JointOperation:
    """Give it up before it begins, by a coordinator of either side; everybody's time is free
    again."""
    operation = locked_operation(operation, by)
    if by.side == operation.side:
        require_operation_coordinator(operation, by)
    else:
        require_operation_worker(by)
    if operation.state == State.CANCELLED:
        return operation
    if operation.state not in AHEAD:
        raise operation_not_now(operation)
    operation.reason = worded(
        reason, "reason", most=500, empty=_("Write the reason: the other side reads it.")
    )
    void_waiting_version(operation, "plan", by=by)
    operation_moved(operation, State.CANCELLED, "reason", reason=operation.reason, by=by)
    free_shifts(operation)
    return operation


@transaction.atomic
def add_resource(
    operation: JointOperation,
    *,
    kind: str,
    count: int,
    note: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> OperationResource:
    """Put in people or equipment of the own side. What waited for approval is void. The same
    `client_ref` is one."""
    operation = locked_operation(operation, by)
    require_operation_worker(by)
    if operation.state not in AHEAD:
        raise operation_not_now(operation)
    if kind not in OperationResource.Kind.values:
        raise wrong("kind", _("Choose from the list what is put in."))
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_COUNT:
        raise wrong("count", _("Give a whole number from 1 to %(most)s.") % {"most": MOST_COUNT})
    note = worded(note, "note", most=160, one_line=True)
    ref = client_ref or uuid.uuid4()
    rows = OperationResource.objects.filter(by=by)
    if known := written_before(rows, ref, operation=operation):
        return known
    if operation.resources.filter(removed_at=None).count() >= MOST_RESOURCES:
        raise Refused(
            _("An operation has at most %(most)s lines of resources.") % {"most": MOST_RESOURCES},
            code="full",
        )
    void_waiting_version(operation, "plan", by=by)
    made = OperationResource.objects.create(
        operation=operation, side=by.side, kind=kind, count=count, note=note, client_ref=ref, by=by
    )
    paper_changed(operation, "plan", by=by)
    keep_operation(operation, "resource_added", by=by, kind=kind, count=count)
    return made


@transaction.atomic
def remove_resource(resource: OperationResource, *, by: Any) -> OperationResource:
    """Take a line of the own side out. What waited for approval is void. Twice is once."""
    operation = locked_operation(resource.operation, by)
    require_operation_worker(by)
    resource = OperationResource.objects.select_for_update(no_key=True).get(pk=resource.pk)
    if resource.side != by.side:
        raise NotAllowed(_("The side that put this in takes it out."), code="other_side")
    if resource.removed_at is not None:
        return resource
    if operation.state not in AHEAD:
        raise operation_not_now(operation)
    void_waiting_version(operation, "plan", by=by)
    resource.removed_at, resource.removed_by = now(), by
    resource.save(update_fields=["removed_at", "removed_by"])
    paper_changed(operation, "plan", by=by)
    keep_operation(operation, "resource_removed", by=by, kind=resource.kind, count=resource.count)
    return resource


def run_due_operations() -> int:
    """Approved operations whose time has come run, running ones whose time is over have ended;
    returns how many moved. Safe twice and at once."""
    moment, count = now(), 0
    due = JointOperation.objects.filter(
        Q(state=State.APPROVED, period__startswith__lte=moment)
        | Q(state=State.RUNNING, period__endswith__lte=moment)
    )
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[:ROUND]):
        with alone("run_due_operations", pk):
            rows = JointOperation.objects.select_for_update(
                skip_locked=True, no_key=True, of=("self",)
            )
            operation = rows.select_related("unit").filter(pk=pk).first()
            if operation is None:
                continue
            if operation.state == State.APPROVED and operation.starts_at <= moment:
                operation_moved(operation, State.RUNNING, by=None)
                count += 1
            if operation.state == State.RUNNING and operation.ends_at <= moment:
                void_waiting_version(operation, "plan", by=None)
                operation_moved(operation, State.ENDED, by=None)
                count += 1
    return count
