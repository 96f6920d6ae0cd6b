"""Steps that ask for more than a press: validating, revising, returning, withdrawing, reopening."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bordercoop.errors import NotAllowed, Refused

from .. import actions
from ..access import share_for
from ..actions.review import IMPACT_OF
from ..life_forms import ImpactForm, ReasonForm, ValidateForm
from ..models import Incident, Scale, Share
from .record import visible
from .steps import allowed_verbs


@dataclass(frozen=True)
class Turn:
    """A page that asks for a reason. `hint` says who reads it."""

    may: str
    verb: Callable[..., Any]
    icon: str
    title: str | Promise
    lead: str | Promise
    hint: str | Promise
    button: str | Promise


RETURN = Turn(
    "turn_back",
    actions.return_incident,
    "arrow-back-up",
    gettext_lazy("Return the report"),
    gettext_lazy(
        "The unit that reported it corrects it by a supplement and submits it again. It is "
        "verified anew."
    ),
    gettext_lazy("Your side reads the reason; it never leaves your side."),
    gettext_lazy("Return it"),
)
WITHDRAW = Turn(
    "withdraw",
    actions.withdraw_incident,
    "ban",
    gettext_lazy("Withdraw the report"),
    gettext_lazy(
        "Every copy then says withdrawn, and each desk that holds one is asked to acknowledge it. "
        "This cannot be undone."
    ),
    gettext_lazy("All who hold the incident read the reason, the other side too."),
    gettext_lazy("Withdraw it"),
)
REOPEN = Turn(
    "reopen",
    actions.reopen_incident,
    "rotate",
    gettext_lazy("Open the record again"),
    gettext_lazy(
        "Both sides' parts open again, the report is unverified until it is validated anew, and "
        "the other desks are asked to acknowledge it."
    ),
    gettext_lazy("All who hold the incident read the reason, the other side too."),
    gettext_lazy("Open it again"),
)


def _allowed(request: HttpRequest, uid: Any, name: str) -> tuple[Incident, Share]:
    """The incident and the reader's copy. A page to which the step does not lead is refused at
    once; a form that was sent is left to the verb, which says why not."""
    incident = visible(request, uid)
    share = share_for(request.user, incident)
    if request.method != "POST" and not allowed_verbs(request.user, incident, share)[name]:
        raise NotAllowed(
            _(
                "Your posting does not allow this step, or it is not possible in the present "
                "state. Read the incident again."
            )
        )
    return incident, share


def _turn(request: HttpRequest, uid: Any, turn: Turn) -> HttpResponse:
    """Names: `turn`, `form`, `incident`, `share`."""
    incident, share = _allowed(request, uid, turn.may)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        typed = form.cleaned_data["reason"] if form.is_valid() else request.POST.get("reason", "")
        try:
            # The verb whatever was typed: who may not at all is told so first.
            turn.verb(incident, reason=typed, by=request.user)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            if form.is_valid() or not refusal.fields:
                form.take(refusal)
            status = refusal.status
        else:
            return redirect("incident", uid=uid)
    context = {"turn": turn, "form": form, "incident": incident, "share": share}
    return render(request, "incidents/turn.html", context, status=status)


@login_required
@never_cache
def incident_return(request: HttpRequest, uid: Any) -> HttpResponse:
    return _turn(request, uid, RETURN)


@login_required
@never_cache
def incident_withdraw(request: HttpRequest, uid: Any) -> HttpResponse:
    return _turn(request, uid, WITHDRAW)


@login_required
@never_cache
def incident_reopen(request: HttpRequest, uid: Any) -> HttpResponse:
    return _turn(request, uid, REOPEN)


@login_required
@require_POST
def incident_resubmit(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.resubmit_incident(visible(request, uid), by=request.user)
    return redirect("incident", uid=uid)


def _graded(
    request: HttpRequest,
    incident: Incident,
    share: Share,
    form: ValidateForm | ImpactForm,
    verb: Callable[[], Any],
    revising: bool,
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                verb()
                return redirect("incident", uid=incident.uid)
            status = 400
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
            status = refusal.status
    context = {"form": form, "incident": incident, "share": share, "revising": revising}
    return render(request, "incidents/grading.html", context, status=status)


@login_required
@never_cache
def incident_validate(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `form`, `incident`, `share`, `revising`."""
    incident, share = _allowed(request, uid, "validate")
    first = {"impact": IMPACT_OF[share.severity].value, "scale": Scale.FOUR.value}
    form = ValidateForm(request.POST if request.method == "POST" else None, initial=first)
    return _graded(
        request,
        incident,
        share,
        form,
        lambda: actions.validate_incident(
            incident, impact=form.cleaned_data["impact"], grading=form.grading, by=request.user
        ),
        revising=False,
    )


@login_required
@never_cache
def incident_impact(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `form`, `incident`, `share`, `revising`."""
    incident, share = _allowed(request, uid, "revise")
    form = ImpactForm(
        request.POST if request.method == "POST" else None, initial={"impact": share.impact}
    )
    return _graded(
        request,
        incident,
        share,
        form,
        lambda: actions.revise_impact(
            incident,
            impact=form.cleaned_data["impact"],
            reason=form.cleaned_data["reason"],
            by=request.user,
        ),
        revising=True,
    )
