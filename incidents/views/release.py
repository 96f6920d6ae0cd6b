"""Choosing what the other side will read, and releasing it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bordercoop.errors import Invalid, Refused
from bordercoop.reference.models import terms
from contactpoints.access import may
from contactpoints.models import BY_SEVERITY, HeldRelease, Priority, units
from contactpoints.pausing import pause_for, standing
from contactpoints.policies import nameable
from contactpoints.watch import on_duty, partner_desks

from .. import actions, handling
from ..access import share_for
from ..actions.sending import released_copy
from ..content import RELEASE_LABELS, crosses, release_names, untold
from ..files import release_files
from ..forms import MarkForm
from ..models import Incident
from ..reading import facts, release_choices
from ..telling import tables
from ..texts import translations_of
from .record import visible


def _release_asked(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    """What the release page was asked for: desks, fields, priority; defaults on the first visit."""
    asked = request.POST if request.method == "POST" else request.GET
    desks = [unit for unit in units().values() if hasattr(unit, "desk") and unit.retired_at is None]
    # What is sent is what was ticked: the defaults are for looking only.
    if request.method == "POST" or "chosen" in asked:
        codes = set(asked.getlist("desks"))
        names = release_names([name for name in asked.getlist("fields") if name])
    else:
        codes = {desk.code for desk in partner_desks(incident.unit)}
        names = release_names(None)
    return {
        "desks": [desk for desk in desks if desk.code in codes],
        "all_desks": sorted(desks, key=lambda d: (d.side == incident.side, d.order)),
        "names": names,
        "priority": asked.get("priority") or "",
        "backlog": asked.get("backlog", "yes") != "no",
        "form": MarkForm(asked if "handling" in asked else None, initial=_own(incident)),
        "named": set(asked.getlist("named")[:100]),
        "files": {uid: uid in asked.getlist("originals") for uid in asked.getlist("files")},
    }


def _own(incident: Incident) -> dict[str, str]:
    return handling.of(incident).columns


def _marking(form: MarkForm, incident: Incident) -> handling.Marking:
    """The marking that was chosen; Invalid when it is none or looser than the incident's own."""
    own = handling.of(incident)
    if not form.is_bound:
        return own
    if not form.is_valid():
        name, sentences = next(iter(form.errors.items()))
        raise Invalid(str(sentences[0]), fields={str(name): [str(sentences[0])]})
    return form.marking(own)


def _marking_to_show(form: MarkForm, incident: Incident) -> handling.Marking:
    """For the preview: what was chosen while it may be, else the incident's own."""
    try:
        chosen = _marking(form, incident)
        handling.require_covers(chosen, handling.of(incident))
    except Invalid as refusal:
        if not form.errors:
            form.take(refusal)
        return handling.of(incident)
    return chosen


def _previewed(request: HttpRequest) -> int:
    """The version that the page showed; 0, which is never the present one, for nonsense."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


@login_required
@never_cache
def incident_release(request: HttpRequest, uid: Any) -> HttpResponse:
    """Choose desks and fields, see exactly what they will read, release.

    Names: `choices` (fields), `desks` (unit, ticked, people on duty, nameable), `named`,
    `priorities`, `preview` (the copy a desk would hold), `preview_untold` (fields that keep its
    headline back), `preview_facts`, `files` (to tick),
    `version`, `marking_form`, `own_marking` (the incident's), `refusal` (a sentence or "").
    """
    incident = visible(request, uid)
    user: Any = request.user
    share = share_for(user, incident)
    if not share.own or not may(user, "release_incidents", incident.unit_id):
        actions.release_incident(incident, desks=[], by=user)  # says why not
    asked = _release_asked(request, incident)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            actions.release_incident(
                incident,
                desks=asked["desks"],
                fields=asked["names"],
                files=asked["files"],
                priority=asked["priority"] if asked["priority"] in Priority.values else None,
                version=_previewed(request),
                backlog=asked["backlog"],
                marking=_marking(asked["form"], incident),
                named=asked["named"],
                by=user,
            )
        except Refused as no:
            if no.status in (403, 404):
                raise
            refusal, status = str(no), no.status
            share = share_for(user, incident)
        else:
            response = redirect("incident", uid=uid)
            response["Location"] += "?released=1"
            return response
    present = (
        Incident.objects.visible_to(user).select_related("unit", "category").get(pk=incident.pk)
    )
    example = asked["desks"][0] if asked["desks"] else asked["all_desks"][0]
    marking = _marking_to_show(asked["form"], present)
    watched = on_duty([desk.pk for desk in asked["all_desks"]])
    by_name = nameable(user, asked["all_desks"], watched)
    held = {s.unit_id: s for s in incident.shares.filter(own=False, passed_by=None)}
    preview = released_copy(
        present,
        example,
        share.fields,
        asked["names"],
        marking,
        own=share,
        held=held.get(example.pk),
    )
    pauses = standing()
    context = {
        "incident": present,
        "share": share,
        "pauses": pauses,
        "version": present.version,
        "choices": release_choices(share.fields, asked["names"]),
        "desks": [
            {
                "unit": desk,
                "ticked": desk in asked["desks"],
                "nameable": [
                    (one, str(one.officer.uid) in asked["named"]) for one in by_name[desk.pk]
                ],
                "people": [shift.officer for shift in watched.get(desk.pk, [])],
                "holds": held[desk.pk].version if desk.pk in held else None,
                "paused": pause_for(desk, present.category.code, pauses)
                if desk.side != present.side
                else None,
            }
            for desk in asked["all_desks"]
        ],
        "backlog": asked["backlog"],
        "named": asked["named"],
        "late": present.releases.exists(),
        "may_recall": bool(held) and may(user, "recall_releases", incident.unit_id),
        "files": release_files(incident, asked["files"]),
        "priorities": Priority.choices,
        "priority": asked["priority"] or BY_SEVERITY[share.severity].value,
        "marking_form": asked["form"],
        "own_marking": handling.short(present),
        "preview": preview,
        "preview_facts": facts(preview.fields, preview.zone),
        "preview_things": tables(preview.fields),
        "preview_texts": translations_of(preview),
        "preview_untold": ", ".join(
            str(RELEASE_LABELS[name]) for name in untold(share.fields, asked["names"])
        ),
        "preview_category": terms("incident_category").get(preview.category),
        "refusal": refusal,
        "never": not crosses(present.category.code),
        "sent_ref": request.GET.get("sent", ""),
    }
    template = (
        "incidents/_preview.html"
        if request.GET.get("part") == "preview"
        else "incidents/release.html"
    )
    return render(request, template, context, status=status)


@login_required
@require_POST
def incident_held_drop(request: HttpRequest, uid: Any, held: Any) -> HttpResponse:
    """Take back a release that waits for the end of a pause; only who reads the owner's copy."""
    incident = visible(request, uid)
    if not share_for(request.user, incident).own:
        raise Http404
    rows = HeldRelease.objects.about(incident.ref).select_related("desk")
    actions.drop_held_release(get_object_or_404(rows, uid=held), by=request.user)
    return redirect("incident", uid=uid)
