"""What a focal point's page shows of deployments. Reads only."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from contactpoints.access import SERVICES, roles_of
from contactpoints.models import ContactPoint

from .access import asking_units, reads_deployments
from .models import Deployment
from .models.deployments import BOUND, THERE
from .page import profile_name

ASKED = ("requested", "assessed", "offered", "accepted")


def beside(user: Any, point: ContactPoint) -> dict[str, Any] | None:
    """Experts who are deployed to a desk of the point or come there, and open requests. Whoever is
    posted reads who comes and by what right; a need is not among them, and of a guest's own the
    own page says more. None where there is nothing to say."""
    if not roles_of(user):
        return None
    rows = Deployment.objects.filter(unit__desk__point=point)
    rows = rows.select_related("unit", "expert__officer").prefetch_related("expert__languages")
    coming = list(rows.filter(state__in=BOUND, access_ended_at=None).order_by("first_day", "pk"))
    coming = [one for one in coming if not one.out_of_time and one.last_day >= one.today]
    asked = []
    if user.side in SERVICES:
        # Before it is assessed the host alone reads it, and whoever is not asked never does.
        theirs = Q(sender=user.side, state__in=ASKED[1:])
        shown = rows.filter(Q(side=user.side) | theirs, state__in=ASKED)
        asked = list(shown.order_by("first_day", "pk"))
    for one in (*coming, *asked):
        one.profile_name = profile_name(one.profile)  # type: ignore[attr-defined]
        one.here = one.state in THERE  # type: ignore[attr-defined]
    may_ask = any(
        getattr(unit, "desk", None) is not None and unit.desk.point_id == point.pk
        for unit in asking_units(user)
    )
    if not (coming or asked or may_ask):
        return None
    readable = set()
    if reads_deployments(user):
        known = Deployment.objects.visible_to(user).filter(pk__in=[x.pk for x in (*coming, *asked)])
        readable = set(known.values_list("pk", flat=True))
    return {
        "template": "deployments/_at_point.html",
        "coming": coming,
        "asked": asked,
        "may_ask": may_ask,
        "readable": readable,
    }
