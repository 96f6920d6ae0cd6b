"""Taking released copies back."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from bordercoop.errors import Refused
from contactpoints.access import may
from contactpoints.models import units

from .. import actions
from ..access import share_for
from ..reading import held_by_desks
from ..tidings import taken_out
from .record import visible


@login_required
@never_cache
def incident_recall(request: HttpRequest, uid: Any) -> HttpResponse:
    """Choose desks, say why, take the copies back.

    Names: `held` (Held of each desk, with `exports`), `chosen` (codes), `reason`, `refusal`,
    `fields` (sentences by field)."""
    incident = visible(request, uid)
    user: Any = request.user
    share = share_for(user, incident)
    if not share.own or not may(user, "recall_releases", incident.unit_id):
        actions.recall_release(incident, desks=[], reason="", by=user)  # says why not
    chosen = request.POST.getlist("desks") if request.method == "POST" else []
    if request.method != "POST" and request.GET.get("desk"):
        chosen = [request.GET["desk"]]
    reason, refusal, status = request.POST.get("reason", ""), None, 200
    if request.method == "POST":
        known = units()
        try:
            actions.recall_release(
                incident,
                desks=[known[code] for code in chosen if code in known],
                reason=reason,
                by=user,
            )
        except Refused as no:
            if no.status in (403, 404):
                raise
            refusal, status = no, no.status
        else:
            return redirect("incident", uid=uid)
    held = held_by_desks(incident)
    context = {
        "incident": incident,
        "held": [(each, taken_out(incident, each.release.desk)) for each in held],
        "chosen": chosen,
        "reason": reason,
        "refusal": refusal,
        "wrong": {name: texts[0] for name, texts in refusal.fields.items()} if refusal else {},
    }
    return render(request, "incidents/recall.html", context, status=status)
