"""What this app adds to the frame."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contactpoints.access import units_where


def navigation(user: Any) -> list[dict[str, Any]]:
    """The risk picture, for whoever reads incidents."""
    if not units_where(user, "view_incidents"):
        return []
    return [
        {
            "url": reverse("risk"),
            "icon": "grid-dots",
            "label": _("Risk picture"),
            "short": pgettext("navigation", "Risk"),
            "count": 0,
            "count_label": "",
        }
    ]
