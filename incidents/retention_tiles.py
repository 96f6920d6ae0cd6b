"""What retention and subject access add to the frame."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contactpoints.access import may_audit, units_where


def navigation(user: Any) -> list[dict[str, Any]]:
    """Retention for who audits a side, subject access for who searches."""
    entries = []
    if may_audit(user):
        entries.append(_entry("retention", _("Retention"), pgettext("navigation", "Retention")))
    if units_where(user, "search_subjects"):
        entries.append(
            _entry("subject_access", _("Subject access"), pgettext("navigation", "Subjects"))
        )
    elif may_audit(user):
        entries.append(
            _entry("subject_access_log", _("Subject searches"), pgettext("navigation", "Subjects"))
        )
    return entries


def navigation_of_holds(user: Any) -> list[dict[str, Any]]:
    """Retention for who places holds and does not audit; seldom wanted."""
    if may_audit(user) or not units_where(user, "place_holds"):
        return []
    return [_entry("retention", _("Retention"), pgettext("navigation", "Retention"))]


def _entry(name: str, label: str, short: str) -> dict[str, Any]:
    return {
        "url": reverse(name),
        "icon": "clock" if name == "retention" else "search",
        "label": label,
        "short": short,
        "count": 0,
        "count_label": "",
    }
