"""The list of incidents."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bordercoop import keyset
from bordercoop.errors import Invalid
from bordercoop.reference.models import offered, places, terms, usable_places
from bordercoop.reference.sides import ZONE
from bordercoop.web import groups
from bordercoop.web.finding.query import read
from bordercoop.web.paging import address_of_page
from contactpoints.access import units_where

from .. import filters, search
from ..models import Ground, Share, State
from ..texts import headline_of

PAGE = 50


@login_required
@require_safe
def incident_list(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (Share with .term, .place_term, .pieces, .said, .said_in, .said_mark), `next`,
    `previous` (query strings or None), `asked` (the filters as typed), `wrong` (sentences by
    filter), `filtered` (any filter set), `filters` (the query string), `categories`, `places`,
    `states`, `sides`, `grounds`, `groups` (groups.Choice),
    `counted` (closed records by outcome, when one is asked for), `may_report`, `may_import`."""
    user: Any = request.user
    rows: Any = Share.objects.visible_to(user).select_related("incident")
    wrong: dict[str, Any] = {}
    query = read(request.GET.get("q", ""))
    try:
        rows = filters.filtered(rows, request.GET, zone=ZONE[user.side], side=user.side)
        cursor = request.GET.get("cursor", "")
        if query:
            page = search.page(rows, query, user, size=PAGE, cursor=cursor)
        else:
            page = keyset.page(rows, search.ORDER, size=PAGE, cursor=cursor)
    except Invalid as refusal:
        wrong, page = refusal.fields, keyset.Page([], None, None)
    known, spots = terms("incident_category"), places()
    for row in page.rows:
        row.said, row.said_in, row.said_mark = headline_of(row)
        row.term, row.place_term = known.get(row.category), spots.get(row.place)
        row.pieces = search.snippet(row, query) if query else []
    counted = []
    if request.GET.get("outcome") and not wrong:
        readable = Share.objects.visible_to(user)
        counted = filters.outcomes(readable, request.GET, zone=ZONE[user.side], side=user.side)
    asked = {name: request.GET.get(name, "") for name in filters.NAMES}
    asked["q"] = query.text
    asked |= {name: request.GET.get(name, "") for name in groups.names()}
    context = {
        "rows": page.rows,
        "next": address_of_page(request, page.next),
        "previous": address_of_page(request, page.previous),
        "asked": asked,
        "wrong": wrong,
        "filtered": any(asked.values()),
        "filters": request.GET.urlencode(),
        "categories": offered("incident_category"),
        "places": usable_places(),
        "states": [choice for choice in State.choices if choice[0] != State.DRAFT],
        "sides": ["LV", "BY"] if user.side != "BY" else ["BY", "LV"],
        "grounds": Ground.choices,
        "task_filters": filters.TASKS.items(),
        "counted": counted,
        "groups": groups.choices(user, request.GET),
        "may_import": bool(units_where(user, "import_incidents")),
        "may_report": bool(units_where(user, "report_incidents")),
    }
    return render(request, "incidents/list.html", context, status=400 if wrong else 200)
