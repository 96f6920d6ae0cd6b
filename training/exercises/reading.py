"""What pages, papers and programs read of an exercise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from contactpoints.models import units
from incidents.models import Share

from ..access import agrees
from .access import coordinates_exercise, directs, evaluates, watches
from .models import Exercise, ExerciseObjective
from .models.exercises import AHEAD, OVER, PLAYED, REAL


def clock_of(span: timedelta) -> str:
    """ "1:02:03", or "02:03" under an hour."""
    seconds = int(span.total_seconds())
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"


def named(known: Mapping[str, Any], code: str) -> str:
    return str(known[code].name) if code in known else code


def why_paused(exercise: Exercise, user: Any) -> str:
    """Why it was paused or cancelled, in the reader's language where the portal did it; of the
    other side not which desk has a real emergency."""
    if not exercise.reason.startswith(REAL):
        return exercise.reason
    desk = units().get(exercise.reason.removeprefix(REAL))
    return _(
        "A real emergency alert came to %(desk)s, so the portal paused the exercise. It goes on by "
        "hand once that alert is acknowledged."
    ) % {"desk": desk.name if desk and desk.side == user.side else _("a desk that plays")}


def tied_to(objective: ExerciseObjective, user: Any) -> tuple[str, str]:
    """(what the recommendation or plan is called to `user`, its address), "" where the register
    does not know it or they do not read it."""
    resolver = settings.TIED_THINGS.get(objective.tied_kind, "")
    found = import_string(resolver)(user, objective.tied_ref) if resolver else None
    return found or ("", "")


def scenario_of(exercise: Exercise, user: Any) -> Exercise | None:
    """The exercise whose scenario it took, for whoever reads that one."""
    if exercise.copied_from_id is None:
        return None
    return Exercise.objects.visible_to(user).filter(pk=exercise.copied_from_id).first()


def copy_of(exercise: Exercise, user: Any) -> Share | None:
    """The reader's copy of the closed incident from which it was made."""
    if exercise.incident_id is None:
        return None
    rows = Share.objects.visible_to(user).select_related("incident")
    return rows.filter(incident=exercise.incident_id).first()


def as_source(ref: str, reader: Any) -> tuple[str, str] | None:
    """(title, address) of the exercise from which a recommendation comes, as `reader` reads it."""
    found = Exercise.objects.visible_to(reader).filter(number=ref).first()
    if found is None:
        return None
    return f"{found.number} {found.title}", reverse("exercise", args=[found.number])


def may_do(exercise: Exercise, user: Any) -> set[str]:
    """What `user` may do with it now, for the buttons of its page; the verbs ask again."""
    state, found = exercise.state, set()
    if state in AHEAD and coordinates_exercise(user, exercise):
        found |= {"scenario", "cancel"}
        if user.side == exercise.side:
            found.add("change")
            if state == "draft":
                found.add("put")
    agreed = exercise.agreements.standing().filter(side=user.side).exists()
    if state == "put" and agrees(user) and not agreed:
        found.add("agree")
    if directs(user, exercise):
        found |= {
            "put": {"start"},
            "running": {"pause", "stop", "release", "jump"},
            "paused": {"resume", "stop", "jump"},
        }.get(state, set())
    if state in (*PLAYED, "stopped"):
        if watches(user, exercise):
            found |= {"note", "debrief"}
        if evaluates(user, exercise):
            found |= {"mark", "tick"}
            if state == "stopped":
                found.add("report")
    if watches(user, exercise) and state in PLAYED:
        found.add("control")
    if state in OVER:
        found |= {"results", "paper", "replay"}
    return found
