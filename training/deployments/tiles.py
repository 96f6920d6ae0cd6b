"""What deployments add to the home page and the search."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query
from contactpoints.guests import is_expert_alone

from .access import reads_deployments
from .models import Deployment
from .page import found_rows, profile_name, waiting_count

ICON = "plane-departure"


def navigation(user: Any) -> list[dict[str, Any]]:
    """The deployments, for whoever asks for experts or plans; to a guest the own ones."""
    if is_expert_alone(user):
        return [
            {
                "url": reverse("deployments_mine"),
                "icon": ICON,
                "label": _("Your deployments"),
                "short": _("Your deployments"),
                "count": 0,
                "count_label": "",
            }
        ]
    if not reads_deployments(user):
        return []
    return [
        {
            "url": reverse("deployments"),
            "icon": "users",
            "label": _("Deployments"),
            "short": _("Deployments"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Steps of deployments that wait for the officer; the officer's own deployments."""
    tiles = []
    if reads_deployments(user) and (count := waiting_count(user)):
        sentence = ngettext(
            "%(count)s deployment waits for your step.",
            "%(count)s deployments wait for your step.",
            count,
        )
        tiles.append(_tile(_("Deployments"), sentence, count, reverse("deployments")))
    own = list(Deployment.objects.own_of(user)[:20])
    if own:
        sentence = ngettext(
            "You have %(count)s deployment: tasks, briefing, contacts.",
            "You have %(count)s deployments: tasks, briefing, contacts.",
            len(own),
        )
        address = reverse("deployments_mine")
        if len(own) == 1:
            address = reverse("deployment_mine", args=[own[0].uid])
        tiles.append(_tile(_("Your deployments"), sentence, len(own), address))
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
    """Deployments by number, purpose, place and number of the expert, the latest first."""
    if not reads_deployments(user):
        return None
    rows = found_rows(user, query.text.strip())
    hits = [
        Hit(
            reverse("deployment", args=[row.uid]),
            f"{row.number} {profile_name(row.profile)}",
            side=row.side,
        )
        for row in rows[: most + 1]
    ]
    more = reverse("deployments") if len(hits) > most else ""
    return Group("deployments", _("Deployments"), ICON, hits[:most], more)
