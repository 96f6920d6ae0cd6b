"""The sealed personal part: asked why, shown for the hour, written into."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bordercoop.errors import Invalid, Refused, Stale
from contactpoints.access import may, require

from .. import actions
from ..models import Incident
from ..sealed_forms import CorrectionForm, OpenForm, PersonForm
from ..sealed_reading import Door, door_to, given_of, people_in, people_of, person_of
from .record import visible

PAGE = "incidents/sealed.html"


def rights(user: Any, incident: Incident) -> dict[str, bool]:
    """What the officer may do with the own sealed part."""
    at = incident.unit_id
    return {name: may(user, f"{name}_sealed", at) for name in ("open", "write", "release")}


def _opened(door: Door, incident: Incident, user: Any) -> bool:
    """Whether the content may be shown now; counts the showing."""
    try:
        if door.copy is None:
            actions.read_sealed_part(incident, by=user)
        else:
            actions.read_sealed_copy(door.copy, by=user)
    except Refused as refusal:
        if refusal.code != "reason_needed":
            raise
        return False
    return True


def _open(door: Door, incident: Incident, form: OpenForm, user: Any) -> bool:
    if not form.is_valid():
        return False
    given = {name: form.cleaned_data[name] for name in ("reason", "text")}
    try:
        if door.copy is None:
            actions.open_sealed_part(incident, **given, by=user)
        else:
            actions.open_sealed_copy(door.copy, **given, by=user)
    except Invalid as refusal:
        form.take(refusal)
        return False
    return True


@login_required
@never_cache
def incident_sealed(request: HttpRequest, uid: Any) -> HttpResponse:
    """The sealed part, or the question why it is to be opened.

    Names: `incident`, `door` (how the reader comes to it), `may` (rights at the own part),
    `people` (Shown; None until opened), `given` (releases, for the owner), `form` (the question).
    """
    incident = visible(request, uid)
    user: Any = request.user
    asked = request.POST if request.method == "POST" else request.GET
    door = door_to(user, incident, asked.get("desk", "")[:40])
    allowed = rights(user, incident)
    form = OpenForm(request.POST) if request.method == "POST" else OpenForm()
    readable = door.copy is not None or (door.own and allowed["open"])
    if request.method == "POST":
        if not readable:
            require_own(request, incident, "open_sealed")
        if _open(door, incident, form, user):
            response = redirect("incident_sealed", uid=uid)
            if door.copy is not None:
                response["Location"] += f"?desk={door.copy.desk.code}"
            return response
    people = None
    if readable and not form.errors and _opened(door, incident, user):
        people = people_of(incident) if door.copy is None else people_in(door.copy)
    context = {
        "incident": incident,
        "door": door,
        "may": allowed,
        "readable": readable,
        "people": people,
        "given": given_of(incident, user.side) if door.own and people is not None else [],
        "form": form,
    }
    return render(request, PAGE, context, status=400 if form.errors else 200)


@login_required
@never_cache
def incident_sealed_new(request: HttpRequest, uid: Any) -> HttpResponse:
    """Write a person down. Takes no opening, and shows nothing of what is there.

    Names: `incident`, `form`, `saved` (a person was just written).
    """
    incident = visible(request, uid)
    require_own(request, incident, "write_sealed")
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_sealed_person(
                incident,
                content=form.content(),
                client_ref=form.cleaned_data["client_ref"],
                by=request.user,
            )
        except Invalid as refusal:
            form.take(refusal)
        else:
            response = redirect("incident_sealed_new", uid=uid)
            response["Location"] += "?saved=1"
            return response
    context = {"incident": incident, "form": form, "saved": "saved" in request.GET}
    return render(
        request, "incidents/sealed_person.html", context, status=400 if form.errors else 200
    )


def require_own(request: HttpRequest, incident: Incident, right: str) -> None:
    """404 to the other side, which cannot tell from it whether there is anything; 403 at home."""
    user: Any = request.user
    if user.side != incident.side:
        raise Http404
    require(user, right, incident.unit)


@login_required
@never_cache
def incident_sealed_person(request: HttpRequest, uid: Any, person: Any) -> HttpResponse:
    """Correct a person, once the sealed part was opened in this hour. Names as above."""
    incident = visible(request, uid)
    require_own(request, incident, "write_sealed")
    user: Any = request.user
    actions.read_sealed_part(incident, by=user)
    row = person_of(incident, person)
    shown = next(each for each in people_of(incident) if each.uid == str(row.uid))
    initial = {**shown.content, "version": shown.version}
    form = CorrectionForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_sealed_person(
                row,
                version=form.cleaned_data["version"],
                changes=form.content(),
                reason=form.cleaned_data["reason"],
                by=user,
            )
        except (Invalid, Stale) as refusal:
            form.take(refusal)
            status = refusal.status
        else:
            return redirect("incident_sealed", uid=uid)
    context = {"incident": incident, "form": form, "shown": shown}
    if form.errors and status == 200:
        status = 400
    return render(request, "incidents/sealed_person.html", context, status=status)


@login_required
@require_POST
def incident_sealed_acknowledge(request: HttpRequest, uid: Any) -> HttpResponse:
    """Acknowledge every recall that waits at the reader's desks for this incident."""
    incident = visible(request, uid)
    for copy in door_to(request.user, incident).recalled:
        actions.acknowledge_sealed_recall(copy, by=request.user)
    return redirect("incident", uid=uid)
