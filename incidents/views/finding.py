"""The map of the incidents, and the filters that officers keep."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop.errors import Invalid
from bordercoop.reference.models import Place, usable_places
from bordercoop.reference.sides import ZONE
from bordercoop.web.when import Unclear, parse_date
from contactpoints.access import roles_of
from contactpoints.models import Unit, units

from .. import actions
from ..cells import WORLD, Counted, cells, parse_box
from ..notices.reading import drawn
from ..notices.reading import on_map as notices_on_map
from ..saved import counted, saved_for, saved_one
from .maps import on_map

# What the table says of a cell beside its edges: the place nearest to its middle, within a degree.
NEAR = 1.0


@login_required
@require_safe
@never_cache
def incident_map(request: HttpRequest) -> HttpResponse:
    """Names: `rows` ((Counted, nearest Place or None), the fullest first), `asked`, `wrong`,
    `places` and `notices_drawn` (for the script), `notices` (Told), `total`, `whole` (whether the
    box is the whole world)."""
    user: Any = request.user
    asked = {name: request.GET.get(name, "").strip()[:100] for name in ("box", "since")}
    wrong: dict[str, Any] = {}
    found: list[Counted] = []
    box, since = WORLD, None
    try:
        box = parse_box(asked["box"])
        since = parse_date(asked["since"], today=localdate()) if asked["since"] else None
        found = cells(user, box=box, since=since)
    except Invalid as refusal:
        wrong = refusal.fields
    except Unclear as unclear:
        wrong = {"since": [str(unclear)]}
    around = notices_on_map(user, since, zone=ZoneInfo(ZONE[user.side]))
    known = [place for place in usable_places() if place.lat is not None]
    context = {
        "rows": [(cell, _nearest(cell, known)) for cell in found[:100]],
        "total": sum(cell.count for cell in found),
        "asked": asked,
        "wrong": wrong,
        "whole": box == WORLD,
        "places": [on_map(place) for place in known],
        "notices": around,
        "notices_drawn": [shape for one in around if (shape := drawn(one))],
    }
    return render(request, "incidents/map.html", context, status=400 if wrong else 200)


def _nearest(cell: Counted, known: Iterable[Place]) -> Place | None:
    def apart(place: Place) -> float:
        return max(abs((place.lat or 0) - cell.lat), abs((place.lon or 0) - cell.lon) / 2)

    nearest = min(known, key=apart, default=None)
    return nearest if nearest and apart(nearest) <= NEAR else None


def _own_units(user: Any) -> list[Unit]:
    return list({unit.pk: unit for _role, unit in roles_of(user)}.values())


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def saved_filters(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (SavedFilter with .own, .shown: how many), `query` (filters to be saved),
    `name`, `unit`, `units` (where they may be shared), `wrong`."""
    user: Any = request.user
    given = request.POST if request.method == "POST" else request.GET
    query = given.get("query", "") if request.method == "POST" else request.GET.urlencode()
    code, wrong = given.get("unit", ""), {}
    if request.method == "POST":
        try:
            unit = units().get(code)
            if code and unit is None:
                sentence = _("There is no unit with the code %(code)s.") % {"code": code[:40]}
                raise Invalid(sentence, fields={"unit": [sentence]})
            actions.save_filter(name=given.get("name", ""), query=query, unit=unit, by=user)
            messages.success(request, _("The filter is saved."))
            return redirect("saved_filters")
        except Invalid as refusal:
            wrong = refusal.fields
    rows = saved_for(user)
    for row in rows:
        row.shown = counted(user, row)  # type: ignore[attr-defined]
    context = {
        "rows": rows,
        "query": query[:4000],
        "name": given.get("name", "")[:200] if request.method == "POST" else "",
        "unit": code,
        "units": _own_units(user),
        "wrong": wrong,
    }
    return render(request, "incidents/filters.html", context, status=400 if wrong else 200)


@login_required
@require_safe
@never_cache
def filter_chips(request: HttpRequest) -> HttpResponse:
    """The saved filters as the list shows them, fetched after it."""
    return render(request, "incidents/_filter_chips.html", {"rows": saved_for(request.user)})


@login_required
@require_POST
def filter_rename(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.rename_filter(
        saved_one(request.user, uid), name=request.POST.get("name", ""), by=request.user
    )
    return redirect("saved_filters")


@login_required
@require_POST
def filter_delete(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.delete_filter(saved_one(request.user, uid), by=request.user)
    return redirect("saved_filters")
