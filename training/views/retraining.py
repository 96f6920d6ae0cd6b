"""Whom a new version wants trained again, and the lists of whom an activity is to train."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import Procedure, ProcedureVersion
from contactpoints.access import may

from .. import actions
from ..access import agrees
from ..models import Course
from ..retraining import counted, reads_retraining, to_train
from .kit import activity_of, reader, whole

SHOWN = 500


def _reader(request: HttpRequest) -> Any:
    """Whoever plans or nominates; to everybody else the pages do not exist."""
    user = reader(request)
    if not reads_retraining(user):
        raise Http404
    return user


@login_required
@require_safe
@never_cache
def retraining(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (retraining.Counted)."""
    user = _reader(request)
    return render(request, "training/retraining.html", {"rows": counted(user)})


@login_required
@never_cache
def retraining_of(request: HttpRequest, code: str) -> HttpResponse:
    """Who must be trained again in one procedure, and a button for each course that teaches it.
    Names: `procedure`, `version` (in force or None), `people` (retraining.Again), `total`, `left`,
    `courses`, `client_ref`, `may_plan`, `refusal`."""
    user = _reader(request)
    procedure = get_object_or_404(Procedure, code=code)
    refusal, status = "", 200
    if request.method == "POST":
        rows = Course.objects.visible_to(user)
        course = get_object_or_404(rows, uid=_uuid(request.POST.get("course", "")))
        try:
            activity = actions.plan_retraining(
                procedure, course=course, edition=_number(request, "edition"),
                version=_number(request, "version"), joint=request.POST.get("joint") == "1",
                client_ref=_uuid(request.POST.get("client_ref", "")), by=user,
            )  # fmt: skip
        except NotAllowed:
            raise
        except Refused as refused:
            if refused.status == 404:
                raise
            refusal, status = str(refused), refused.status
        else:
            return redirect("activity_listed", number=activity.number)
    people = to_train(user, procedure)
    version = ProcedureVersion.objects.holding().filter(procedure=procedure).first()
    context = {
        "procedure": procedure,
        "version": version,
        "people": people[:SHOWN],
        "total": len(people),
        "left": sum(not one.planned for one in people),
        "courses": Course.objects.visible_to(user).filter(state="agreed", procedures=procedure),
        "client_ref": uuid.uuid4(),
        "may_plan": agrees(user),
        "refusal": refusal,
    }
    return render(request, "training/retraining_of.html", context, status=status)


def _number(request: HttpRequest, name: str) -> int:
    return whole(request.POST.get(name, ""))


def _uuid(typed: str) -> uuid.UUID:
    try:
        return uuid.UUID(typed)
    except ValueError as error:
        raise Http404 from error


@login_required
@never_cache
def activity_listed(request: HttpRequest, number: str) -> HttpResponse:
    """Whom an activity is to train again, by unit; one button nominates a unit's. Names:
    `activity`, `units` ((unit, rows, may)), `open`, `done` (how many), `left` ((officer,
    sentence)), `listed` (how many), `refusal`."""
    user = reader(request)
    activity = activity_of(user, number)
    context: dict[str, Any] = {"done": None, "left": [], "refusal": ""}
    rows = activity.listed.to_nominate().reached_by(user)
    status = 200
    if request.method == "POST":
        row = rows.filter(unit__code=request.POST.get("unit", "")).first()
        if row is not None:
            try:
                done, left = actions.nominate_listed(activity, unit=row.unit, by=user)
            except NotAllowed:
                raise
            except Refused as refused:
                status, context["refusal"] = refused.status, str(refused)
            else:
                context |= {"done": len(done), "left": left}
    units: dict[Any, list[Any]] = {}
    for row in rows:
        units.setdefault(row.unit, []).append(row)
    context |= {
        "activity": activity,
        "units": [(unit, found, may(user, "nominate", unit)) for unit, found in units.items()],
        "open": activity.state in ("nominations", "confirmed"),
        "listed": activity.listed.reached_by(user).count(),
    }
    return render(request, "training/activity_listed.html", context, status=status)
