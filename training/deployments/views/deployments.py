"""Deployments: the list, a need, one deployment with its deeds, and the expert's own page."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed
from incidents.investigation.form_kit import ReasonForm, carried_out

from .. import actions
from ..access import asking_units
from ..forms import (
    AnswerExtensionForm,
    AssessForm,
    BriefForm,
    DebriefForm,
    ExtendForm,
    NeedForm,
    OfferForm,
    PowersForm,
)
from ..guests import told_of
from ..models import Deployment
from ..page import contacts_of, listed, page_of, profile_name
from .kit import deployment_of, reader, tried

# Deeds without anything to type.
PLAIN: dict[str, Callable[..., Any]] = {
    "request": actions.request_deployment,
    "accept": actions.accept_expert,
    "commit": actions.commit_expert,
    "start": actions.start_deployment,
    "end": actions.close_deployment,
}
FORMS: dict[str, Any] = {
    "assess": AssessForm,
    "brief": BriefForm,
    "debrief": DebriefForm,
    "extend": ExtendForm,
    "answer": AnswerExtensionForm,
    "powers": PowersForm,
    "decline": ReasonForm,
    "cancel": ReasonForm,
}


@login_required
@require_safe
@never_cache
def deployments(request: HttpRequest) -> HttpResponse:
    """Names: `lines` (page.DeploymentLine), `over`, `may_ask`."""
    user = reader(request)
    over = request.GET.get("show") == "over"
    context = {"lines": listed(user, over=over), "over": over, "may_ask": bool(asking_units(user))}
    return render(request, "deployments/deployments.html", context)


@login_required
@never_cache
def deployment_new(request: HttpRequest) -> HttpResponse:
    """A need; with `do` = "request" it is put to the coordinators at once. Names: `form`."""
    user = reader(request)
    if not asking_units(user):
        raise NotAllowed(_("Desks and crossing points of the two services ask for experts."))
    form, status = NeedForm(request.POST or None, by=user), 200
    if request.method == "POST":
        made: list[Deployment] = []
        status = carried_out(
            form, lambda _given: made.append(actions.note_need(by=user, **form.said()))
        )
        if not status:
            if request.POST.get("do") == "request":
                actions.request_deployment(made[0], by=user)
            return redirect("deployment", uid=made[0].uid)
    return render(request, "deployments/need_form.html", {"form": form}, status=status)


def _form(name: str, user: Any, page: Any, *posted: Any) -> Any:
    made = {"by": user, "auto_id": f"{name}_%s"}
    if name == "offer":
        return OfferForm(*posted, found=page.matches, **made)
    if name == "answer" and page.waiting is not None:
        made["initial"] = {"asked": page.waiting.uid}
    return FORMS[name](*posted, **made)


@login_required
@never_cache
def deployment(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `here` (page.DeploymentPage), `one`, `forms` by deed; of a refused deed `form` and
    `refusal`."""
    user = reader(request)
    one, status = deployment_of(user, uid), 200
    more: dict[str, Any] = {}
    typed: dict[str, Any] = {}
    if request.method == "POST":
        do = request.POST.get("do", "")
        here = page_of(user, one)
        if do in PLAIN:
            status = tried(lambda: PLAIN[do](one, by=user) and 0, more)
        elif do == "offer" or do in FORMS or do == "refuse":
            name = "answer" if do == "refuse" else do
            form = typed[name] = more["form"] = _form(name, user, here, request.POST)
            status = tried(lambda: carried_out(form, _deed(do, form, one, here, user)), more)
        if not status or status == 200:
            return redirect("deployment", uid=uid)
        one = deployment_of(user, uid)
    here = page_of(user, one)
    names = [name for name in ("offer", *FORMS) if name in here.may]
    forms = {name: typed.get(name) or _form(name, user, here) for name in names}
    context = {"one": one, "here": here, "forms": forms, **more}
    return render(request, "deployments/deployment.html", context, status=status)


def _deed(do: str, form: Any, one: Deployment, here: Any, user: Any) -> Callable[..., Any]:
    """What a form carries out, with its cleaned fields."""
    deeds: dict[str, Callable[..., Any]] = {
        "assess": actions.assess_deployment,
        "brief": actions.brief_expert,
        "powers": actions.grant_powers,
        "decline": actions.decline_deployment,
        "cancel": actions.cancel_deployment,
    }

    def carry_out(given: dict[str, Any]) -> None:
        said = {name: value for name, value in given.items() if name != "client_ref"}
        if do in deeds:
            deeds[do](one, by=user, **said)
        elif do == "offer":
            actions.offer_expert(one, expert=form.experts[given["expert"]], by=user)
        elif do == "debrief":
            lessons = given["lessons"].splitlines()
            actions.debrief_expert(one, by=user, **{**said, "lessons": lessons})
        elif do == "extend":
            actions.ask_extension(one, client_ref=given["client_ref"], by=user, **said)
        else:
            asked = get_object_or_404(one.extensions, uid=said.pop("asked"))
            actions.answer_extension(asked, agreed=do == "answer", by=user, **said)

    return carry_out


@login_required
@require_safe
@never_cache
def deployments_mine(request: HttpRequest) -> HttpResponse:
    """The officer's own deployments that are still to be done. Names: `rows`."""
    rows = Deployment.objects.own_of(request.user).select_related("unit")
    return render(request, "deployments/mine.html", {"rows": rows})


@login_required
@require_safe
@never_cache
def deployment_mine(request: HttpRequest, uid: Any) -> HttpResponse:
    """All that the expert is shown of the own deployment, while it lasts. Names: `one`, `profile`,
    `contacts`, `told` (guests.Told: incidents of the operation)."""
    rows = Deployment.objects.own_of(request.user)
    rows = rows.select_related("unit__desk", "briefing", "operation")
    one = get_object_or_404(rows, uid=uid)
    context = {
        "one": one, "profile": profile_name(one.profile), "contacts": contacts_of(one),
        "told": told_of(request.user, one),
    }  # fmt: skip
    return render(request, "deployments/mine_one.html", context)
