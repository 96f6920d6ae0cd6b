"""What the watch-list adds to the home page and to the search."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query
from incidents.retention import today

from .models import WatchEntry, WatchState
from .register_access import may_approve, reads_own, reads_shared, writing_units
from .watching import SOON, rows_of

LONG = ("text", "why", "todo")


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """For approvers what waits for them, for analysts what ends within a week or has ended; no
    statement for whoever has none of these duties."""
    if not reads_own(user):
        return []
    tiles: list[dict[str, Any]] = []
    side = f"&side={user.side}"
    own = WatchEntry.objects.filter(side=user.side)
    if may_approve(user) and (count := own.waiting().count()):
        sentence = ngettext(
            "%(count)s entry of the watch-list waits for an approver.",
            "%(count)s entries of the watch-list wait for an approver.",
            count,
        )
        tiles.append(_tile(_("Watch-list to approve"), sentence, count, f"?show=waiting{side}"))
    if units := [unit.pk for unit in writing_units(user)]:
        rows = own.filter(
            state=WatchState.IN_FORCE,
            unit__in=units,
            holding__review_by__lt=today(user.side) + SOON,
        )
        if count := rows.count():
            sentence = ngettext(
                "%(count)s entry of the watch-list ends within a week or has ended.",
                "%(count)s entries of the watch-list end within a week or have ended.",
                count,
            )
            tiles.append(_tile(_("Watch-list to review"), sentence, count, f"?show=review{side}"))
    return tiles


def _tile(title: str, sentence: str, count: int, query: str) -> dict[str, Any]:
    return {
        "title": title,
        "sentence": sentence % {"count": count},
        "count": count,
        "url": reverse("watch") + query,
        "icon": "eye",
        "urgent": False,
    }


def found_in(user: Any, query: Query, most: int) -> Group | None:
    """Entries of the watch-list by code and title."""
    if not reads_shared(user):
        return None
    entries = WatchEntry.objects.visible_to(user).select_related("holding")
    entries = entries.defer(*(f"holding__{name}" for name in LONG))
    hits = [
        Hit(reverse("watch_entry", args=[row.entry.uid]), row.version.title, second=row.entry.code)
        for row in rows_of(list(entries), user, without=LONG)
        if query.found_in(row.entry.code, row.version.title)
    ]
    more = reverse("watch") if len(hits) > most else ""
    return Group("watch_list", _("Watch-list"), "eye", hits[:most], more)
