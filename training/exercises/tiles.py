"""What exercises add to the menu, the home page and the search."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query

from ..access import agrees, reads_activities
from .models import Exercise, ExerciseState


def navigation(user: Any) -> list[dict[str, Any]]:
    """The exercises, for officers of the two services."""
    if not reads_activities(user):
        return []
    return [
        {
            "url": reverse("exercises"),
            "icon": "checks",
            "label": _("Exercises"),
            "short": pgettext("navigation", "Exercises"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Exercises that wait for the agreement of the own side, for whoever agrees; those that are
    played in which the officer has a part."""
    if not reads_activities(user):
        return []
    rows, tiles = Exercise.objects.visible_to(user), []
    if agrees(user):
        waiting = rows.agreed().filter(
            **{"state": ExerciseState.PUT, f"agreed_{user.side.lower()}": False}
        )
        if count := waiting.count():
            sentence = ngettext(
                "%(count)s exercise waits for the agreement of your side.",
                "%(count)s exercises wait for the agreement of your side.",
                count,
            )
            tiles.append(
                _tile(_("Agree to exercises"), sentence, count, f"{reverse('exercises')}?state=put")
            )
    mine = rows.played().filter(people__officer=user, people__removed_at=None)
    for exercise in mine.distinct()[:5]:
        sentence = _("%(number)s is played now, and you have a part in it.") % {
            "number": exercise.number
        }
        address = reverse("exercise_control", args=[exercise.number])
        tiles.append(_tile(_("Control room"), sentence, 1, address))
    return tiles


def _tile(title: str, sentence: str, count: int, url: str) -> dict[str, Any]:
    return {
        "title": title, "sentence": sentence % {"count": count} if "%(count)s" in sentence
        else sentence, "count": count, "url": url, "icon": "checks", "urgent": False,
    }  # fmt: skip


def found_in(user: Any, query: Query, most: int) -> Group | None:
    """Exercises by number and title, the latest first."""
    if not reads_activities(user):
        return None
    text = query.text.strip()
    rows = Exercise.objects.visible_to(user)
    rows = (
        rows.filter(Q(number__icontains=text) | Q(title__icontains=text)) if text else rows.none()
    )
    hits = [
        Hit(reverse("exercise", args=[row.number]), row.title, second=row.number, side=row.side)
        for row in rows.only("number", "title", "side")[: most + 1]
    ]
    more = reverse("exercises") if len(hits) > most else ""
    return Group("exercises", _("Exercises"), "checks", hits[:most], more)
