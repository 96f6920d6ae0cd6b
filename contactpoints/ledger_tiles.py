"""What the ledger adds to the frame and to the home page."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .statements import reads_ledger, waiting_statements


def navigation(user: Any) -> list[dict[str, Any]]:
    """Figures of desks, what crossed between the sides, and statements: one entry, for officers of
    the two services who see alerts."""
    if not reads_ledger(user):
        return []
    return [
        {
            "url": reverse("ledger"),
            "also": (reverse("statements"), reverse("exchange")),
            "icon": "report",
            "label": _("Figures and statements"),
            "short": pgettext("navigation", "Figures"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """A tile for each statement that waits for the signature of the own side."""
    return [
        {
            "title": _("Statement of exchange"),
            "sentence": (
                _("%(month)s: it is overdue. Settle what differs, then sign.")
                if statement.overdue
                else _("%(month)s: compare both counts, settle what differs, then sign.")
            )
            % {"month": date_format(statement.month, "YEAR_MONTH_FORMAT")},
            "count": 1,
            "url": reverse("statement", args=[statement.uid]),
            "icon": "file-text",
            "urgent": statement.overdue,
        }
        for statement in waiting_statements(user)
    ]
