"""What this app adds to the frame."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contactpoints.access import units_where


def navigation(user: Any) -> list[dict[str, Any]]:
    """Risk analysis, for whoever reads incidents."""
    if not units_where(user, "view_incidents"):
        return []
    return [
        {
            "url": reverse("risk"),
            "also": [reverse("sops"), reverse("brochure")],
            "icon": "grid-dots",
            "label": _("Risk analysis"),
            "short": pgettext("navigation", "Risk"),
            "count": 0,
            "count_label": "",
        }
    ]
