"""What this app adds to the frame and to the home page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from contactpoints.access import units_where

from .models import Incident, Share, State

MOST = 1000


def navigation(user: Any) -> list[dict[str, Any]]:
    """Logging for those who may, the list for those who may read."""
    items = []
    if units_where(user, "report_incidents"):
        items.append(
            {
                "url": reverse("incident_new"),
                "icon": "plus",
                "label": _("New incident"),
                "short": pgettext("navigation", "New"),
                "count": 0,
                "count_label": "",
            }
        )
    if units_where(user, "view_incidents"):
        items.append(
            {
                "url": reverse("incidents"),
                "icon": "list-details",
                "label": _("Incidents"),
                "short": pgettext("navigation", "Incidents"),
                "count": 0,
                "count_label": "",
            }
        )
    return items


def _tile(title: str, sentence: str, count: int, query: str, icon: str) -> dict[str, Any]:
    return {
        "title": title,
        "sentence": sentence,
        "count": count,
        "url": f"{reverse('incidents')}?{query}",
        "icon": icon,
        "urgent": False,
    }


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """What waits for the officer's own role: verifying, validating."""
    tiles = []
    own = Share.objects.filter(own=True, origin=Incident.Origin.SERVICE)
    if ids := units_where(user, "verify_incidents"):
        rows = own.filter(unit_id__in=ids, state=State.SUBMITTED)
        count = rows.exclude(incident__reported_by=user)[:MOST].count()
        tiles.append(
            _tile(
                _("To verify"),
                ngettext(
                    "%(count)s report of your unit waits for a second pair of eyes.",
                    "%(count)s reports of your unit wait for a second pair of eyes.",
                    count,
                )
                % {"count": count}
                if count
                else _("No report waits for a second pair of eyes."),
                count,
                f"state=submitted&side={user.side}",
                "eye",
            )
        )
    if ids := units_where(user, "validate_incidents"):
        count = own.filter(unit_id__in=ids, state=State.VERIFIED)[:MOST].count()
        tiles.append(
            _tile(
                _("To validate"),
                ngettext(
                    "%(count)s verified report waits for headquarters.",
                    "%(count)s verified reports wait for headquarters.",
                    count,
                )
                % {"count": count}
                if count
                else _("No verified report waits for headquarters."),
                count,
                f"state=verified&side={user.side}",
                "shield-check",
            )
        )
    return tiles
