"""The page of a focal point: experts, requests for expertise, deployments, contact sheet."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.views.decorators.cache import never_cache

from bordercoop.audit.actions import record_readings
from bordercoop.errors import Refused

from .. import actions
from ..access import may
from ..actions import mark_opened
from ..focal import focal, focal_points, reads_focal
from ..focal_forms import AnswerForm, DeploymentForm, ExpertForm, ExpertiseForm
from ..models import (
    ContactPoint,
    Delivery,
    ExpertiseRequest,
    ExpertiseState,
    FocalDeployment,
    FocalExpert,
)


def _point(request: HttpRequest, code: str) -> ContactPoint:
    """The focal point of that code, the first without one; 404 for every other point."""
    found = [point for point in focal_points() if not code or point.code == code]
    if not found or not reads_focal(request.user):
        raise Http404
    return found[0]


def _code_of(asked: str) -> str:
    """Of the point where a request for expertise lies, "" for none."""
    try:
        rows = ExpertiseRequest.objects.filter(uid=UUID(asked))
    except ValueError:
        return ""
    return rows.values_list("point__code", flat=True).first() or ""


def _page(
    request: HttpRequest, point: ContactPoint, status: int = 200, **more: Any
) -> HttpResponse:
    """Names: `here` (focal.Focal), `several` (focal points), forms by name, `state_at`, `beside`
    (what apps above say)."""
    user: Any = request.user
    here = focal(user, point)
    if any(expert.phone for expert in here.experts):
        record_readings({f"focal:{point.code}"}, by=user)
    forms: dict[str, Any] = {}
    if here.leads:
        forms |= {
            "expert_form": ExpertForm(auto_id="expert_%s"),
            "deployment_form": DeploymentForm(auto_id="deployment_%s"),
            "answer_form": AnswerForm(auto_id="answer_%s"),
        }
    if here.may_ask:
        initial = {"language": user.language}
        forms["ask_form"] = ExpertiseForm(auto_id="ask_%s", initial=initial)
    beside = [
        said for name in settings.BESIDE_FOCAL_POINT if (said := import_string(name)(user, point))
    ]
    context = {
        "here": here, "several": focal_points(), "state_at": now(), "beside": beside,
        **forms, **more,
    }  # fmt: skip
    return render(request, "contactpoints/focal.html", context, status=status)


def _row(model: Any, point: ContactPoint, uid: str) -> Any:
    row = next((row for row in model.objects.filter(point=point) if str(row.uid) == uid), None)
    if row is None:
        raise Http404
    return row


@login_required
@never_cache
def focal_point(request: HttpRequest, code: str = "") -> HttpResponse:
    """The page, and what is done on it: `do` says what. Opening it at the desk is the read
    receipt."""
    point = _point(request, code or _code_of(request.GET.get("asked", "")))
    if request.method != "POST":
        for asked in ExpertiseRequest.objects.filter(point=point, state=ExpertiseState.OPEN):
            for delivery in Delivery.objects.about(asked.ref).open().bare():
                if may(request.user, "acknowledge_alerts", delivery.desk_id):
                    mark_opened(delivery, by=request.user)
        return _page(request, point)
    user, post, do = request.user, request.POST, request.POST.get("do", "")
    back = redirect("focal_point_of", code=point.code)
    about = post.get("about", "")[:40]
    plain: dict[str, Callable[[], Any]] = {
        "end_expert": lambda: actions.end_expert(_row(FocalExpert, point, about), by=user),
        "end_deployment": lambda: actions.end_deployment(
            _row(FocalDeployment, point, about), by=user
        ),
        "withdraw": lambda: actions.withdraw_expertise(
            _row(ExpertiseRequest, point, about), by=user
        ),
    }
    if do in plain:
        plain[do]()
        return back
    typed: dict[str, tuple[str, Any, Callable[..., Any]]] = {
        "expert": ("expert_form", ExpertForm(post, auto_id="expert_%s"), actions.enter_expert),
        "deployment": (
            "deployment_form",
            DeploymentForm(post, auto_id="deployment_%s"),
            actions.enter_deployment,
        ),
        "ask": ("ask_form", ExpertiseForm(post, auto_id="ask_%s"), actions.ask_expertise),
        "answer": (
            "answer_form",
            AnswerForm(post, auto_id="answer_%s"),
            lambda _point, **given: actions.answer_expertise(
                _row(ExpertiseRequest, point, about), **given
            ),
        ),
    }
    if do not in typed:
        raise Http404
    name, form, deed = typed[do]
    status = 400
    if form.is_valid():
        try:
            deed(point, **form.cleaned_data, by=user)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
            status = refusal.status
        else:
            return back
    return _page(request, point, status, form=form, about=about, **{name: form})
