"""What the crossing points add to the frame, the first page and the console."""

from datetime import timedelta
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.reference.sides import Side
from bordercoop.web.clocks import duration

from .access import units_where
from .crossings import Wait, crossings, of_the_present
from .models import Unit

FRESH = timedelta(hours=24)  # a change of opening is news for a day
SHOWN = 4


def reads_crossings(user: Any) -> bool:
    """Whom the crossing points are shown to unasked: officers of the two services."""
    return user.side in (Side.LV, Side.BY) and bool(units_where(user, "view_incidents"))


def navigation(user: Any) -> list[dict[str, Any]]:
    """Crossing points now, for officers of the two services."""
    if not reads_crossings(user):
        return []
    return [
        {
            "url": reverse("crossings"),
            "icon": "barrier-block",
            "label": _("Crossing points"),
            "short": pgettext("navigation", "Crossings"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """A tile while a crossing point is not fully open or one waits long somewhere."""
    if not reads_crossings(user):
        return []
    rows = crossings(user, since=of_the_present())
    shut = sum(row.not_fully_open for row in rows)
    waits = sorted(
        (wait for row in rows for wait in row.long_waits),
        key=lambda wait: -(wait.row.minutes or 0),
    )
    if not shut and not waits:
        return []
    said = []
    if shut:
        said.append(
            ngettext(
                "%(count)s crossing point is not fully open.",
                "%(count)s crossing points are not fully open.",
                shut,
            )
            % {"count": shut}
        )
    if waits:
        names = {row.place.pk: row.place.name for row in rows}
        said.append(_longest(waits[0], names[waits[0].row.place_id]))
    return [
        {
            "title": _("Crossing points"),
            "sentence": " ".join(said),
            "count": shut + len(waits),
            "url": reverse("crossings"),
            "icon": "barrier-block",
            "urgent": False,
        }
    ]


def _longest(wait: Wait, place: str) -> str:
    return _("Longest wait: %(place)s, %(lane)s, %(time)s.") % {
        "place": place,
        "lane": wait.row.get_lane_display(),
        "time": duration(wait.seconds or 0),
    }


def line(user: Any, desks: list[Unit]) -> str | SafeString:
    """The console's quiet line: what opened, closed or was restricted within a day, and where one
    waits long now; "" for nothing. Nobody has to acknowledge it."""
    if not desks or not reads_crossings(user):
        return ""
    since = now() - FRESH
    changes, waits = [], []
    for row in crossings(user, since=of_the_present()):
        changes += [
            (row.place, view.status)
            for view in row.opening.views
            if view.status and view.status.recorded_by and view.status.recorded_at > since
        ]
        waits += [(row.place, wait) for wait in row.long_waits]
    if not changes and not waits:
        return ""
    changes.sort(key=lambda one: one[1].since, reverse=True)
    waits.sort(key=lambda one: -(one[1].row.minutes or 0))
    context = {
        "changes": changes[:SHOWN],
        "waits": waits[:SHOWN],
        "more": len(changes[SHOWN:]) + len(waits[SHOWN:]),
        "user": user,
    }
    return render_to_string("contactpoints/crossings/_line.html", context)
