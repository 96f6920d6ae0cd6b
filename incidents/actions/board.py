"""The action board: each side gives itself tasks, and both read what is for both."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bordercoop.access.models import User
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded
from contactpoints.access import require
from contactpoints.models import Unit

from ..access import share_for
from ..assigning import assignees
from ..content import EARLIEST, TOLERANCE, crosses
from ..models import (
    GOING_ON,
    Audience,
    Incident,
    Measure,
    Task,
    TaskComment,
    TaskState,
    TaskStep,
)
from ..tidings import readable_tasks
from .moves import sound_reason
from .remarks import FARTHEST, add_measure

LONGEST = 500
LONGEST_COMMENT = 5_000
NOTHING = gettext_lazy("Write something first.")
Deed = TaskStep.Deed


def _sound_due(due_at: datetime | None, before: datetime | None = None) -> None:
    """Raise Invalid for a time that is over, unless it is the one that stands already."""
    if due_at is None or due_at == before:
        return
    if due_at < EARLIEST:
        sentence = _("This time is too long ago. Check the year.")
    elif due_at < now() - TOLERANCE:
        sentence = _("This time is over. Say by when it has to be done.")
    elif due_at > now() + FARTHEST:
        sentence = _("This time is in the future. Check the date, the time and the time zone.")
    else:
        return
    raise Invalid(sentence, fields={"due_at": [sentence]})


def _sound_assignee(incident: Incident, side: str, officer: User | None, unit: Unit | None) -> None:
    """Raise Invalid unless whoever is to do it reads the incident on that side."""
    if officer is None and unit is None:
        return
    known = assignees(incident, side)
    if officer is not None and unit is not None:
        sentence = _("Give it to an officer or to a unit, not to both.")
    elif officer is not None and officer.pk not in {user.pk for user in known.officers}:
        sentence = _("This officer does not read the incident. Choose somebody from the list.")
    elif unit is not None and unit.pk not in {one.pk for one in known.units}:
        sentence = _("This unit does not read the incident. Choose one from the list.")
    else:
        return
    raise Invalid(sentence, fields={"who": [sentence]})


def _ring(task: Task) -> None:
    heard = task.incident.shares.all()
    if task.audience == Audience.OWN:
        heard = heard.filter(unit__side=task.side)
    ring_many(sorted(heard.values_list("unit__code", flat=True)))


def _locked(task: Task) -> Task:
    rows = Task.objects.filter(pk=task.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    return rows.select_related("incident").get()


def _mine(task: Task, by: Any) -> Task:
    """The task under a lock. Raises Refused unless it is one of the own side and `by` may write at
    the unit through which the incident is read, or is the one who has to do it."""
    task = _locked(task)
    unit = share_for(by, task.incident).unit
    if task.side != by.side:
        if task.audience == Audience.OWN:
            raise Refused(_("There is no such task."), code="not_found", status=404)
        raise NotAllowed(_("This is a task of the other side, which alone changes it."))
    if task.officer_id != by.pk:
        require(by, "annotate_incidents", unit)
    return task


def _present(task: Task, version: int | None) -> None:
    if version is not None and version != task.version:
        raise Stale(
            _("Somebody changed this task meanwhile. Read how it stands now and decide again."),
            current=task,
        )


def _step(task: Task, deed: TaskStep.Deed, fields: list[str], *, by: Any, reason: str = "") -> None:
    """Save `fields` of the task as its next version, and keep the step."""
    task.version += 1
    task.save(update_fields=["version", *fields])
    _keep(task, deed, by=by, reason=reason)


def _keep(task: Task, deed: TaskStep.Deed, *, by: Any, reason: str = "") -> None:
    TaskStep.objects.create(
        task=task,
        number=task.version,
        deed=deed,
        state=task.state,
        officer_id=task.officer_id,
        assigned_id=task.assigned_id,
        due_at=task.due_at,
        reason=reason,
        by=by,
    )
    record(f"incident.task_{deed.value}", task.incident.ref, by=by, state=task.state)
    _ring(task)


@transaction.atomic
def add_task(
    incident: Incident,
    *,
    what: str,
    officer: User | None = None,
    unit: Unit | None = None,
    due_at: datetime | None = None,
    audience: Audience | str = Audience.OWN,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Task:
    """Say what the own side has to do, who does it (`officer` or `unit`) and by when.

    For the own side (the default), or for both to read once the other side holds the incident. The
    same `client_ref` is the same task. Refused for both sides where the incident never leaves its
    own.
    """
    at = share_for(by, incident).unit
    require(by, "annotate_incidents", at)
    what = worded(what, "what", most=LONGEST, empty=NOTHING, one_line=True)
    if audience not in Audience.values:
        sentence = _("Choose who sees it.")
        raise Invalid(sentence, fields={"audience": [sentence]})
    if audience == Audience.SHARED and not crosses(incident.category.code):
        sentence = _("Incidents of this category never leave their side, and so do their tasks.")
        raise Refused(sentence, code="never_released", status=403, fields={"audience": [sentence]})
    ref = client_ref or uuid.uuid4()
    said = {
        "incident": incident,
        "what": what,
        "officer": officer,
        "assigned": unit,
        "due_at": due_at,
        "audience": str(audience),
    }
    if known := Task.objects.filter(by=by, client_ref=ref).first():
        first = known.steps.get(number=1)
        was = (known.incident, known.what, first.officer_id, first.assigned_id, first.due_at)
        now_said = (incident, what, officer and officer.pk, unit and unit.pk, due_at)
        if was == now_said and known.audience == audience:
            return known
        # The page was gone back to and something else was written: another task, not a repeat.
        ref = uuid.uuid5(ref, repr([str(value) for value in said.values()]))
    _sound_due(due_at)
    _sound_assignee(incident, by.side, officer, unit)
    task, new = Task.objects.get_or_create(
        by=by, client_ref=ref, defaults={"side": by.side, "unit": at, **said}
    )
    if new:
        _keep(task, Deed.ADDED, by=by)
    return task


@transaction.atomic
def assign_task(
    task: Task,
    *,
    officer: User | None = None,
    unit: Unit | None = None,
    due_at: datetime | None = None,
    version: int | None = None,
    by: Any,
) -> Task:
    """Give a task to an officer, a unit or nobody yet, and say by when it has to be done.

    `version` is the one that was read: Stale when somebody changed the task since. The same again
    changes nothing. Refused once the task has ended.
    """
    task = _mine(task, by)
    wanted = (officer and officer.pk, unit and unit.pk, due_at)
    if (task.officer_id, task.assigned_id, task.due_at) == wanted:
        return task
    _present(task, version)
    if task.state not in GOING_ON:
        raise Refused(_("The task has ended. Open it again before you assign it."), code="ended")
    _sound_due(due_at, task.due_at)
    _sound_assignee(task.incident, task.side, officer, unit)
    task.officer, task.assigned, task.due_at = officer, unit, due_at
    _step(task, Deed.ASSIGNED, ["officer", "assigned", "due_at"], by=by)
    return task


@transaction.atomic
def move_task(task: Task, *, state: TaskState | str, version: int | None = None, by: Any) -> Task:
    """Say that a task is open or in progress; one that has ended is open again by it.

    Moved twice is moved once; Stale when somebody changed the task after `version`.
    """
    task = _mine(task, by)
    if state not in GOING_ON:
        sentence = _("Choose whether the task is open or in progress.")
        raise Invalid(sentence, fields={"state": [sentence]})
    if task.state == state:
        return task
    _present(task, version)
    task.state, task.ended_at, task.reason = TaskState(state), None, ""
    _step(task, Deed.MOVED, ["state", "ended_at", "reason"], by=by)
    return task


@transaction.atomic
def finish_task(task: Task, *, version: int | None = None, by: Any) -> Task:
    """Say that a task is done; whoever has to do it may, and whoever writes for the unit.

    Finished twice is finished once, and the first time stands. Stale when somebody changed the
    task after `version`.
    """
    task = _mine(task, by)
    if task.state == TaskState.DONE:
        return task
    _present(task, version)
    if task.state == TaskState.DROPPED:
        raise Refused(_("The task was dropped. Open it again before you finish it."), code="ended")
    task.state, task.ended_at = TaskState.DONE, now()
    _step(task, Deed.FINISHED, ["state", "ended_at"], by=by)
    return task


@transaction.atomic
def drop_task(task: Task, *, reason: str, version: int | None = None, by: Any) -> Task:
    """Say that a task will not be done, and why; whoever reads the task reads the reason.

    Dropped twice is dropped once, and the first reason stands. Stale when somebody changed the
    task after `version`.
    """
    task = _mine(task, by)
    reason = sound_reason(reason)
    if task.state == TaskState.DROPPED:
        return task
    _present(task, version)
    if task.state == TaskState.DONE:
        raise Refused(_("The task is done. Open it again before you drop it."), code="ended")
    task.state, task.ended_at, task.reason = TaskState.DROPPED, now(), reason
    _step(task, Deed.DROPPED, ["state", "ended_at", "reason"], by=by, reason=reason)
    return task


@transaction.atomic
def comment_task(
    task: Task, *, text: str, client_ref: uuid.UUID | None = None, by: Any
) -> TaskComment:
    """Say something to a task, on either side; it is read by whoever reads the task.

    The same `client_ref` with the same words is the same comment.
    """
    task = Task.objects.select_related("incident").get(pk=task.pk)
    share = share_for(by, task.incident)
    unit = share.unit
    if not readable_tasks(task.incident, share, by).filter(pk=task.pk).exists():
        raise Refused(_("There is no such task."), code="not_found", status=404)
    require(by, "annotate_incidents", unit)
    text = worded(text, "text", most=LONGEST_COMMENT, empty=NOTHING)
    ref = client_ref or uuid.uuid4()
    said = {"incident": task.incident, "task": task, "text": text}
    known = TaskComment.objects.filter(by=by, client_ref=ref).first()
    if known is not None and (known.task_id, known.text) != (task.pk, text):
        ref = uuid.uuid5(ref, f"{task.uid} {text}")
    comment, new = TaskComment.objects.get_or_create(
        by=by,
        client_ref=ref,
        defaults={"side": by.side, "unit": unit, "audience": task.audience, **said},
    )
    if new:
        record("incident.task_commented", task.incident.ref, by=by, audience=task.audience)
        _ring(task)
    return comment


@transaction.atomic
def record_task(task: Task, *, by: Any) -> Measure:
    """Keep what a finished task has done as a measure of the incident, for those who read the task.

    Recorded twice is recorded once.
    """
    task = _mine(task, by)
    if task.measure is not None:
        return task.measure
    if task.state != TaskState.DONE:
        raise Refused(
            _("Only what is done becomes a measure. Finish the task first."), code="not_done"
        )
    task.measure = add_measure(
        task.incident,
        text=task.what,
        audience=task.audience,
        done_at=task.ended_at,
        client_ref=uuid.uuid5(task.uid, "measure"),
        by=by,
    )
    _step(task, Deed.RECORDED, ["measure"], by=by)
    return task.measure
