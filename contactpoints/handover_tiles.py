"""What handovers add to the home page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .handovers import waiting_for, works_at


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """For officers of a desk: the shift that waits to be taken over, and how to hand it over."""
    at = works_at(user)
    if not at:
        return []
    language = get_language() or "en"
    waiting = waiting_for(user)
    tiles: list[dict[str, Any]] = [
        {
            "title": _("Take the shift over"),
            "sentence": _("%(officer)s signed the handover at %(unit)s and waits for you.")
            % {"officer": handover.left_by.name_for(language), "unit": handover.unit.name},
            "count": 1,
            "url": reverse("shift_handover", args=[handover.uid]),
            "icon": "login",
            "urgent": True,
        }
        for handover in waiting
    ]
    return [
        *tiles,
        {
            "title": _("Hand over the shift"),
            "sentence": _("Write the note and sign what is open when your shift ends."),
            "count": 0,
            "url": reverse("desk_handovers", args=[at[0].code])
            if len(at) == 1
            else reverse("handovers"),
            "icon": "logout",
            "urgent": False,
        },
    ]
