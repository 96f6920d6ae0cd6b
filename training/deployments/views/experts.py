"""The pool of experts: the list, one expert, the form."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.access.models import Language
from bordercoop.errors import NotAllowed
from bordercoop.reference.models import terms
from bordercoop.reference.sides import Side
from incidents.investigation.form_kit import ReasonForm, carried_out

from ...views.kit import uid_of
from .. import actions
from ..access import agrees
from ..forms import AccreditForm, AvailableForm, ExpertForm, initial_of_expert
from ..models import Accreditation, Expert
from ..page import pool, profile_name
from .kit import expert_of, pool_reader, tried


def _keeper(request: HttpRequest) -> Any:
    user = pool_reader(request)
    if not agrees(user):
        raise NotAllowed(_("A coordinator at the head of a side keeps the pool of experts."))
    return user


@login_required
@require_safe
@never_cache
def experts(request: HttpRequest) -> HttpResponse:
    """Names: `lines` (page.ExpertLine), `may_write`, `profiles`, `languages`, `sides`, `asked`."""
    user = pool_reader(request)
    profiles = [(code, term.name) for code, term in terms("deployment_profile").items()]
    known = {"profile": dict(profiles), "language": Language.values, "side": Side.values}
    asked = {name: request.GET.get(name, "") for name in known}
    asked = {name: value for name, value in asked.items() if value in known[name]}
    context = {
        "lines": pool(user, **asked),
        "may_write": agrees(user),
        "profiles": profiles,
        "languages": Language.values,
        "sides": Side.choices,
        "asked": asked,
    }
    return render(request, "deployments/experts.html", context)


@login_required
@never_cache
def expert_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`, `expert` None."""
    user = _keeper(request)
    form, status = ExpertForm(request.POST or None, by=user), 200
    if request.method == "POST":
        made: list[Expert] = []
        status = carried_out(
            form, lambda _given: made.append(actions.add_expert(by=user, **form.said()))
        )
        if not status:
            return redirect("expert", uid=made[0].uid)
    context = {"form": form, "expert": None}
    return render(request, "deployments/expert_form.html", context, status=status)


@login_required
@never_cache
def expert_change(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `form`, `expert`."""
    user = _keeper(request)
    expert, status = expert_of(user, uid), 200
    if expert.side not in (user.side, Side.EU):
        raise NotAllowed(_("Each side keeps its own experts, and both those of Frontex."))
    first = initial_of_expert(expert)
    form = ExpertForm(request.POST or None, by=user, expert=expert, initial=first)
    if request.method == "POST":
        status = carried_out(
            form, lambda _given: actions.change_expert(expert, by=user, **form.said())
        )
        if not status:
            return redirect("expert", uid=uid)
    context = {"form": form, "expert": expert}
    return render(request, "deployments/expert_form.html", context, status=status)


@login_required
@never_cache
def expert(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `expert`, `profiles`, `periods`, `accreditations`, each with `form`
    where the reader withdraws it, `own`, `may_keep`, forms, `refusal`."""
    user = pool_reader(request)
    one, status = expert_of(user, uid), 200
    more: dict[str, Any] = {}
    keeps = agrees(user) and one.left_at is None
    own = one.side in (user.side, Side.EU)
    if request.method == "POST":
        status = tried(lambda: _do(request, one, user, more), more)
        if not status:
            left = request.POST.get("do") == "leave"
            return redirect("experts") if left else redirect("expert", uid=uid)
        one = expert_of(user, uid)
    forms: dict[str, Any] = {}
    if keeps and own:
        forms["available_form"] = AvailableForm(by=user, auto_id="available_%s")
    if keeps and one.side != user.side:
        forms["accredit_form"] = AccreditForm(by=user, auto_id="accredit_%s")
    granted = Accreditation.objects.visible_to(user).filter(expert=one)
    accreditations = list(granted.select_related("by", "withdrawn_by"))
    for held in accreditations if keeps else []:
        if held.side == user.side and held.withdrawn_at is None and held.number:
            refused = more.get("withdraw_form") if more.get("about") == str(held.uid) else None
            form = refused or ReasonForm(by=user, auto_id=f"withdraw_{held.uid}_%s")
            held.form = form  # type: ignore[attr-defined]
    context = {
        "expert": one,
        "profiles": [profile_name(code) for code in one.profiles],
        "periods": one.periods.standing() if own else [],
        "accreditations": accreditations,
        "own": own,
        "may_keep": keeps and own,
        **forms,
        **more,
    }
    return render(request, "deployments/expert.html", context, status=status)


def _do(request: HttpRequest, one: Expert, user: Any, more: dict[str, Any]) -> int:
    do, post = request.POST.get("do", ""), request.POST
    if do == "leave":
        actions.leave_experts(one, by=user)
        return 0
    about = uid_of(post.get("about", ""))
    if do == "remove":
        if found := one.periods.standing().filter(uid=about).first():
            actions.remove_availability(found, by=user)
        return 0
    deeds: dict[str, tuple[Any, Callable[..., Any]]] = {
        "available": (AvailableForm, actions.state_availability),
        "accredit": (AccreditForm, actions.accredit_expert),
        "withdraw": (ReasonForm, actions.withdraw_accreditation),
    }
    if do not in deeds:
        return 0
    shape, deed = deeds[do]
    what: Any = one
    if do == "withdraw":
        rows = Accreditation.objects.visible_to(user).filter(expert=one)
        what = get_object_or_404(rows, uid=about)
    name = f"{do}_{about}" if do == "withdraw" else do
    form = shape(post, by=user, auto_id=f"{name}_%s")
    more |= {f"{do}_form": form, "form": form, "about": str(about)}

    def carry_out(given: dict[str, Any]) -> None:
        if do == "withdraw":
            given = {"reason": given["reason"]}
        deed(what, by=user, **given)

    return carried_out(form, carry_out)
