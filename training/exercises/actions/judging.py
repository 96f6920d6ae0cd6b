"""What is seen of an exercise and said of it: notes, ticked steps, marks, the hot debrief."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.wording import worded
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf
from contactpoints.models import Unit
from incidents.actions.once import written_before

from ..access import evaluates, plays_at
from ..models import (
    DebriefKind,
    DebriefLine,
    Exercise,
    ExerciseNote,
    ExerciseObjective,
    ExerciseState,
    Inject,
    ObjectiveMark,
    Reached,
    StepTick,
)
from ..models.exercises import OVER, PLAYED
from ..paper import document_of, file_name
from .kit import (
    keep,
    locked_exercise,
    moved,
    not_now,
    require_evaluating,
    require_reading,
    require_watching,
    wrong,
)

State = ExerciseState


def _require_played(exercise: Exercise) -> None:
    if exercise.state not in (*PLAYED, State.STOPPED):
        raise not_now(exercise)


def _language(language: str) -> str:
    if language not in Language.values:
        raise wrong("language", _("Choose the language you write in."))
    return language


@transaction.atomic
def note_exercise(
    exercise: Exercise,
    *,
    text: str,
    language: str,
    inject: Inject | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> ExerciseNote:
    """Note what was seen, at what the clock shows now, and on which inject. The same `client_ref`
    is the same note."""
    exercise = locked_exercise(exercise, by)
    require_watching(exercise, by)
    _require_played(exercise)
    text = worded(text, "text", most=1_000, empty=_("Write what you saw."))
    _language(language)
    if inject is not None and inject.exercise_id != exercise.pk:
        raise wrong("inject", _("Choose an inject of this exercise."))
    ref = client_ref or uuid.uuid4()
    mine = ExerciseNote.objects.filter(by=by)
    if known := written_before(mine, ref, exercise=exercise):
        return known
    note = ExerciseNote.objects.create(
        exercise=exercise, inject=inject, clock=exercise.clock(), text=text, language=language,
        client_ref=ref, by=by,
    )  # fmt: skip
    keep(exercise, "noted", by=by)
    return note


@transaction.atomic
def tick_step(inject: Inject, *, desk: Unit, step: int, by: Any) -> StepTick:
    """An expected step of an inject was done at a desk: ticked by who answers for the desk, or by
    an evaluator who saw it. `step` counts from 0. The first tick stands."""
    exercise = locked_exercise(inject.exercise, by)
    if not (plays_at(by, desk.pk) or evaluates(by, exercise)):
        raise NotAllowed(_("Whoever is on duty at the desk, or an evaluator, does this."))
    _require_played(exercise)
    if exercise.state not in PLAYED and not evaluates(by, exercise):
        raise not_now(exercise)  # by now the players read what was expected
    found = exercise.injects.standing().filter(pk=inject.pk, release__alert__isnull=False).first()
    if found is None or desk.code not in found.desks:
        raise Refused(_("This inject has not gone to this desk."), code="not_found", status=404)
    if not 0 <= step < len(found.steps):
        raise wrong("step", _("Choose a step of this inject."))
    known = StepTick.objects.filter(inject=found, desk=desk, step=step).first()
    if known is not None:
        return known
    made = StepTick.objects.create(inject=found, desk=desk, step=step, by=by)
    keep(exercise, "step_ticked", by=by, inject=found.number, desk=desk.code, step=step + 1)
    return made


@transaction.atomic
def mark_objective(
    objective: ExerciseObjective, *, mark: str, words: str = "", language: str, by: Any
) -> ObjectiveMark:
    """Say how far an objective was reached, with words; said anew it replaces what the same
    evaluator said before."""
    exercise = locked_exercise(objective.exercise, by)
    require_evaluating(exercise, by)
    _require_played(exercise)
    objective = ExerciseObjective.objects.get(pk=objective.pk)
    if objective.removed_at is not None:
        raise Refused(_("There is no such objective."), code="not_found", status=404)
    if mark not in Reached.values:
        raise wrong("mark", _("Choose how far it was reached."))
    needed = _("Write why: what was missing.") if mark in (Reached.PARTLY, Reached.NOT) else ""
    words = worded(words, "words", most=1_000, empty=needed)
    _language(language)
    made, _new = ObjectiveMark.objects.update_or_create(
        objective=objective, by=by,
        defaults={"mark": mark, "words": words, "language": language, "at": now()},
    )  # fmt: skip
    keep(exercise, "objective_marked", by=by, mark=mark)
    return made


@transaction.atomic
def write_debrief(
    exercise: Exercise,
    *,
    kind: str,
    text: str,
    language: str,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> DebriefLine:
    """Add a sentence to the hot debrief: what went well, what did not, a lesson. The same
    `client_ref` is the same sentence."""
    exercise = locked_exercise(exercise, by)
    require_watching(exercise, by)
    _require_played(exercise)
    if kind not in DebriefKind.values:
        raise wrong("kind", _("Choose what kind of sentence it is."))
    text = worded(text, "text", most=500, one_line=True, empty=_("Write it in a sentence."))
    _language(language)
    ref = client_ref or uuid.uuid4()
    if known := written_before(DebriefLine.objects.filter(by=by), ref, exercise=exercise):
        return known
    made = DebriefLine.objects.create(
        exercise=exercise, kind=kind, text=text, language=language, client_ref=ref, by=by
    )
    keep(exercise, "debriefed", by=by, kind=kind)
    return made


@transaction.atomic
def report_exercise(exercise: Exercise, *, by: Any) -> Exercise:
    """Close the evaluation: notes, marks and the debrief stay as they are from now on. Refused
    while an objective has no mark."""
    exercise = locked_exercise(exercise, by)
    require_evaluating(exercise, by)
    if exercise.state == State.REPORTED:
        return exercise
    if exercise.state != State.STOPPED:
        raise not_now(exercise)
    open_ones = exercise.objectives.standing().filter(marks=None)
    if missing := open_ones.first():
        raise Refused(
            _("“%(objective)s” has no mark yet. Say how far each objective was reached.")
            % {"objective": missing.text},
            code="not_marked",
        )
    moved(exercise, State.REPORTED, by=by)
    return exercise


def print_exercise(exercise: Exercise, *, languages: Sequence[str], by: Any) -> tuple[bytes, str]:
    """The report of an exercise that is over as a PDF in two languages, and the name of the file;
    recorded. Raises Invalid for two languages that are alike or unknown."""
    found = Exercise.objects.select_related("unit").get(pk=exercise.pk)
    require_reading(found, by)
    if found.state not in OVER:
        raise not_now(found)
    both, at = Both(*two_languages(*languages)), now()
    made = pdf("exercise.typ", document_of(found, both=both, by=by, at=at), at=at)
    record("exercise.printed", found.ref, by=by, trail=by.side, number=found.number)
    return made, file_name(found)
