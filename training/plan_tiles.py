"""What the yearly plan adds to the home page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from .plans import waiting_for_signature


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Plans that wait for the signature of the own side, for its approvers."""
    return [
        {
            "title": _("Sign the joint plan"),
            "sentence": _("The joint plan for %(year)s waits for the signature of your side.")
            % {"year": version.plan.year},
            "count": 1,
            "url": reverse("year_plan", args=[version.plan.year]),
            "icon": "pencil",
            "urgent": False,
        }
        for version in waiting_for_signature(user)
    ]
