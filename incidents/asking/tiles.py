"""What information requests add to the menu and to the home page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from contactpoints.access import units_where

from ..models import InformationRequest
from .reading import reads_requests


def navigation(user: Any) -> list[dict[str, Any]]:
    """The requests, for those who read the alerts of a desk."""
    if not reads_requests(user):
        return []
    return [
        {
            "url": reverse("requests"),
            "icon": "help",
            "label": _("Information requests"),
            "short": pgettext("navigation", "Requests"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Requests that wait for an answer of the officer's desks; urgent when one is overdue."""
    ids = units_where(user, "acknowledge_alerts") if reads_requests(user) else ()
    if not ids:
        return []
    waiting = InformationRequest.objects.filter(to_id__in=ids).exclude(side=user.side).open()
    count = waiting.count()
    if not count:
        return []
    sentence = ngettext(
        "%(count)s information request waits for your answer.",
        "%(count)s information requests wait for your answer.",
        count,
    )
    return [
        {
            "title": _("Information requests"),
            "sentence": sentence % {"count": count},
            "count": count,
            "url": f"{reverse('requests')}?show=to_answer",
            "icon": "help",
            "urgent": waiting.overdue().exists(),
        }
    ]
