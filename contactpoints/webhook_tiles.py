"""What webhooks add to the frame and to the home page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from .access import administered
from .models import Webhook, WebhookState
from .webhooks.reading import desks_for


def navigation(user: Any) -> list[dict[str, Any]]:
    """The webhooks, for administrators of a side with desks. Costs no statement."""
    if not administered(user) or not desks_for(user):
        return []
    return [
        {
            "url": reverse("webhooks"),
            "icon": "external-link",
            "label": pgettext("navigation", "Webhooks"),
            "short": pgettext("navigation", "Webhooks"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """For administrators: webhooks that the portal has switched off; nothing without one."""
    if not administered(user):
        return []
    count = Webhook.objects.visible_to(user).filter(state=WebhookState.OFF).count()
    if not count:
        return []
    sentence = ngettext(
        "%(count)s system of your side is not told any more, because it takes nothing.",
        "%(count)s systems of your side are not told any more, because they take nothing.",
        count,
    )
    return [
        {
            "title": _("Webhooks switched off"),
            "sentence": sentence % {"count": count},
            "count": count,
            "url": reverse("webhooks"),
            "icon": "alert-triangle",
            "urgent": True,
        }
    ]
