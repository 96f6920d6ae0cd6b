"""What information requests add to the menu and to the home page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query
from contactpoints.access import units_where

from ..models import InformationRequest
from .reading import reads_requests

# What the search looks through: the newest.
MOST_SEARCHED = 2000


def navigation(user: Any) -> list[dict[str, Any]]:
    """The requests, for those who read the alerts of a desk."""
    if not reads_requests(user):
        return []
    return [
        {
            "url": reverse("requests"),
            "icon": "help",
            "label": _("Information requests"),
            "short": pgettext("navigation", "Requests"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Requests that wait for an answer of the officer's desks; urgent when one is overdue."""
    ids = units_where(user, "acknowledge_alerts") if reads_requests(user) else ()
    if not ids:
        return []
    waiting = InformationRequest.objects.filter(to_id__in=ids).exclude(side=user.side).open()
    count = waiting.count()
    if not count:
        return []
    sentence = ngettext(
        "%(count)s information request waits for your answer.",
        "%(count)s information requests wait for your answer.",
        count,
    )
    return [
        {
            "title": _("Information requests"),
            "sentence": sentence % {"count": count},
            "count": count,
            "url": f"{reverse('requests')}?show=to_answer",
            "icon": "help",
            "urgent": waiting.overdue().exists(),
        }
    ]


def found_in(user: Any, query: Query, most: int) -> Group | None:
    """Requests by number, subject and question, for those who read them; the newest first."""
    if not reads_requests(user):
        return None
    rows = InformationRequest.objects.visible_to(user).order_by("-asked_at", "-pk")
    hits = [
        Hit(
            reverse("information_request", args=[asked.uid]),
            asked.subject,
            second=asked.number,
            side=asked.side,
        )
        for asked in rows[:MOST_SEARCHED]
        if query.found_in(asked.number, asked.subject, asked.question)
    ]
    more = reverse("requests") if len(hits) > most else ""
    return Group("requests", _("Information requests"), "help", hits[:most], more)
