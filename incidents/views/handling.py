"""Marking and consent: one page for the originator and for who holds a copy."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.errors import Invalid, Refused
from contactpoints.access import may
from contactpoints.models import units

from .. import actions, handling
from ..access import share_for
from ..forms import MarkForm, PassOnForm
from ..models import Consent, Incident, Share
from ..onward import onward
from .record import allowed_verbs, visible


def _choices(share: Share) -> dict[str, list[Any]]:
    """The units to which a copy may be passed on, by what its marking asks for."""
    found: dict[str, list[Any]] = {"at_once": [], "consent": [], "never": []}
    for unit in handling.targets(share):
        found[handling.permits(share, unit)].append(unit)
    return found


def _pass_on_form(share: Share, data: Any = None) -> PassOnForm:
    choices = _choices(share)
    known = [(u.code, u.name) for u in (*choices["at_once"], *choices["consent"])]
    return PassOnForm(data, choices=known)


def _context(request: HttpRequest, incident: Incident, **more: Any) -> dict[str, Any]:
    """Names for incidents/consents.html: `incident`, `share`, `may` (verbs), `decides` (for the
    originator), `waiting` (requests, newest first), `consented` (one was given), `entries` (the
    log), `mark_form`, `pass_form`, `at_once` and `with_consent` (units), `holders` (copies that
    were passed on, for the originator), `refusal` (a sentence or ""), `wrong_uid` and `typed` (of
    a decision in error)."""
    user: Any = request.user
    share = share_for(user, incident)
    share.incident = incident
    allowed = allowed_verbs(user, incident, share)
    consents = list(
        Consent.objects.visible_to(user)
        .filter(incident=incident)
        .select_related("unit", "to", "asked_by", "decided_by")
        .order_by("-pk")
    )
    decides = may(user, "release_incidents", incident.unit_id)
    choices = _choices(share) if allowed["pass_on"] else {"at_once": [], "consent": []}
    return {
        "incident": incident,
        "share": share,
        "may": allowed,
        "decides": decides,
        "waiting": [c for c in consents if c.state == Consent.State.ASKED],
        "consented": any(c.state == Consent.State.GIVEN for c in consents),
        "entries": onward(incident, share, user),
        "mark_form": MarkForm(initial=handling.of(incident).columns) if allowed["mark"] else None,
        "pass_form": _pass_on_form(share) if allowed["pass_on"] else None,
        "at_once": choices["at_once"],
        "with_consent": choices["consent"],
        "holders": incident.shares.exclude(passed_by=None).select_related("unit", "passed_by")
        if share.own
        else [],
        **more,
    }


@login_required
@require_safe
@never_cache
def incident_consents(request: HttpRequest, uid: Any) -> HttpResponse:
    incident = visible(request, uid)
    return render(request, "incidents/consents.html", _context(request, incident))


def _again(
    request: HttpRequest, incident: Incident, refusal: Refused, status: int = 0, **more: Any
) -> HttpResponse:
    """The page anew with what was typed and why it was refused; a 403 is a page of its own."""
    if refusal.status in (403, 404):
        raise refusal
    context = _context(request, incident, refusal=str(refusal), **more)
    return render(request, "incidents/consents.html", context, status=status or refusal.status)


def _did(uid: Any) -> HttpResponse:
    return redirect("incident_consents", uid=uid)


def _invalid(form: Form) -> Invalid:
    return Invalid(str(next(iter(form.errors.values()))[0]))


@login_required
@require_POST
def incident_mark(request: HttpRequest, uid: Any) -> HttpResponse:
    incident, form = visible(request, uid), MarkForm(request.POST)
    if not form.is_valid():
        return _again(request, incident, _invalid(form), mark_form=form)
    try:
        marking = form.marking(handling.of(incident))
        actions.mark_incident(incident, marking=marking, by=request.user)
    except Refused as refusal:
        form.take(refusal)
        return _again(request, incident, refusal, mark_form=form)
    return _did(uid)


def _to(form: PassOnForm) -> Any:
    """The unit that was chosen. One that the form does not offer is left to the verb."""
    unit = units().get(str(form.data.get("to", "")))
    if unit is None:
        sentence = _("Choose a unit.")
        raise Invalid(sentence, fields={"to": [sentence]})
    return unit


@login_required
@require_POST
def incident_pass_on(request: HttpRequest, uid: Any) -> HttpResponse:
    incident = visible(request, uid)
    form = _pass_on_form(_copy(request, incident), request.POST)
    try:
        actions.pass_on(incident, to=_to(form), by=request.user)
    except Refused as refusal:
        if refusal.code != "consent_needed":
            return _again(request, incident, refusal, pass_form=form)
        # Shown where consent is asked for, with what was typed; recorded as the refusal it is.
        context = _context(request, incident, refusal=str(refusal), pass_form=form)
        response = render(request, "incidents/consents.html", context, status=refusal.status)
        response.__dict__["refused_as"] = refusal.code
        return response
    return _did(uid)


@login_required
@require_POST
def incident_ask_consent(request: HttpRequest, uid: Any) -> HttpResponse:
    incident = visible(request, uid)
    form = _pass_on_form(_copy(request, incident), request.POST)
    try:
        purpose = str(form.data.get("purpose", ""))
        actions.ask_consent(incident, to=_to(form), purpose=purpose, by=request.user)
    except Refused as refusal:
        form.full_clean()
        for name in ("to", "purpose"):
            for sentence in refusal.fields.get(name, []):
                if not form.errors.get(name):
                    form.add_error(name, str(sentence))
        return _again(request, incident, refusal, pass_form=form)
    return _did(uid)


def _copy(request: HttpRequest, incident: Incident) -> Share:
    share = share_for(request.user, incident)
    share.incident = incident
    return share


def _consent(request: HttpRequest, uid: Any) -> Consent:
    rows = Consent.objects.visible_to(request.user).select_related("incident")
    return get_object_or_404(rows, uid=uid)


@login_required
@require_POST
def consent_give(request: HttpRequest, uid: Any) -> HttpResponse:
    consent, typed = _consent(request, uid), request.POST.get("text", "")
    try:
        actions.give_consent(consent, conditions=typed, by=request.user)
    except Refused as refusal:
        return _undecided(request, consent, refusal, typed)
    return _did(consent.incident.uid)


@login_required
@require_POST
def consent_refuse(request: HttpRequest, uid: Any) -> HttpResponse:
    consent, typed = _consent(request, uid), request.POST.get("text", "")
    try:
        actions.refuse_consent(consent, reason=typed, by=request.user)
    except Refused as refusal:
        return _undecided(request, consent, refusal, typed)
    return _did(consent.incident.uid)


def _undecided(
    request: HttpRequest, consent: Consent, refusal: Refused, typed: str
) -> HttpResponse:
    incident = visible(request, consent.incident.uid)
    return _again(
        request, incident, refusal, wrong_uid=consent.uid, typed=typed.replace("\x00", "")
    )
