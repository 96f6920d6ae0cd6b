"""What the channel of serious incidents adds to the frame and to the home page: only of the two."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from . import serious


def navigation(user: Any) -> list[dict[str, Any]]:
    """The list of reports, for handlers."""
    if not serious.is_handler(user):
        return []
    return [
        {
            "url": reverse("serious_handling"),
            "icon": "lock",
            "label": _("Serious incidents"),
            "short": pgettext("navigation", "Serious"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """What waits for a handler; for a reporter, that something waits and not what."""
    if not serious.may_report(user):
        return []
    if serious.is_handler(user):
        count = serious.handled_by(user).filter(handler_waits=True).count()
        title, url = _("Serious incidents"), reverse("serious_handling")
        nothing = _("Nothing new from those who reported.")
    else:
        count = serious.reported_by(user).filter(reporter_waits=True).count()
        if not count:
            return []
        title, url, nothing = _("For you alone"), reverse("serious"), ""
    sentence = _("Something waits for you in the portal.")
    return [
        {
            "title": title,
            "sentence": sentence if count else nothing,
            "count": count,
            "url": url,
            "icon": "lock",
            "urgent": False,
        }
    ]
