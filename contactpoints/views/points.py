"""The three contact points: an overview, and a page for each."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..access import may_call
from ..directory import ends_of, points, staffed
from ..displays import desks_to_show
from ..models import ContactPoint, Priority, Unit
from ..pausing import may_pause, standing
from ..points import ends, ladders


def _on_map(desks: list[Unit]) -> list[dict[str, Any]]:
    """The places of desks as static/js/map.js reads them, each with its `point`."""
    return [
        {
            "code": desk.desk.place.code,
            "name": desk.desk.place.name,
            "lat": desk.desk.place.lat,
            "lon": desk.desk.place.lon,
            "mode": desk.desk.place.mode,
            "kind": desk.desk.place.kind,
            "point": desk.desk.point_id,
        }
        for desk in desks
        if desk.desk.place
    ]


@login_required
@require_safe
@never_cache
def contact_points(request: HttpRequest) -> HttpResponse:
    """`rows`: (point, its ends as Staff), own side first within each."""
    every = points()
    desks = {point.pk: ends_of(request.user, point) for point in every}
    flat = [desk for some in desks.values() for desk in some]
    staff = {row.unit.pk: row for row in staffed(request.user, flat)}
    rows = [(point, [staff[desk.pk] for desk in desks[point.pk]]) for point in every]
    context = {"rows": rows, "places": _on_map(flat), "state_at": now(), "pauses": standing()}
    return render(request, "contactpoints/points.html", context)


@login_required
@require_safe
@never_cache
def contact_point(request: HttpRequest, code: str) -> HttpResponse:
    """One point; 404 for a code that is not one of the three."""
    point = get_object_or_404(ContactPoint, code=code, retired_at=None)
    desks = ends_of(request.user, point)
    context = {
        "point": point,
        "ends": ends(request.user, point),
        "ladders": ladders(desks),
        "priorities": Priority.choices,
        "places": _on_map(desks),
        "may_call": may_call(request.user),
        "may_pause": (may := may_pause(request.user, point)),
        "may_resume": may,
        "may_show": any(desk in desks for desk in desks_to_show(request.user)),
        "pauses": [pause for pause in standing() if pause.point_id == point.pk],
        "state_at": now(),
    }
    return render(request, "contactpoints/point.html", context)
