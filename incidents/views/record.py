"""One incident: what it says, who holds it, what is done about it."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.errors import Invalid
from bordercoop.reference.models import terms, usable_places
from bordercoop.web.fields import own_clock_first
from contactpoints.access import may, roles_of
from contactpoints.actions import mark_opened
from contactpoints.models import Delivery

from .. import actions
from ..access import share_for
from ..files import held_files
from ..forms import CloseForm, MeasureForm, RemarkForm
from ..grading import confidence_label, in_words
from ..joining import absorbed_for, whole_timeline
from ..models import Audience, Decision, Incident, Share, State
from ..notices.matching import matches_of
from ..paper_forms import paper_of
from ..pausing import waiting_releases
from ..presence import present
from ..proposing import waiting_proposals
from ..reading import facts, held_by_desks
from ..retention import reads_retention, record_clock
from ..sealed_reading import offers_sealed
from ..telling import tables
from ..texts import Tab, chosen, headline_of, tabs
from ..tidings import count_tasks, readable_notes, taken_back
from .maps import on_map
from .merged import joined, onward, refs
from .recalled import recalled_page
from .steps import allowed_verbs, next_and_other


def visible(request: HttpRequest, uid: Any) -> Incident:
    rows = Incident.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related(
            "unit", "category", "reported_by", "verified_by", "validated_by", "paper_form"
        ),
        uid=uid,
    )


def _standing(incident: Incident, share: Share) -> Decision | None:
    """The decision behind a turned-back state, as far as the reader may know."""
    deeds = {State.RETURNED, State.WITHDRAWN, State.REOPENED}
    if incident.state == State.RETURNED and not share.own:
        return None
    if incident.state not in deeds:
        return None
    return incident.decisions.select_related("by").filter(deed=incident.state).last()


def _last_answered(deliveries: list[Delivery]) -> list[Delivery]:
    """Of each desk the newest alert, where the desk answered it and may still hand it back."""
    last = {d.desk_id: d for d in deliveries}
    return [d for d in last.values() if d.may_be_handed_back and not d.waits]


def _record(request: HttpRequest, incident: Incident, **more: Any) -> dict[str, Any]:
    """Names for incidents/detail.html: `incident`, `share`, `facts`, `things` (tables), `category`,
    `held` (desks, for the owner), `any_behind` (one of them holds an earlier version), `entries`
    (timeline), `deliveries` (waiting at the reader's desks), `answered` (there), `may` (verbs),
    `next_step`,
    `other_steps` (names of verbs), `standing` (the Decision of a turned-back state), `graded`,
    `confidence`, `gradings`, `files` (for the card), `taken_back` (desks it was recalled from),
    `waiting_releases` (held by a pause), `paper` (its PaperForm, or None),
    `notices` (matching.Match),
    `beside` (what apps above say of it),
    `proposals` (how many, how many open), `present` (who else reads it), `parts`, `note_form`,
    `measure_form`, `close_form`, `crossings`, `sent_ref`, `languages` (tabs of texts), `shown` (the
    one to show), `title` and `title_language`, `tasks` (how many are `open` and `late`), `clock`
    (RecordClock, for the owner), and those of `merged.joined`."""
    user: Any = request.user
    share = share_for(user, incident)
    absorbed = more.pop("absorbed", None)
    together = joined(request, incident, share, absorbed)
    at_desks = [
        d
        for ref in refs(incident, together["absorbed"])
        for d in Delivery.objects.about(ref).filter(recalled_at=None).bare().order_by("pk")
        if may(user, "acknowledge_alerts", d.desk_id)
    ]
    held = held_by_desks(incident) if share.own else []
    allowed = allowed_verbs(user, incident, share)
    standing = _standing(incident, share)
    first, others = next_and_other(
        allowed,
        corrected=standing is not None and standing.version < incident.version,
        told=bool(held),
        behind=any(desk.behind for desk in held),
    )
    languages = tabs(incident, share, user)
    text = chosen(languages, request.GET.get("text", ""))
    title, title_language = _title(share, text)
    read = [(incident, share), *((one.merge.source, one.share) for one in together["absorbed"])]
    allowed["sealed"] = offers_sealed(user, incident)
    allowed["retention"] = reads_retention(user)
    parts = list(incident.parts.select_related("closed_by").order_by("side"))
    if any(part.side == user.side and part.closed_at for part in parts):
        allowed["close"] = False
    return {
        "incident": incident,
        "share": share,
        "languages": languages,
        "shown": text,
        "title": title,
        "title_language": title_language,
        "tasks": count_tasks(read, user),
        "facts": facts(share.fields, share.zone),
        "things": tables(share.fields),
        "category": terms("incident_category").get(share.category),
        "held": held,
        "deliveries": [d for d in at_desks if d.waits],
        "answered": _last_answered(at_desks),
        "paper": paper_of(incident) if share.own else None,
        "taken_back": taken_back(incident) if share.own else [],
        "waiting_releases": waiting_releases(incident) if share.own else [],
        "notices": matches_of(user, incident, share),
        "beside": [
            said
            for name in settings.BESIDE_INCIDENT
            if (said := import_string(name)(user, incident))
        ],
        "proposals": waiting_proposals(user, incident),
        "present": present(incident, share, user),
        "any_behind": any(desk.behind for desk in held),
        "entries": whole_timeline(incident, share, user, together["absorbed"]),
        "may": allowed,
        "next_step": first,
        "other_steps": others,
        "standing": standing,
        "graded": in_words(share.grading),
        "confidence": confidence_label(share),
        "gradings": list(incident.gradings.select_related("by").order_by("-number"))
        if share.own and share.impact
        else [],
        "files": held_files(user, incident, share),
        "parts": sorted(parts, key=lambda part: part.side != user.side),
        "note_form": RemarkForm(auto_id="note_%s", initial=_reply(request, incident, share)),
        "measure_form": own_clock_first(MeasureForm(auto_id="measure_%s"), user.side),
        "close_form": CloseForm(auto_id="close_%s"),
        "crossings": [on_map(place) for place in usable_places() if place.lat is not None],
        "clock": record_clock(incident, parts, standing) if share.own else None,
        "sent_ref": request.GET.get("sent", ""),
        **together,
        **more,
    }


def _title(share: Share, text: Tab | None) -> tuple[str, str]:
    """The headline with its language: one from the list as the reader reads it, else of the text
    that is shown."""
    if share.fields.get("headline_template") or text is None or not text.texts:
        return headline_of(share)[:2]
    shown = text.texts[0]
    return (shown.headline, text.language) if shown.headline else headline_of(share)[:2]


def _reply(request: HttpRequest, incident: Incident, share: Share) -> dict[str, Any]:
    """The note that is answered, when the address names one that the officer reads."""
    asked = request.GET.get("reply", "")
    if not asked:
        return {}
    notes = readable_notes(incident, share, request.user)
    note = next((note for note in notes if str(note.client_ref) == asked), None)
    return {"reply_to": note.client_ref, "audience": note.audience} if note else {}


@login_required
@require_safe
@never_cache
def incident_detail(request: HttpRequest, uid: Any) -> HttpResponse:
    """The record. Opening it at a desk that was alerted is the read receipt."""
    try:
        incident = visible(request, uid)
    except Http404:
        if (stub := recalled_page(request, uid)) is None:
            raise
        return stub
    if (elsewhere := onward(request, incident)) is not None:
        return elsewhere
    absorbed = absorbed_for(request.user, incident)
    own_desks = {unit.pk for _role, unit in roles_of(request.user)}
    for ref in refs(incident, absorbed):
        for delivery in Delivery.objects.about(ref).open().at(own_desks).bare():
            if may(request.user, "acknowledge_alerts", delivery.desk_id):
                mark_opened(delivery, by=request.user)
    template = "incidents/detail.html"
    if request.GET.get("part") in ("ladder", "timeline"):
        template = f"incidents/_{request.GET['part']}.html"
    return render(request, template, _record(request, incident, absorbed=absorbed))


def _did(request: HttpRequest, uid: Any) -> HttpResponse:
    return redirect("incident", uid=uid)


@login_required
@require_POST
def incident_verify(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.verify_incident(visible(request, uid), by=request.user)
    return _did(request, uid)


@login_required
@require_POST
def incident_note(request: HttpRequest, uid: Any) -> HttpResponse:
    incident, form = visible(request, uid), RemarkForm(request.POST, auto_id="note_%s")
    if not form.is_valid():
        return render(
            request, "incidents/detail.html", _record(request, incident, note_form=form), status=400
        )
    given = form.cleaned_data
    share = share_for(request.user, incident)
    answered = None
    if given["reply_to"]:
        notes = readable_notes(incident, share, request.user)
        answered = next((note for note in notes if note.client_ref == given["reply_to"]), None)
    if answered and answered.audience == Audience.OWN:
        given["audience"] = Audience.OWN  # what the form says beside the note it answers
    actions.add_note(
        incident,
        text=given["text"],
        audience=given["audience"],
        reply_to=answered,
        client_ref=given["client_ref"],
        by=request.user,
    )
    return _did(request, uid)


@login_required
@require_POST
def incident_measure(request: HttpRequest, uid: Any) -> HttpResponse:
    incident, form = visible(request, uid), MeasureForm(request.POST, auto_id="measure_%s")
    if form.is_valid():
        given = form.cleaned_data
        planned = given["status"] == "planned"
        try:
            actions.add_measure(
                incident,
                text=given["text"],
                audience=given["audience"],
                done_at=None if planned else given["moment"],
                due_at=(given["moment"] or now()) if planned else None,
                client_ref=given["client_ref"],
                by=request.user,
            )
        except Invalid as refusal:
            for name, sentences in refusal.fields.items():
                form.add_error(name, [str(sentence) for sentence in sentences])
        else:
            return _did(request, uid)
    return render(
        request, "incidents/detail.html", _record(request, incident, measure_form=form), status=400
    )


@login_required
@require_POST
def incident_close(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.close_part(
        visible(request, uid), ground=request.POST.get("ground", ""), by=request.user
    )
    return _did(request, uid)
