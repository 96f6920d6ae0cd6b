"""What forwarded alerts add to the home page and the menu of an officer of a post."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from .access import posts_of_officer
from .forwards import waiting_at_posts


def navigation(user: Any) -> list[dict[str, Any]]:
    """What desks forwarded, with how many wait; for officers who are posted at a post."""
    if not posts_of_officer(user):
        return []
    count = waiting_at_posts(user)
    return [
        {
            "url": reverse("forwards"),
            "icon": "bell-ringing",
            "label": _("Forwarded to us"),
            "short": pgettext("navigation", "Forwarded"),
            "count": count,
            "count_label": _sentence(count),
        }
    ]


def _sentence(count: int) -> str:
    return ngettext(
        "%(count)s alert waits for your post to acknowledge.",
        "%(count)s alerts wait for your post to acknowledge.",
        count,
    ) % {"count": count}


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """A tile while something waits."""
    count = waiting_at_posts(user)
    if not count:
        return []
    return [
        {
            "title": _("Forwarded to us"),
            "sentence": _sentence(count),
            "count": count,
            "url": reverse("forwards"),
            "icon": "bell-ringing",
            "urgent": True,
        }
    ]
