"""What waits for coordinators of courses, on the home page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .access import agrees, reads_activities
from .models import Course
from .retraining import counted


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Officers to be trained again who are on no list yet; courses that wait for the agreement of
    the own side."""
    if not reads_activities(user) or not agrees(user):
        return []
    tiles = []
    if left := sum(row.left for row in counted(user)):
        sentence = ngettext(
            "%(count)s officer of your side was trained in an earlier version.",
            "%(count)s officers of your side were trained in earlier versions.",
            left,
        )
        tiles.append(_tile(_("Train again"), sentence, left, "retraining"))
    waiting = Course.objects.visible_to(user).agreed().filter(state="draft")
    waiting = waiting.filter(put_at__isnull=False, **{f"agreed_{user.side.lower()}": False})
    if count := waiting.count():
        sentence = ngettext(
            "%(count)s course waits for the agreement of your side.",
            "%(count)s courses wait for the agreement of your side.",
            count,
        )
        tiles.append(_tile(_("Agree to courses"), sentence, count, "courses"))
    return tiles


def _tile(title: str, sentence: str, count: int, name: str) -> dict[str, Any]:
    return {
        "title": title,
        "sentence": sentence % {"count": count},
        "count": count,
        "url": reverse(name),
        "icon": "users",
        "urgent": False,
    }
