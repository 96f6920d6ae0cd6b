"""What the lists add to the frame and to the home page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.reference.models import Proposal

from .access import may_propose, units_where


def navigation(user: Any) -> list[dict[str, Any]]:
    """The lists, for administrators, with how many proposals wait for their side."""
    if not units_where(user, "administer_lists"):
        return []
    count = Proposal.objects.for_side(user.side).count() if may_propose(user) else 0
    return [
        {
            "url": reverse("lists"),
            "also": [reverse("proposals")],
            "icon": "list-details",
            "label": pgettext("navigation", "Lists"),
            "short": pgettext("navigation", "Lists"),
            "count": count,
            "count_label": ngettext(
                "%(count)s proposal waits for your side",
                "%(count)s proposals wait for your side",
                count,
            )
            % {"count": count},
        }
    ]


def navigation_of_places(user: Any) -> list[dict[str, Any]]:
    """The places, for those who read incidents and those who keep the lists."""
    if not units_where(user, "view_incidents") and not units_where(user, "administer_lists"):
        return []
    return [
        {
            "url": reverse("places"),
            "icon": "map-pin",
            "label": _("Places"),
            "short": pgettext("navigation", "Places"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """The tile of proposals to decide, for administrators of the two sides."""
    if not may_propose(user):
        return []
    count = Proposal.objects.for_side(user.side).count()
    sentence = ngettext(
        "The other side proposed %(count)s change of the common lists.",
        "The other side proposed %(count)s changes of the common lists.",
        count,
    )
    return [
        {
            "title": _("Proposals to confirm"),
            "sentence": sentence % {"count": count}
            if count
            else _("The other side waits for nothing from you."),
            "count": count,
            "url": reverse("lists"),
            "icon": "arrows-exchange",
            "urgent": count > 0,
        }
    ]
