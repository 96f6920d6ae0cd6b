"""The action board of an incident, one task, and the tasks that wait for the reader."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import Refused
from bordercoop.web.fields import own_clock_first
from contactpoints.access import may

from .. import actions
from ..access import share_for
from ..assigning import assignees
from ..board_forms import CommentForm, DropForm, TaskForm, WhoForm, who_of
from ..content import crosses
from ..joining import absorbed_for
from ..models import GOING_ON, Incident, Share, Task
from ..tidings import readable_tasks
from .merged import onward
from .record import visible

MOST = 200


def _tasks(incident: Incident, share: Share, reader: Any) -> list[Task]:
    rows = readable_tasks(incident, share, reader)
    return list(
        rows.select_related("incident", "officer", "assigned", "by").order_by(
            F("due_at").asc(nulls_last=True), "pk"
        )[:MOST]
    )


def _when_due(task: Task) -> tuple[bool, Any]:
    return task.due_at is None, task.due_at or task.pk


def _board(request: HttpRequest, incident: Incident, **more: Any) -> dict[str, Any]:
    """Names for incidents/board.html: `incident`, `share`, `groups` (side, tasks going on by when
    they are due, ended ones), own side first, with the tasks of records merged into it; `named`
    (each task says of which record it is), `may_add`, `form`, `crosses`."""
    user: Any = request.user
    share = share_for(user, incident)
    absorbed = absorbed_for(user, incident)
    tasks = _tasks(incident, share, user)
    for one in absorbed:
        tasks += _tasks(one.merge.source, one.share, user)
    tasks.sort(key=_when_due)
    sides = sorted({user.side, *(task.side for task in tasks)}, key=lambda side: side != user.side)
    may_add = may(user, "annotate_incidents", share.unit_id)
    return {
        "incident": incident,
        "share": share,
        "groups": [
            {
                "side": side,
                "own": side == user.side,
                "going": [t for t in tasks if t.side == side and t.state in GOING_ON],
                "ended": [t for t in tasks if t.side == side and t.state not in GOING_ON],
            }
            for side in sides
        ],
        "named": bool(absorbed),
        "may_add": may_add,
        "crosses": crosses(share.category),
        "form": own_clock_first(TaskForm(known=assignees(incident, user.side)), user.side)
        if may_add
        else None,
        **more,
    }


@login_required
@never_cache
def incident_board(request: HttpRequest, uid: Any) -> HttpResponse:
    incident = visible(request, uid)
    if request.method != "POST":
        if (elsewhere := onward(request, incident, "incident_board")) is not None:
            return elsewhere
        return render(request, "incidents/board.html", _board(request, incident))
    user: Any = request.user
    form = own_clock_first(TaskForm(request.POST, known=assignees(incident, user.side)), user.side)
    status = 400
    try:
        if form.is_valid():
            actions.add_task(
                incident,
                what=form.cleaned_data["what"],
                audience=form.cleaned_data["audience"],
                client_ref=form.cleaned_data["client_ref"],
                by=user,
                **form.given(),
            )
            return redirect("incident_board", uid=uid)
    except Refused as refusal:
        if refusal.status == 404 or not refusal.fields:
            raise
        form.take(refusal)
        status = refusal.status
    context = _board(request, incident)
    if not context["may_add"]:
        actions.add_task(incident, what="-", by=user)  # says why not
    return render(request, "incidents/board.html", {**context, "form": form}, status=status)


def _task(request: HttpRequest, uid: Any, task: Any) -> tuple[Incident, Task]:
    incident = visible(request, uid)
    rows = readable_tasks(incident, share_for(request.user, incident), request.user)
    found = get_object_or_404(
        rows.select_related("officer", "assigned", "by", "measure", "incident"), uid=task
    )
    return incident, found


def _version(request: HttpRequest) -> int:
    """The version that the page showed; 0, which is never the present one, for nonsense."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _shown(request: HttpRequest, incident: Incident, task: Task, **more: Any) -> dict[str, Any]:
    """Names for incidents/task.html: `incident`, `share`, `task`, `steps`, `comments`,
    `may_change`, `may_record`, `may_comment`, `who_form`, `drop_form`, `comment_form`, `refusal`
    (a sentence or "")."""
    user: Any = request.user
    share = share_for(user, incident)
    writes = may(user, "annotate_incidents", share.unit_id)
    changes = task.side == user.side and (writes or task.officer_id == user.pk)
    first = {"who": who_of(task), "due": task.due_at}
    return {
        "incident": incident,
        "share": share,
        "task": task,
        "going_on": task.state in GOING_ON,
        "steps": list(task.steps.select_related("by", "officer", "assigned").order_by("-number")),
        "comments": list(task.comments.select_related("by").order_by("pk")),
        "may_change": changes,
        "may_record": changes and writes and task.state == "done" and task.measure_id is None,
        "may_comment": writes,
        "who_form": own_clock_first(
            WhoForm(known=assignees(incident, user.side), initial=first), user.side
        )
        if changes
        else None,
        "drop_form": DropForm(),
        "comment_form": CommentForm(),
        "refusal": "",
        **more,
    }


def _do(request: HttpRequest, incident: Incident, task: Task, forms: dict[str, Any]) -> bool:
    """Carry out what was pressed; False when something that was typed cannot be right."""
    user: Any = request.user
    version, asked = _version(request), request.POST.get("do", "")
    if asked == "assign":
        form: Any = own_clock_first(
            WhoForm(request.POST, known=assignees(incident, user.side)), user.side
        )
        forms["who_form"] = form
        if form.is_valid():
            actions.assign_task(task, version=version, by=user, **form.given())
        return form.is_valid()
    if asked == "drop":
        form = forms["drop_form"] = DropForm(request.POST)
        if form.is_valid():
            actions.drop_task(task, reason=form.cleaned_data["reason"], version=version, by=user)
        return form.is_valid()
    if asked == "comment":
        form = forms["comment_form"] = CommentForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            actions.comment_task(task, text=given["text"], client_ref=given["client_ref"], by=user)
        return form.is_valid()
    if asked == "finish":
        actions.finish_task(task, version=version, by=user)
    elif asked == "measure":
        actions.record_task(task, by=user)
    else:
        actions.move_task(task, state=asked, version=version, by=user)
    return True


@login_required
@never_cache
def incident_task(request: HttpRequest, uid: Any, task: Any) -> HttpResponse:
    incident, found = _task(request, uid, task)
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        status = 400
        try:
            if _do(request, incident, found, more):
                if request.POST.get("back") == "board":
                    return redirect("incident_board", uid=uid)
                return redirect("incident_task", uid=uid, task=task)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            for form in more.values():
                form.take(refusal)
            more["refusal"] = str(refusal)
            status = refusal.status
        _incident, found = _task(request, uid, task)
    return render(
        request, "incidents/task.html", _shown(request, incident, found, **more), status=status
    )


@login_required
@require_safe
@never_cache
def my_tasks(request: HttpRequest) -> HttpResponse:
    """Names: `tasks`, those that wait for the reader or the reader's own unit, overdue first."""
    user: Any = request.user
    rows = Task.objects.visible_to(user).for_whom(user)
    tasks = rows.select_related("officer", "assigned", "by", "incident")[:MOST]
    return render(request, "incidents/my_tasks.html", {"tasks": tasks})
