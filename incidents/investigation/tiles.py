"""What joint investigations add to the menu and to the home page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from contactpoints.access import units_where

from ..models import Investigation
from .reading import waiting_for


def reads_cases(user: Any) -> bool:
    """Whether the menu names joint investigations: by a right, or by a team."""
    return bool(units_where(user, "view_investigations")) or (
        user.side in ("LV", "BY") and Investigation.objects.visible_to(user).exists()
    )


def navigation(user: Any) -> list[dict[str, Any]]:
    if not units_where(user, "view_investigations"):
        return []
    return [
        {
            "url": reverse("investigations"),
            "also": ["/receipts/"],
            "icon": "users-group",
            "label": _("Joint investigations"),
            "short": pgettext("navigation", "Joint"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """For who leads: proposals to answer and late steps. For a team's member: the cases."""
    tiles = []
    if units_where(user, "lead_investigations"):
        waiting = waiting_for(user)
        count = len(waiting)
        tiles.append(
            {
                "title": _("Joint investigations"),
                "sentence": ngettext(
                    "%(count)s case waits for your side.",
                    "%(count)s cases wait for your side.",
                    count,
                )
                % {"count": count}
                if count
                else _("No case waits for your side."),
                "count": count,
                "url": waiting[0].get_absolute_url() if count == 1 else reverse("investigations"),
                "icon": "users-group",
                "urgent": any(case.late for case in waiting),
            }
        )
    elif not units_where(user, "view_investigations") and reads_cases(user):
        count = Investigation.objects.visible_to(user).going_on().count()
        tiles.append(
            {
                "title": _("Joint investigations"),
                "sentence": ngettext(
                    "You are in the team of %(count)s case.",
                    "You are in the teams of %(count)s cases.",
                    count,
                )
                % {"count": count},
                "count": count,
                "url": reverse("investigations"),
                "icon": "users-group",
                "urgent": False,
            }
        )
    return tiles
