"""Who does what with exercises. Asked by querysets, verbs and doors."""

from __future__ import annotations

from typing import Any

from contactpoints.access import SERVICES, may, units_where

from ..access import agrees
from .models import Exercise, ExercisePart
from .models.exercises import OVER

Part = ExercisePart


def coordinates_exercise(user: Any, exercise: Exercise) -> bool:
    """Whether `user` plans for the unit that planned it, or agrees to it for the other side."""
    if user.side not in SERVICES:
        return False
    if user.side == exercise.side:
        return exercise.unit_id in units_where(user, "plan_activities")
    return exercise.put_at is not None and agrees(user)


def has_part(user: Any, exercise: Exercise, *parts: str) -> bool:
    return exercise.people.of(user, *parts).exists()


def directs(user: Any, exercise: Exercise) -> bool:
    """Whether `user` runs it: its directors and the coordinators of both sides."""
    return coordinates_exercise(user, exercise) or has_part(user, exercise, Part.DIRECTOR)


def evaluates(user: Any, exercise: Exercise) -> bool:
    """Whether `user` judges it: its evaluators and directors, and the coordinators."""
    parts = (Part.DIRECTOR, Part.EVALUATOR)
    return coordinates_exercise(user, exercise) or has_part(user, exercise, *parts)


def watches(user: Any, exercise: Exercise) -> bool:
    """Whether `user` has a part in it that is not playing."""
    return coordinates_exercise(user, exercise) or has_part(user, exercise)


def sees_scenario(user: Any, exercise: Exercise) -> bool:
    """Whoever has a part in it reads the scenario; who plays reads it when it is over."""
    return exercise.state in OVER or watches(user, exercise)


def plays_at(user: Any, desk_id: int) -> bool:
    return may(user, "acknowledge_alerts", desk_id)
