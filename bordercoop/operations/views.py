"""The operator's page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop import VERSION
from bordercoop.web.health import measure

from . import overview


@login_required
@require_safe
@never_cache
def operations(request: HttpRequest) -> HttpResponse:
    """Names: `lines`, `processes` (overview.Line), `problems` (how many are not in order),
    `version`. To whoever may not operate the portal the page does not exist."""
    if not import_string(settings.OPERATOR_CHECK)(request.user):
        raise Http404
    facts: dict[str, Any] = measure()
    lines, processes = overview.lines(facts), overview.processes(facts)
    context = {
        "lines": lines,
        "processes": processes,
        "problems": sum(line.state != "ok" for line in (*lines, *processes)),
        "version": VERSION,
    }
    return render(request, "operations/overview.html", context)
