"""The warning while typing: what may be the same event as the report in the form."""

import uuid
from contextlib import suppress
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bordercoop import sentences
from bordercoop.errors import NotAllowed, Refused
from contactpoints.access import units_where

from .. import actions
from ..forms import IncidentForm
from ..models import AdvanceNotice, Incident, NoticeMatch
from ..nearness import MOST, Near, near_copies
from ..notices.matching import Match, typed_matches


def near_typed(form: IncidentForm) -> list[Near]:
    """What is near the report in this form, as far as it is filled in; one statement or none."""
    content, given = _typed(form)
    return near_copies(
        form.by,
        content,
        exercise=bool(given.get("exercise")),
        client_ref=given.get("client_ref"),
    )


def notices_typed(form: IncidentForm) -> list[Match]:
    """Advance notices in force where and when the report in this form says; one statement or
    none."""
    content, given = _typed(form)
    return typed_matches(form.by, content, exercise=bool(given.get("exercise")))


def _typed(form: IncidentForm) -> tuple[dict[str, Any], dict[str, Any]]:
    """The report as far as it is filled in, and everything cleaned."""
    form.is_valid()
    given = getattr(form, "cleaned_data", {})
    lat, lon = given.get("coordinates") or (None, None)
    content = {
        "category": given.get("category"),
        "happened_at": given.get("happened"),
        "happened_precision": given.get("happened_precision"),
        "place": given.get("place"),
        "border_sign": given.get("border_sign"),
        "people_total": given.get("people_total"),
        "lat": lat,
        "lon": lon,
    }
    return content, given


def shown_near(request: HttpRequest) -> list[uuid.UUID]:
    """The public ids of the near records that the form had shown, as it sends them back."""
    return _uids(request, "near")


def _link_notices(request: HttpRequest, incident: Incident) -> None:
    chosen = _uids(request, "notice")
    if not chosen:
        return
    for notice in AdvanceNotice.objects.visible_to(request.user).filter(uid__in=chosen):
        # The report stands whatever becomes of the link.
        with suppress(Refused):
            actions.match_notice(notice, incident, state=NoticeMatch.State.LINKED, by=request.user)


def _uids(request: HttpRequest, name: str) -> list[uuid.UUID]:
    found = []
    for text in request.POST.getlist(name)[:MOST]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def near_unseen(request: HttpRequest, form: IncidentForm) -> list[Near]:
    """What a form sent without scripts must show before it is logged; [] when it has shown it.

    With scripts the warning stood beside the form while it was typed and stops nothing.
    """
    if request.POST.get("near_live") or request.POST.get("anyway"):
        return []
    shown = set(shown_near(request))
    found = near_typed(form)
    return found if any(near.share.uid not in shown for near in found) else []


def note_shown(request: HttpRequest, incident: Incident) -> None:
    """Keep what looked like the incident that was logged just now, and the notices to which the
    officer said that it belongs."""
    _link_notices(request, incident)
    shown = shown_near(request)
    if shown:
        others = list(Incident.objects.visible_to(request.user).filter(uid__in=shown))
        actions.note_near(
            incident, others, dismissed=bool(request.POST.get("anyway")), by=request.user
        )


@login_required
@require_POST
@never_cache
def incident_near(request: HttpRequest) -> HttpResponse:
    """What may be the same event as the report being typed: a part for the form's script.

    Names: `near` (list of nearness.Near), `notices` (list of matching.Match)."""
    if not units_where(request.user, "report_incidents"):
        raise NotAllowed(sentences.NOT_ALLOWED)
    form = IncidentForm(request.POST, by=request.user)
    return render(
        request, "incidents/_near.html", {"near": near_typed(form), "notices": notices_typed(form)}
    )
