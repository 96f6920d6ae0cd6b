"""What meetings of border representatives add to the frame and to the home page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from contactpoints.access import units_where

from ..models import Meeting, MeetingDecision


def navigation(user: Any) -> list[dict[str, Any]]:
    """The meetings, for those who read joint investigations."""
    if not units_where(user, "view_investigations"):
        return []
    return [
        {
            "url": reverse("meetings"),
            "icon": "users-group",
            "label": _("Meetings of representatives"),
            "short": pgettext("navigation", "Meetings"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Overdue decisions of both sides for whoever reads them; for representatives also what waits
    for their answer."""
    if not units_where(user, "view_investigations"):
        return []
    tiles = []
    late = MeetingDecision.objects.visible_to(user).overdue()
    if count := late.count():
        own = late.filter(side=user.side).count()
        sentence = ngettext(
            "%(count)s decision of the border representatives is overdue, %(own)s of your side.",
            "%(count)s decisions of the border representatives are overdue, %(own)s of your side.",
            count,
        )
        tiles.append(
            {
                "title": _("Decisions overdue"),
                "sentence": sentence % {"count": count, "own": own},
                "count": count,
                "url": f"{reverse('decisions')}?show=overdue",
                "icon": "clock-x",
                "urgent": True,
            }
        )
    if units_where(user, "hold_meetings"):
        rows = Meeting.objects.visible_to(user).filter(state="called", asked=user.side)
        if count := rows.count():
            sentence = ngettext(
                "%(count)s meeting that the other side called waits for your answer.",
                "%(count)s meetings that the other side called wait for your answer.",
                count,
            )
            tiles.append(
                {
                    "title": _("Meetings to agree to"),
                    "sentence": sentence % {"count": count},
                    "count": count,
                    "url": reverse("meetings"),
                    "icon": "users-group",
                    "urgent": True,
                }
            )
    return tiles
