"""Joint operations: the list, one of them, its deeds, its shifts."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop.errors import NotAllowed, Refused
from bordercoop.web.beside import beside
from incidents.investigation.form_kit import carried_out
from incidents.models import Incident
from training.models import Activity
from training.views.kit import reader, uid_of, units_of_planner

from .. import actions
from ..access import coordinates_operation, works_on_operations
from ..forms import OperationForm, ReasonForm, ResourceForm, ShiftForm, initial_of
from ..listing import asked_of, rows_of
from ..models import JointOperation, OperationResource, OperationShift, OperationState
from ..operation_page import deeds_of, page_of, shifts_of
from .kit import operation_of

VERBS = require_http_methods(["GET", "HEAD", "POST"])
PLAIN: dict[str, Callable[..., Any]] = {
    "propose": actions.propose_operation,
    "draft_report": actions.draft_evaluation_report,
}


@login_required
@require_safe
def joint_operations(request: HttpRequest) -> HttpResponse:
    """Names: `rows`, `asked`, `states`, `may_plan`."""
    user = reader(request)
    asked = asked_of(request.GET)
    context = {
        "rows": rows_of(user, asked),
        "asked": asked,
        "states": OperationState.choices,
        "may_plan": works_on_operations(user),
    }
    return render(request, "joint_operations/list.html", context)


@login_required
@VERBS
@never_cache
def joint_operation_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`, `operation` None."""
    user = reader(request)
    units = units_of_planner(user)
    form, status = OperationForm(request.POST or None, by=user, units=units), 200
    made: list[JointOperation] = []
    if request.method == "POST":
        status = carried_out(form, lambda given: made.append(_begin(form, given, user)))
        if not status:
            return redirect("joint_operation", number=made[0].number)
    return render(
        request, "joint_operations/form.html", {"form": form, "operation": None}, status=status
    )


def _begin(form: OperationForm, given: dict[str, Any], user: Any) -> JointOperation:
    chosen = given.get("calendar") or ""
    activity = None
    if uid := uid_of(chosen):
        activity = Activity.objects.visible_to(user).filter(uid=uid).first()
    return actions.begin_operation(
        unit=form.unit or form.units[0], activity=activity, in_calendar=not chosen,
        client_ref=given["client_ref"], by=user, **form.said(),
    )  # fmt: skip


@login_required
@VERBS
@never_cache
def joint_operation_change(request: HttpRequest, number: str) -> HttpResponse:
    """Names: `form`, `operation`."""
    user = reader(request)
    operation = operation_of(user, number)
    if not coordinates_operation(user, operation):
        raise NotAllowed(_("The unit that coordinates this operation changes it."))
    first = initial_of(operation)
    form = OperationForm(request.POST or None, by=user, operation=operation, initial=first)
    status = 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.change_operation(
                operation, edition=given["edition"], by=user, **form.said()
            ),
        )
        if not status:
            return redirect("joint_operation", number=number)
    return render(
        request, "joint_operations/form.html", {"form": form, "operation": operation},
        status=status,
    )  # fmt: skip


@login_required
@VERBS
@never_cache
def joint_operation(request: HttpRequest, number: str) -> HttpResponse:
    """One operation; a POST does `do`. Names: those of `operation_page.page_of`, `may` (deeds),
    `resource_form`, `cancel_form`, `refusal`."""
    user = reader(request)
    operation = operation_of(user, number)
    forms: dict[str, Any] = {}
    status, refusal = 200, ""
    if request.method == "POST":
        try:
            status = _do(request, operation, user, forms)
        except Refused as no:
            if no.status in (403, 404):
                raise
            status, refusal = no.status, str(no)
        if not status:
            return redirect("joint_operation", number=number)
        operation = operation_of(user, number)
    may = deeds_of(user, operation)
    if "resource" in may:
        forms.setdefault("resource_form", ResourceForm(by=user, auto_id="resource_%s"))
        forms.setdefault("cancel_form", ReasonForm(by=user, auto_id="cancel_%s"))
    said = beside("operation", user, operation)
    context = {**page_of(user, operation), "may": may, "refusal": refusal, "beside": said, **forms}
    return render(request, "joint_operations/operation.html", context, status=status)


def _do(request: HttpRequest, operation: JointOperation, user: Any, forms: dict[str, Any]) -> int:
    do = request.POST.get("do", "")
    if do in PLAIN:
        PLAIN[do](operation, by=user)
        return 0
    if do == "cancel":
        forms["cancel_form"] = form = ReasonForm(request.POST, by=user, auto_id="cancel_%s")
        return carried_out(
            form,
            lambda given: actions.cancel_operation(operation, reason=given["reason"], by=user),
        )
    if do == "resource":
        forms["resource_form"] = added = ResourceForm(request.POST, by=user, auto_id="resource_%s")
        return carried_out(
            added,
            lambda given: actions.add_resource(
                operation, kind=given["kind"], count=given["count"], note=given["note"],
                client_ref=given["client_ref"], by=user,
            ),
        )  # fmt: skip
    if do == "remove_resource":
        rows = OperationResource.objects.filter(operation=operation)
        row = get_object_or_404(rows, uid=uid_of(request.POST.get("resource", "")))
        actions.remove_resource(row, by=user)
        return 0
    raise Http404


@login_required
@VERBS
@never_cache
def joint_operation_shifts(request: HttpRequest, number: str) -> HttpResponse:
    """Who is where and when; a POST sets a shift of the own side or cancels one. Names:
    `operation`, `shifts`, `form` (None without the right), `refusal`."""
    user = reader(request)
    operation = operation_of(user, number)
    may = "shift" in deeds_of(user, operation)
    form = ShiftForm(by=user, operation=operation) if may else None
    status, refusal = 200, ""
    if request.method == "POST":
        if not may:
            raise NotAllowed(_("Coordinators set shifts until the operation has ended."))
        if request.POST.get("do") == "cancel":
            rows = OperationShift.objects.filter(operation=operation)
            shift = get_object_or_404(rows, uid=uid_of(request.POST.get("shift", "")))
            try:
                actions.cancel_operation_shift(shift, by=user)
            except Refused as no:
                if no.status in (403, 404):
                    raise
                status, refusal = no.status, str(no)
            else:
                status = 0
        else:
            typed = form = ShiftForm(request.POST, by=user, operation=operation)
            status = carried_out(
                typed,
                lambda given: actions.set_operation_shift(
                    operation, officer=typed.chosen, place=given["place"],
                    starts_at=given["starts_at"], ends_at=given["ends_at"], task=given["task"],
                    client_ref=given["client_ref"], by=user,
                ),
            )  # fmt: skip
        if not status:
            return redirect("joint_operation_shifts", number=number)
    context = {
        "operation": operation, "shifts": shifts_of(operation), "form": form, "refusal": refusal,
    }  # fmt: skip
    return render(request, "joint_operations/shifts.html", context, status=status)


@login_required
@require_POST
def joint_operation_tag(request: HttpRequest, uid: Any) -> HttpResponse:
    """Tag an incident with an operation, or take the tag away; back to the incident."""
    user = reader(request)
    incident = get_object_or_404(Incident.objects.visible_to(user), uid=uid)
    operation = operation_of(user, request.POST.get("operation", "")[:20])
    verb = actions.untag_incident if request.POST.get("do") == "untag" else actions.tag_incident
    verb(incident, operation, by=user)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back) if safe else redirect("incident", uid=uid)
