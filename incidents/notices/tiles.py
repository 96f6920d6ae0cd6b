"""What advance notices add to the menu, the home page and the search."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query
from contactpoints.access import units_where

from ..models import NoticeVersion
from .reading import SERVICES, reads_notices

# What the search looks through: the newest.
MOST_SEARCHED = 2000


def navigation(user: Any) -> list[dict[str, Any]]:
    """The notices, for officers of the two services who read incidents."""
    if not reads_notices(user):
        return []
    return [
        {
            "url": reverse("notices"),
            "icon": "flag-3",
            "label": _("Advance notices"),
            "short": pgettext("navigation", "Notices"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """What is written and waits for somebody who may send it."""
    ids = units_where(user, "release_incidents") if user.side in SERVICES else ()
    if not ids:
        return []
    waiting = NoticeVersion.objects.visible_to(user).filter(
        sent_at=None,
        dropped_at=None,
        notice__unit_id__in=ids,
        notice__state__in=["draft", "sent"],
    )
    count = waiting.count()
    if not count:
        return []
    sentence = ngettext(
        "%(count)s notice is written and waits to be sent.",
        "%(count)s notices are written and wait to be sent.",
        count,
    )
    return [
        {
            "title": _("Advance notices"),
            "sentence": sentence % {"count": count},
            "count": count,
            "url": f"{reverse('notices')}?show=draft",
            "icon": "flag-3",
            "urgent": False,
        }
    ]


def found_in(user: Any, query: Query, most: int) -> Group | None:
    """Notices by number and words, for those who read them; the newest first."""
    if not reads_notices(user):
        return None
    rows = NoticeVersion.objects.visible_to(user).standing().select_related("notice")
    hits = [
        Hit(
            reverse("notice", args=[row.notice.uid]),
            row.headline,
            second=row.notice.number or "",
            side=row.notice.side,
        )
        for row in rows.order_by("-starts_at", "-pk")[:MOST_SEARCHED]
        if query.found_in(row.notice.number or "", row.headline, row.text)
    ]
    more = reverse("notices") if len(hits) > most else ""
    return Group("notices", _("Advance notices"), "flag-3", hits[:most], more)
