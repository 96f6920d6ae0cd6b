"""What the pages of deployments share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from bordercoop.errors import NotAllowed, Refused

from ...access import planning_units
from ..access import reads_deployments
from ..models import Deployment, Expert


def reader(request: HttpRequest) -> Any:
    """Who asks for experts or plans; to everybody else the pages do not exist."""
    if not reads_deployments(request.user):
        raise Http404
    return request.user


def pool_reader(request: HttpRequest) -> Any:
    """Who plans; to everybody else the pool does not exist."""
    user: Any = request.user
    if not planning_units(user):
        raise Http404
    return user


def deployment_of(user: Any, uid: Any) -> Deployment:
    rows = Deployment.objects.visible_to(user).select_related(
        "unit", "expert__officer", "operation", "briefing", "debriefing", "by", "powers_by"
    )
    found: Deployment = get_object_or_404(rows, uid=uid)
    return found


def expert_of(user: Any, uid: Any) -> Expert:
    rows = Expert.objects.visible_to(user).select_related("officer")
    found: Expert = get_object_or_404(rows.prefetch_related("languages"), uid=uid)
    return found


def tried(deed: Callable[[], int], more: dict[str, Any]) -> int:
    """0 once the deed is done, else the status, with the refusal in `more`."""
    try:
        return deed()
    except NotAllowed:
        raise
    except Refused as refusal:
        if refusal.status == 404:
            raise
        more["refusal"] = str(refusal)
        return refusal.status
