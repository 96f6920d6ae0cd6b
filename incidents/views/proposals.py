"""Proposals for a copy: making one, and answering it field by field."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.errors import Invalid, Refused
from bordercoop.reference.models import offered
from contactpoints.access import may

from .. import actions
from ..access import share_for
from ..models import ContentProposal
from ..proposal_forms import AnswerForm, ProposalForm
from ..proposing import lines, names_of
from .record import visible


def _proposal(request: HttpRequest, incident: Any, uid: Any) -> ContentProposal:
    rows = ContentProposal.objects.visible_to(request.user).filter(incident=incident)
    return get_object_or_404(rows.select_related("incident__unit", "unit", "by"), uid=uid)


def _page(
    request: HttpRequest, incident: Any, bound: AnswerForm | None = None, status: int = 200
) -> HttpResponse:
    """Names: `rows` (proposal, its lines, its form or None, may withdraw), `share`, `may_propose`,
    `bound` (the answer form with errors)."""
    user: Any = request.user
    share = share_for(user, incident)
    answers = share.own and may(user, "report_incidents", incident.unit_id)
    found = (
        ContentProposal.objects.visible_to(user)
        .filter(incident=incident)
        .select_related("unit", "by", "ended_by")
        .order_by("-pk")[:100]
    )
    rows = []
    for proposal in found:
        is_open = proposal.state == ContentProposal.State.OPEN
        form = None
        if bound is not None and bound.proposal.pk == proposal.pk:
            form = bound
        elif is_open and answers:
            form = AnswerForm(
                proposal=proposal,
                names=names_of(proposal.values),
                initial={"version": incident.version},
                auto_id=f"p{proposal.pk}_%s",
            )
        rows.append(
            {
                "proposal": proposal,
                "lines": [
                    (line, form[f"answer_{line.name}"] if form else None)
                    for line in lines(proposal, now_says=share.fields, own=share.own)
                ],
                "form": form,
                "may_withdraw": is_open
                and proposal.side == user.side
                and may(user, "annotate_incidents", proposal.unit_id),
            }
        )
    context = {
        "incident": incident,
        "share": share,
        "rows": rows,
        "may_propose": may_propose(user, share),
        "bound": bound,
    }
    return render(request, "incidents/proposals.html", context, status=status)


def may_propose(user: Any, share: Any) -> bool:
    released = not share.own and share.released_at is not None and share.origin == "service"
    return released and may(user, "annotate_incidents", share.unit_id)


@login_required
@require_safe
@never_cache
def incident_proposals(request: HttpRequest, uid: Any) -> HttpResponse:
    """Every proposal that the reader may read: old beside new, and the answer a field."""
    return _page(request, visible(request, uid))


@login_required
@require_POST
def incident_proposal_answer(request: HttpRequest, uid: Any, proposal: Any) -> HttpResponse:
    incident = visible(request, uid)
    found = _proposal(request, incident, proposal)
    form = AnswerForm(
        request.POST,
        proposal=found,
        names=names_of(found.values),
        auto_id=f"p{found.pk}_%s",
    )
    status = 400
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.answer_proposal(
                found,
                answers=form.answers(),
                reason=given["reason"],
                version=given["version"],
                by=request.user,
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            status = refusal.status
            form.take(refusal)
            if refusal.code == "stale_version":
                incident = visible(request, uid)
                form.data = {**request.POST.dict(), "version": incident.version}
        else:
            return redirect("incident_proposals", uid=uid)
    elif not may(request.user, "report_incidents", incident.unit_id):
        actions.answer_proposal(found, answers={}, by=request.user)  # says why not
    return _page(request, incident, bound=form, status=status)


@login_required
@require_POST
def incident_proposal_withdraw(request: HttpRequest, uid: Any, proposal: Any) -> HttpResponse:
    incident = visible(request, uid)
    actions.withdraw_fields(_proposal(request, incident, proposal), by=request.user)
    return redirect("incident_proposals", uid=uid)


@login_required
@never_cache
def incident_propose(request: HttpRequest, uid: Any) -> HttpResponse:
    """The fields of the copy in the report's own form. Names: `form`, `share`, `categories`."""
    incident = visible(request, uid)
    user: Any = request.user
    share = share_for(user, incident)
    if not may_propose(user, share):
        actions.propose_fields(share, values={}, reason="", by=user)  # says why not
    status = 200
    if request.method == "POST":
        form = ProposalForm(request.POST, by=user, share=share)
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.propose_fields(
                    share,
                    values=form.values(),
                    reason=given["reason"],
                    client_ref=given["client_ref"],
                    by=user,
                )
            except Invalid as refusal:
                form.take(refusal)
            else:
                return redirect("incident_proposals", uid=uid)
    else:
        form = ProposalForm(by=user, share=share, initial={"client_ref": uuid.uuid4()})
    context = {
        "incident": incident,
        "share": share,
        "form": form,
        "categories": offered("incident_category"),
    }
    return render(request, "incidents/propose.html", context, status=status)
