"""An active contingency plan: its phases, what is done, how it ended."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.investigation.form_kit import carried_out
from training.views.kit import uid_of

from .. import actions
from ..access import activates, ticks
from ..contingency import contacts_of, run_of
from ..contingency_desks import not_alerted
from ..forms import SaidForm
from ..models import ContingencyActivation
from .kit import reader, refused

VERBS = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@VERBS
@never_cache
def contingency_activation(request: HttpRequest, uid: Any) -> HttpResponse:
    """An active plan with its checklist; a POST begins a phase, ticks a task, takes a tick back or
    stands the plan down. Names: `activation`, `plan`, `run`, `contacts`, `to_call`, `may_tick`,
    `end_form`, `refusal`, `typed` (what was, of which task or tick), `form`."""
    user = reader(request)
    rows = ContingencyActivation.objects.visible_to(user)
    rows = rows.select_related("plan", "version", "place", "by", "stood_down_by")
    activation: ContingencyActivation = get_object_or_404(rows, uid=uid)
    status = 200
    more: dict[str, Any] = {}
    if request.method == "POST":
        status = _on_run(request, activation, user, more)
        if not status:
            return redirect("contingency_activation", uid=uid)
        activation = get_object_or_404(rows, uid=uid)
    going_on = activation.stood_down_at is None
    if going_on and activates(user, activation.plan):
        more.setdefault(
            "end_form",
            SaidForm(by=user, label=_("How it ended"), field="outcome", auto_id="end_%s"),
        )
    context = {
        "activation": activation,
        "plan": activation.plan,
        "run": run_of(activation),
        "contacts": contacts_of(activation.version.content),
        "to_call": not_alerted(activation) if going_on else [],
        "may_tick": going_on and ticks(user, activation.plan),
        **more,
    }
    return render(request, "lessons/contingency_activation.html", context, status=status)


def _on_run(
    request: HttpRequest, activation: ContingencyActivation, user: Any, more: dict[str, Any]
) -> int:
    do = request.POST.get("do", "")
    if do == "begin":
        phase = request.POST.get("phase", "")[:12]
        more["refusal"], status = refused(
            lambda: actions.begin_phase(activation, phase=phase, by=user)
        )
        return status
    if do == "take_back":
        tick = get_object_or_404(activation.ticks, uid=uid_of(request.POST.get("tick", "")))
        reason = request.POST.get("reason", "")[:60_000]
        more["refusal"], status = refused(
            lambda: actions.take_tick_back(tick, reason=reason, by=user)
        )
        more["typed"] = {"tick": tick.uid, "reason": reason}
        return status
    if do == "end":
        form = SaidForm(
            request.POST, by=user, label=_("How it ended"), field="outcome", auto_id="end_%s"
        )
        more |= {"end_form": form, "form": form}
        return carried_out(
            form,
            lambda given: actions.stand_down(activation, outcome=given["said"] or "", by=user),
        )
    task = request.POST.get("task", "")[:12]
    note = request.POST.get("note", "")[:60_000]
    more["typed"] = {"task": task, "note": note}
    more["refusal"], status = refused(
        lambda: actions.tick_task(activation, task=task, note=note, by=user)
    )
    return status
