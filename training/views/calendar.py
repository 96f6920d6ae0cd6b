"""The calendar of activities: the list, a month, a week."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop import keyset
from bordercoop.errors import Invalid
from bordercoop.web.paging import address_of_page

from ..access import planning_units
from ..grid import month_grid, week_grid
from ..listing import Asked, asked_of, listed
from ..models import ActivityKind, ActivityState, Host, Level, Mode
from .kit import reader

PAGE = 50
GRIDS = {"month": month_grid, "week": week_grid}
VIEWS = {"list": _("List"), "month": _("Month"), "week": _("Week")}


@login_required
@require_safe
@never_cache
def activities(request: HttpRequest) -> HttpResponse:
    """Names: `view`, `views`, `asked`, `rows` (of the list) or `grid`, `wrong`, `next`, `previous`,
    `may_plan`, `kept` (the filters for the other views), and the choices of the filters."""
    user = reader(request)
    view = request.GET.get("view", "list")
    view = view if view in VIEWS else "list"
    asked, wrong = asked_of(request.GET), {}
    shown: dict[str, Any] = {}
    try:
        shown = _list(request, user, asked) if view == "list" else _grid(request, user, asked, view)
    except Invalid as refusal:
        wrong = refusal.fields
        shown = {"rows": []} if view == "list" else {"grid": GRIDS[view](user, Asked(), "")}
    kept = request.GET.copy()
    for name in ("view", "at", "cursor"):
        kept.pop(name, None)
    context = {
        "view": view,
        "views": VIEWS.items(),
        "asked": asked,
        "wrong": wrong,
        "may_plan": bool(planning_units(user)),
        "kept": kept.urlencode(),
        "kinds": ActivityKind.choices,
        "states": ActivityState.choices,
        "modes": Mode.choices,
        "countries": Host.choices,
        "levels": Level.choices,
        "now": now(),
        **shown,
    }
    return render(request, "training/activities.html", context)


def _list(request: HttpRequest, user: Any, asked: Asked) -> dict[str, Any]:
    rows, order = listed(user, asked)
    page = keyset.page(rows, order, size=PAGE, cursor=request.GET.get("cursor", ""))
    return {
        "rows": page.rows,
        "next": address_of_page(request, page.next),
        "previous": address_of_page(request, page.previous),
    }


def _grid(request: HttpRequest, user: Any, asked: Asked, view: str) -> dict[str, Any]:
    return {"grid": GRIDS[view](user, asked, request.GET.get("at", "").strip()[:20])}
