"""What waits for an officer after an activity, on the home page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .access import reads_activities
from .evaluation import to_evaluate


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Evaluations that the officer has not answered, as who took part or as a head."""
    if not reads_activities(user) or not (waiting := to_evaluate(user)):
        return []
    sentence = ngettext(
        "%(count)s activity waits for what you say it was worth.",
        "%(count)s activities wait for what you say they were worth.",
        len(waiting),
    )
    return [
        {
            "title": _("Evaluations to answer"),
            "sentence": sentence % {"count": len(waiting)},
            "count": len(waiting),
            "url": reverse("activity_evaluation", args=[waiting[0].number]),
            "icon": "help",
            "urgent": False,
        }
    ]
