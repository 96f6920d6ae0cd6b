"""What activities add to the menu, the home page and the search."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query

from .access import agrees, reads_activities
from .listing import holding, waiting_for
from .models import Activity

SOON = timedelta(days=7)
ICON = "plane-departure"


def navigation(user: Any) -> list[dict[str, Any]]:
    """The calendar, for officers of the two services."""
    if not reads_activities(user):
        return []
    return [
        {
            "url": reverse("activities"),
            "icon": ICON,
            "label": _("Activities"),
            "short": pgettext("navigation", "Activities"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Plans that wait for the agreement of the own side, for whoever agrees; activities that begin
    within a week in which the officer has a seat."""
    tiles = []
    if reads_activities(user) and agrees(user):
        waiting = waiting_for(Activity.objects.visible_to(user), user.side)
        if count := waiting.filter(period__endswith__gt=now()).count():
            sentence = ngettext(
                "%(count)s activity waits for the agreement of your side.",
                "%(count)s activities wait for the agreement of your side.",
                count,
            )
            address = f"{reverse('activities')}?waits=1"
            tiles.append(_tile(_("Agree to activities"), sentence, count, address))
    soon = user.participations.seated().filter(
        activity__period__startswith__gte=now(), activity__period__startswith__lt=now() + SOON
    )
    soon = soon.exclude(activity__state__in=("postponed", "cancelled")).select_related("activity")
    if parts := list(soon.order_by("activity__period")[:20]):
        sentence = ngettext(
            "%(count)s activity in which you have a seat begins within a week.",
            "%(count)s activities in which you have a seat begin within a week.",
            len(parts),
        )
        address = reverse("activity", args=[parts[0].activity.number])
        if len(parts) > 1 or not reads_activities(user):
            address = reverse("activities")
        tiles.append(_tile(_("Your activities"), sentence, len(parts), address))
    return tiles


def _tile(title: str, sentence: str, count: int, url: str) -> dict[str, Any]:
    return {
        "title": title,
        "sentence": sentence % {"count": count},
        "count": count,
        "url": url,
        "icon": ICON,
        "urgent": False,
    }


def found_in(user: Any, query: Query, most: int) -> Group | None:
    """Activities by number, title, place and host; those that begin last stand first."""
    if not reads_activities(user):
        return None
    rows = holding(Activity.objects.visible_to(user), query)
    rows = rows.only("number", "title", "side").order_by("-period", "-pk")
    hits = [
        Hit(reverse("activity", args=[row.number]), row.title, second=row.number, side=row.side)
        for row in rows[: most + 1]
    ]
    asked = urlencode({"show": "all", "q": query.text})
    more = f"{reverse('activities')}?{asked}" if len(hits) > most else ""
    return Group("activities", _("Activities"), ICON, hits[:most], more)
