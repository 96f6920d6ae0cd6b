"""What the pages of exercises share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed, Refused
from contactpoints.access import units_where
from contactpoints.models import Unit, units

from ...views.kit import reader, uid_of
from ..access import coordinates_exercise, sees_scenario
from ..models import Exercise, Inject

__all__ = [
    "coordinated",
    "deed",
    "exercise_of",
    "inject_of",
    "own_desks",
    "readable",
    "reader",
    "uid_of",
]


def exercise_of(user: Any, number: str) -> Exercise:
    """One that the officer reads, with `agreed_lv` and `agreed_by`."""
    rows = Exercise.objects.visible_to(user).agreed().select_related("unit", "by", "copied_from")
    found: Exercise = get_object_or_404(rows, number=number)
    return found


def coordinated(user: Any, number: str) -> Exercise:
    """One that the officer coordinates. Raises NotAllowed for whoever only reads it."""
    exercise = exercise_of(user, number)
    if not coordinates_exercise(user, exercise):
        raise NotAllowed(_("A coordinator of either side does this."))
    return exercise


def inject_of(exercise: Exercise, uid: Any) -> Inject:
    rows = exercise.injects.standing().select_related("exercise", "sender", "guideline")
    found: Inject = get_object_or_404(rows, uid=uid)
    return found


def readable(user: Any, number: str) -> Exercise:
    """One whose scenario the officer reads. Raises NotAllowed for who plays, until it is over."""
    exercise = exercise_of(user, number)
    if not sees_scenario(user, exercise):
        raise NotAllowed(
            _("You play in this exercise. Its scenario is open to you when it is over.")
        )
    return exercise


def own_desks(user: Any) -> list[Unit]:
    """The desks for which the officer acknowledges."""
    mine = units_where(user, "acknowledge_alerts")
    return [unit for unit in units().values() if unit.pk in mine and unit.kind == Unit.Kind.DESK]


def deed(request: HttpRequest, do: Callable[[str], int]) -> tuple[int, str]:
    """(status, what was refused) of what a POST asks for; 0 when it was done. What the officer may
    not do or see is raised, as everywhere."""
    try:
        return do(request.POST.get("do", "")), ""
    except Refused as no:
        if no.status in (403, 404):
            raise
        return no.status, str(no)
