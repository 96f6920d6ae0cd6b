"""What every verb of an exercise needs: its lock, its rights, and what a change of it means."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.models import root_of

from ..access import coordinates_exercise, directs, evaluates, sees_scenario, watches
from ..models import Exercise, ExerciseMove, ExerciseState
from ..models.exercises import AHEAD

State = ExerciseState


def wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def no_exercise() -> Refused:
    return Refused(_("There is no such exercise."), code="not_found", status=404)


def locked_exercise(exercise: Exercise, by: Any) -> Exercise:
    """The exercise under its lock. Raises Refused (404) unless `by` reads it."""
    rows = Exercise.objects.select_for_update(no_key=True)
    rows.filter(pk=exercise.pk).values_list("pk").get()
    if by is not None and not Exercise.objects.visible_to(by).filter(pk=exercise.pk).exists():
        raise no_exercise()
    return Exercise.objects.select_related("unit").get(pk=exercise.pk)


def not_now(exercise: Exercise) -> Refused:
    return Refused(
        _("This exercise is at “%(state)s” now, so this is not possible. Read it again.")
        % {"state": State(exercise.state).label},
        code="wrong_state",
    )


def require_coordinating(exercise: Exercise, by: Any) -> None:
    """Raise NotAllowed unless `by` coordinates it for either side."""
    if not coordinates_exercise(by, exercise):
        raise NotAllowed(_("A coordinator of either side does this."))


def require_directing(exercise: Exercise, by: Any) -> None:
    """Raise NotAllowed unless `by` directs it."""
    if not directs(by, exercise):
        raise NotAllowed(_("A director of the exercise or a coordinator does this."))


def require_evaluating(exercise: Exercise, by: Any) -> None:
    """Raise NotAllowed unless `by` evaluates it."""
    if not evaluates(by, exercise):
        raise NotAllowed(_("An evaluator of the exercise, a director or a coordinator does this."))


def require_watching(exercise: Exercise, by: Any) -> None:
    """Raise NotAllowed unless `by` has a part in it."""
    if not watches(by, exercise):
        raise NotAllowed(_("Whoever has a part in the exercise does this."))


def require_reading(exercise: Exercise, by: Any) -> None:
    """Raise Refused (404) unless `by` reads it with its scenario."""
    read = Exercise.objects.visible_to(by).filter(pk=exercise.pk).exists()
    if not read or not sees_scenario(by, exercise):
        raise no_exercise()


def require_ahead(exercise: Exercise) -> None:
    if exercise.state not in AHEAD:
        raise not_now(exercise)


def said_of(exercise: Exercise) -> dict[str, Any]:
    """What both sides agree to: the exercise, its people, its objectives and its scenario."""
    return {
        "kind": exercise.kind, "title": exercise.title, "purpose": exercise.purpose,
        "place": exercise.place, "category": exercise.category,
        "planned_at": exercise.planned_at.isoformat(),
        "pauses_for_real": exercise.pauses_for_real,
        "people": sorted(
            [str(uid), part]
            for uid, part in exercise.people.standing().values_list("officer__uid", "part")
        ),
        "objectives": [
            [one.text, one.tied_kind, one.tied_ref] for one in exercise.objectives.standing()
        ],
        "injects": [
            {
                "number": one.number, "offset_s": one.offset_s, "desks": one.desks,
                "sender": one.sender.code, "headline": one.headline, "language": one.language,
                "headlines": one.headlines, "text": one.text, "severity": one.severity,
                "category": one.category, "place": one.place,
                "acknowledge_s": one.acknowledge_s, "steps": one.steps,
                "guideline": str(one.guideline.uid) if one.guideline else "",
            }
            for one in exercise.injects.standing().select_related("sender", "guideline")
        ],
    }  # fmt: skip


def digest_of(exercise: Exercise) -> str:
    """SHA-256 of what both sides agree to, as canonical JSON."""
    text = json.dumps(said_of(exercise), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def grow(
    exercise: Exercise, deed: str, *, by: Any, fields: Iterable[str] = (), **facts: Any
) -> None:
    """What both sides agree to became something else: the agreements to what it said before hold no
    longer; they are kept."""
    exercise.agreements.filter(voided_at=None).update(voided_at=now())
    exercise.edition += 1
    exercise.save(update_fields=["edition", *fields])
    keep(exercise, deed, by=by, **facts)


def moved(
    exercise: Exercise, after: str, *fields: str, reason: str = "", by: Any, **facts: Any
) -> None:
    """Take the exercise to `after`, with `fields` saved too, and its entry in the audit trail."""
    before, exercise.state = exercise.state, State(after)
    exercise.save(update_fields=["state", *fields])
    ExerciseMove.objects.create(
        exercise=exercise, before=before, after=after, clock=exercise.clock(), reason=reason, by=by
    )
    # exercise.put, .running, .paused, .stopped, .reported, .cancelled
    keep(exercise, after, by=by, **facts)


def keep(exercise: Exercise, deed: str, *, by: Any, **facts: Any) -> None:
    side = by.side if by is not None else exercise.side
    record(f"exercise.{deed}", exercise.ref, by=by, trail=side, number=exercise.number, **facts)
    ring_exercise(exercise)


def ring_exercise(exercise: Exercise) -> None:
    """Pages of both headquarters, of the unit that planned it and of the desks hear of it."""
    told = {exercise.unit.code} | exercise.injects.standing().desk_codes()
    told |= {root.code for side in ("LV", "BY") if (root := root_of(side)) is not None}
    ring_many(sorted(told))
