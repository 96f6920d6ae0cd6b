"""Merging, links, and both sides' reports compared."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bordercoop import sentences
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints.access import may

from .. import actions
from ..access import share_for
from ..joining import linked_for, pair_of, survivor_for
from ..joining_forms import LinkForm, MergeForm, PairForm, ReasonForm
from ..models import Incident, Link, Share
from ..nearness import near_copies
from ..pairing import Mark, compared
from .merged import may_merge
from .record import visible


def _numbered(request: HttpRequest, number: str) -> Incident:
    """The record with this number that the officer reads. Raises Invalid when there is none."""
    wanted = " ".join(number.split()).upper().replace("\x00", "")[:30]
    rows = Share.objects.visible_to(request.user).select_related("incident__unit")
    share = rows.filter(number=wanted).first() if wanted else None
    if share is None:
        sentence = _("There is no record with this number that you may read.")
        raise Invalid(sentence, fields={"number": [sentence]})
    return share.incident


@login_required
@never_cache
def incident_links(request: HttpRequest, uid: Any) -> HttpResponse:
    """What this record is linked with, and a form for another link.

    Names: `incident`, `share`, `links`, `past` (taken away), `near` (what looks alike), `form`,
    `reason_form` (after a refused removal), `may_link`, `may_merge`."""
    user: Any = request.user
    incident = visible(request, uid)
    share = share_for(user, incident)
    form, status = LinkForm(initial={"number": request.GET.get("number", "")}), 200
    if request.method == "POST":
        form, status = LinkForm(request.POST), 400
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.link_incidents(
                    incident,
                    _numbered(request, given["number"]),
                    kind=given["kind"],
                    note=given["note"],
                    audience=given["audience"],
                    by=user,
                )
            except Invalid as refusal:
                form.take(refusal)
            except NotAllowed:
                raise
            except Refused as refusal:
                status = refusal.status
                form.add_error(None, str(refusal))
            else:
                return redirect("incident_links", uid=uid)
    return render(
        request, "incidents/links.html", _links(request, incident, share, form), status=status
    )


def _links(
    request: HttpRequest, incident: Incident, share: Share, form: LinkForm, **more: Any
) -> dict[str, Any]:
    user: Any = request.user
    links = linked_for(user, incident)
    known = {linked.share.uid for linked in links}
    near = near_copies(user, share.fields, exercise=share.exercise, but=incident)
    return {
        "incident": incident,
        "share": share,
        "links": links,
        "past": linked_for(user, incident, removed=True),
        "near": [one for one in near if one.share.uid not in known],
        "form": form,
        "may_link": may(user, "annotate_incidents", share.unit_id),
        "may_merge": may_merge(user, share),
        **more,
    }


@login_required
@require_POST
def incident_unlink(request: HttpRequest, uid: Any) -> HttpResponse:
    """Take a link of this record away, with a reason."""
    user: Any = request.user
    incident = visible(request, uid)
    share = share_for(user, incident)
    try:
        wanted = uuid.UUID(request.POST.get("link", ""))
    except ValueError as unknown:
        raise Http404 from unknown
    readable = {one.link.uid for removed in (False, True)
                for one in linked_for(user, incident, removed=removed)}  # fmt: skip
    if wanted not in readable:
        raise Http404
    link = get_object_or_404(Link.objects.about(incident), uid=wanted)
    form = ReasonForm(request.POST)
    if form.is_valid():
        actions.unlink_incidents(link, reason=form.cleaned_data["reason"], by=user)
        return redirect("incident_links", uid=uid)
    more = {"reason_form": form, "refused_link": link.uid}
    context = _links(request, incident, share, LinkForm(), **more)
    return render(request, "incidents/links.html", context, status=400)


@login_required
@never_cache
def incident_merge(request: HttpRequest, uid: Any) -> HttpResponse:
    """Merging: first which other record, then both side by side, which lives on, and why.

    Names: `incident`, `share`, `near`, `number` (as typed), `wrong` (a sentence or ""), `other`
    (a Share or None), `lines` (pairing.Compared), `form`."""
    user: Any = request.user
    incident = visible(request, uid)
    share = share_for(user, incident)
    if not may_merge(user, share):
        raise NotAllowed(sentences.NOT_ALLOWED)
    number = (request.POST if request.method == "POST" else request.GET).get("number", "")
    context: dict[str, Any] = {
        "incident": incident, "share": share, "number": number, "wrong": "", "other": None,
    }  # fmt: skip
    status = 200
    if number:
        try:
            other = _numbered(request, number)
        except Invalid as refusal:
            context["wrong"], status = str(refusal), 400
        else:
            theirs = share_for(user, other)
            numbers = [(str(one.uid), one.number) for one in (share, theirs)]
            form = MergeForm(request.POST if request.method == "POST" else None, numbers=numbers)
            if form.is_valid():
                first_stays = form.cleaned_data["keep"] == str(incident.uid)
                into, from_ = (incident, other) if first_stays else (other, incident)
                try:
                    actions.merge_incidents(
                        into, from_, reason=form.cleaned_data["reason"], by=user
                    )
                except Invalid as refusal:
                    form.take(refusal)
                except NotAllowed:
                    raise
                except Refused as refusal:
                    status = refusal.status
                    form.add_error(None, str(refusal))
                else:
                    return redirect("incident", uid=into.uid)
            if form.errors and status == 200:
                status = 400
            context |= {"other": theirs, "lines": compared(share, theirs), "form": form}
    if context["other"] is None:
        near = near_copies(user, share.fields, exercise=share.exercise, but=incident)
        context["near"] = [one for one in near if one.share.side == share.side and one.share.own]
    return render(request, "incidents/merge.html", context, status=status)


@login_required
@never_cache
def incident_unmerge(request: HttpRequest, uid: Any) -> HttpResponse:
    """Take a merge back. Names: `incident`, `share`, `survivor` (a Share or None), `form`."""
    user: Any = request.user
    incident = visible(request, uid)
    share = share_for(user, incident)
    if not may_merge(user, share):
        raise NotAllowed(sentences.NOT_ALLOWED)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.unmerge_incidents(incident, reason=form.cleaned_data["reason"], by=user)
        return redirect("incident", uid=uid)
    context = {
        "incident": incident,
        "share": share,
        "survivor": survivor_for(user, incident),
        "form": form,
    }
    return render(request, "incidents/unmerge.html", context, status=400 if form.errors else 200)


@login_required
@never_cache
def incident_paired(request: HttpRequest, uid: Any, other: Any) -> HttpResponse:
    """Two reports side by side, the reader's side's first; POST says they are of one event.

    Names: `left`, `right` (Shares), `lines` (pairing.Compared), `differences` (how many), `pair`
    (a Link or None), `may_pair`, `form`."""
    user: Any = request.user
    one, two = visible(request, uid), visible(request, other)
    if one.pk == two.pk:
        raise Http404
    if one.side != user.side and two.side == user.side:
        one, two = two, one
    form = PairForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.pair_reports(one, two, audience=form.cleaned_data["audience"], by=user)
        return redirect("incident_paired", uid=one.uid, other=two.uid)
    left, right = share_for(user, one), share_for(user, two)
    pair = pair_of(user, one, two)
    lines = compared(left, right)
    context = {
        "left": left,
        "right": right,
        "lines": lines,
        "differences": sum(line.mark != Mark.EQUAL for line in lines),
        "pair": pair,
        "may_pair": left.side != right.side
        and left.side == user.side
        and may(user, "annotate_incidents", left.unit_id),
        "form": form,
    }
    return render(request, "incidents/paired.html", context, status=400 if form.errors else 200)
