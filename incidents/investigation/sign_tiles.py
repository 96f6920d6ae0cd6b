"""What the register of border signs adds to the frame, the home page and the search."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query
from contactpoints.access import units_where

from ..models import LineInspection, SignRepair
from .register import all_signs, names_of, reads_register


def navigation(user: Any) -> list[dict[str, Any]]:
    """The register, for those who read incidents of either service."""
    if not reads_register(user):
        return []
    return [
        {
            "url": reverse("signs"),
            "icon": "flag-3",
            "label": _("Border signs"),
            "short": pgettext("navigation", "Signs"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Joint inspections that wait for the officer's side, and repairs of it that are overdue."""
    if not reads_register(user) or not units_where(user, "inspect_signs"):
        return []
    waiting = LineInspection.objects.filter(state="proposed").exclude(side=user.side)
    late = SignRepair.objects.overdue().filter(side=user.side)
    tiles = []
    if asked := waiting.count():
        tiles.append(
            _tile(
                _("Joint inspection proposed"),
                ngettext(
                    "The other side proposes %(count)s joint inspection of the line.",
                    "The other side proposes %(count)s joint inspections of the line.",
                    asked,
                ),
                asked,
                reverse("sign_lines"),
                urgent=False,
            )
        )
    if count := late.count():
        tiles.append(
            _tile(
                _("Repairs of signs overdue"),
                ngettext(
                    "%(count)s repair of a border sign by your side is overdue.",
                    "%(count)s repairs of border signs by your side are overdue.",
                    count,
                ),
                count,
                reverse("signs"),
                urgent=True,
            )
        )
    return tiles


def _tile(title: str, sentence: str, count: int, url: str, *, urgent: bool) -> dict[str, Any]:
    return {
        "title": title,
        "sentence": sentence % {"count": count},
        "count": count,
        "url": url,
        "icon": "flag-3",
        "urgent": urgent,
    }


def found_in(user: Any, query: Query, most: int) -> Group | None:
    """Border signs by code and by every name."""
    if not reads_register(user):
        return None
    found = [sign for sign in all_signs() if query.found_in(*names_of(sign))]
    hits = [Hit(reverse("sign", args=[sign.code]), sign.name, second=sign.code) for sign in found]
    more = reverse("signs") if len(hits) > most else ""
    return Group("signs", _("Border signs"), "flag-3", hits[:most], more)
