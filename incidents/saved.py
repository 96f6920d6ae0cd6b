"""Saved filters as an officer sees them, with capped counts. Reads only."""

from typing import Any

from django.db.models import Q
from django.http import Http404, QueryDict

from bordercoop.errors import Invalid
from bordercoop.reference.sides import ZONE
from bordercoop.web.finding.query import read
from contactpoints.access import roles_of

from .filters import filtered
from .models import SavedFilter, Share
from .search import Matches, tsquery

MOST = 100


def saved_for(user: Any) -> list[SavedFilter]:
    """The officer's own, then those of the units of its postings; each with .own."""
    units = [unit.pk for _role, unit in roles_of(user)]
    rows = list(
        SavedFilter.objects.filter(Q(owner=user) | Q(unit__in=units))
        .select_related("unit", "owner")
        .order_by("name", "pk")
    )
    for row in rows:
        row.own = row.owner_id == user.pk  # type: ignore[attr-defined]
    return sorted(rows, key=lambda row: not row.own)  # type: ignore[attr-defined]


def saved_one(user: Any, uid: Any) -> SavedFilter:
    """One of them; Http404 for any other."""
    for row in saved_for(user):
        if row.uid == uid:
            return row
    raise Http404


def counted(user: Any, saved: SavedFilter) -> str:
    """How many incidents it shows `user`, at most "100+"; "" when a code of it is no more."""
    query = QueryDict(saved.query)
    try:
        rows = filtered(Share.objects.visible_to(user), query, zone=ZONE[user.side], side=user.side)
    except Invalid:
        return ""
    words = read(query.get("q", ""))
    if words:
        rows = rows.filter(Matches(tsquery(words)))
    count = len(rows.values_list("pk")[: MOST + 1])
    return f"{MOST}+" if count > MOST else str(count)
