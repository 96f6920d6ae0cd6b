"""What is known of emergency sessions: their requests by kind, tiles and menu. Reads only."""

from collections import Counter
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from bordercoop.audit.models import Entry

from .access import audited_side, units_where
from .models import BreakGlass

KINDS = {
    "lists": gettext_lazy("Lists of incidents"),
    "records": gettext_lazy("Records of incidents"),
    "alerts": gettext_lazy("Alerts at desks"),
    "answers": gettext_lazy("Answers to alerts"),
    "other": gettext_lazy("Other pages"),
}


def kind_of(method: str, route: str) -> str:
    """Which kind of request an address without its values is; a key of KINDS."""
    path = route.removeprefix("api/v1/")
    if path.startswith("incidents/<"):
        return "records"
    if path.startswith("incidents/"):
        return "lists"
    if path.startswith("deliveries/<") and method == "POST":
        return "answers"
    if path.startswith(("console/", "deliveries/")):
        return "alerts"
    return "other"


def requests_of(emergency: BreakGlass) -> QuerySet[Entry]:
    """The lines of the audit about it. For readers of the own side only: they name records."""
    return Entry.objects.filter(about=emergency.ref, verb="emergency.request")


def kinds_of(emergency: BreakGlass) -> list[tuple[str, int]]:
    """(kind in the reader's language, how many), in the order of KINDS; one statement.

    Nothing in it names an incident, so the auditor of the other side may read it.
    """
    counted: Counter[str] = Counter()
    rows = requests_of(emergency).order_by()
    for method, route, count in rows.values_list("facts__method", "facts__route").annotate(
        count=Count("pk")
    ):
        counted[kind_of(method, route)] += count
    return [(str(label), counted[kind]) for kind, label in KINDS.items() if counted[kind]]


def navigation(user: Any) -> list[dict[str, Any]]:
    """For those who may open one; costs nothing beyond the rights."""
    if not units_where(user, "break_glass"):
        return []
    return [
        {
            "url": reverse("emergencies"),
            "icon": "flame",
            "label": _("Emergency session"),
            "short": pgettext("navigation", "Emergency"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """For auditors of a whole side: emergency sessions of either side that theirs has to review."""
    side = audited_side(user)
    if not side:
        return []
    count = BreakGlass.objects.visible_to(user).not_reviewed_by(side).count()
    return [
        {
            "title": _("Emergency sessions to review"),
            "sentence": ngettext(
                "%(count)s emergency session waits for a review by your side.",
                "%(count)s emergency sessions wait for a review by your side.",
                count,
            )
            % {"count": count}
            if count
            else _("Your side has reviewed every emergency session."),
            "count": count,
            "url": reverse("emergency_reviews"),
            "icon": "gavel",
            "urgent": count > 0,
        }
    ]
