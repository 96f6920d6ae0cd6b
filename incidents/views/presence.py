"""Who else has this incident on the screen: asked and told every 20 seconds."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from .. import actions
from ..access import share_for
from ..presence import present
from .record import visible


@login_required
@require_POST
def incident_presence(request: HttpRequest, uid: Any) -> HttpResponse:
    """`doing` is reading, editing or leaving; answers with the line of those who are there."""
    incident = visible(request, uid)
    doing = request.POST.get("doing", "reading")
    if doing == "leaving":
        actions.leave(incident, by=request.user)
        return HttpResponse(status=204)
    actions.be_present(incident, editing=doing == "editing", by=request.user)
    there = present(incident, share_for(request.user, incident), request.user)
    return render(request, "incidents/_presence.html", {"present": there})
