"""The scenario of an exercise, its objectives and its people, written before it begins."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.reference.models import ProcedureVersion, places, terms
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES
from contactpoints.models import Unit, units
from incidents.actions.once import written_before

from ...access import reads_activities
from ..access import sees_scenario
from ..models import (
    Exercise,
    ExerciseObjective,
    ExercisePart,
    ExercisePerson,
    Inject,
    TiedKind,
)
from ..models.injects import LATEST_S, LONGEST_S, MOST_INJECTS
from .kit import grow, locked_exercise, no_exercise, require_ahead, require_coordinating, wrong

MOST_STEPS = 12


def _changeable(exercise: Exercise, by: Any) -> Exercise:
    exercise = locked_exercise(exercise, by)
    require_coordinating(exercise, by)
    require_ahead(exercise)
    return exercise


# --- people


@transaction.atomic
def name_person(exercise: Exercise, *, officer: Any, part: str, by: Any) -> ExercisePerson:
    """Give an officer of the own side a part in it: director, evaluator or observer. One part at a
    time: another one replaces the first."""
    exercise = _changeable(exercise, by)
    if part not in ExercisePart.values:
        raise wrong("part", _("Choose what part the officer has."))
    if officer.side != by.side or not officer.is_active:
        raise wrong("officer", _("Each side names its own officers. Choose one of yours."))
    if not reads_activities(officer):
        raise wrong("officer", _("This officer is posted nowhere now, so could not read it."))
    known = exercise.people.of(officer).first()
    if known is not None:
        if known.part == part:
            return known
        known.removed_at = now()
        known.save(update_fields=["removed_at"])
    made = ExercisePerson.objects.create(exercise=exercise, officer=officer, part=part, by=by)
    grow(exercise, "person_named", by=by, officer=officer.username, part=part)
    return made


@transaction.atomic
def unname_person(person: ExercisePerson, *, by: Any) -> ExercisePerson:
    """Take an officer of the own side out of it. A repeat changes nothing."""
    exercise = _changeable(person.exercise, by)
    person = ExercisePerson.objects.select_related("officer").get(pk=person.pk)
    if person.removed_at is not None:
        return person
    if person.officer.side != by.side:
        raise NotAllowed(_("Each side names its own officers."), code="other_side")
    person.removed_at = now()
    person.save(update_fields=["removed_at"])
    grow(exercise, "person_removed", by=by, officer=person.officer.username)
    return person


# --- objectives


@transaction.atomic
def add_objective(
    exercise: Exercise,
    *,
    text: str,
    language: str,
    tied_kind: str = "",
    tied_ref: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> ExerciseObjective:
    """Say what the exercise is to show, and which recommendation or plan it tries, by its kind and
    its number there. The same `client_ref` is the same objective."""
    exercise = _changeable(exercise, by)
    text = worded(text, "text", most=300, one_line=True, empty=_("Say what it is to show."))
    if language not in Language.values:
        raise wrong("language", _("Choose the language you write in."))
    ref = worded(tied_ref, "tied_ref", most=60, one_line=True)
    if tied_kind and tied_kind not in TiedKind.values:
        raise wrong("tied_kind", _("Choose a recommendation or a contingency plan."))
    if bool(tied_kind) != bool(ref):
        raise wrong("tied_ref", _("Give both what it is tied to and its number, or neither."))
    mine = ExerciseObjective.objects.filter(by=by)
    own = client_ref or uuid.uuid4()
    if known := written_before(mine, own, exercise=exercise):
        return known
    made = ExerciseObjective.objects.create(
        exercise=exercise, text=text, language=language, tied_kind=tied_kind, tied_ref=ref,
        client_ref=own, by=by,
    )  # fmt: skip
    grow(exercise, "objective_added", by=by)
    return made


@transaction.atomic
def remove_objective(objective: ExerciseObjective, *, by: Any) -> ExerciseObjective:
    """Take an objective out. A repeat changes nothing."""
    exercise = _changeable(objective.exercise, by)
    objective = ExerciseObjective.objects.get(pk=objective.pk)
    if objective.removed_at is None:
        objective.removed_at = now()
        objective.save(update_fields=["removed_at"])
        grow(exercise, "objective_removed", by=by)
    return objective


# --- injects


def _desk(code: str, field: str) -> Unit:
    unit = units().get(str(code))
    if unit is None or unit.kind != Unit.Kind.DESK or unit.retired_at is not None:
        raise wrong(field, _("Choose desks from the list."))
    return unit


def _whole(field: str, value: Any, least: int, most: int, sentence: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise wrong(field, sentence)
    return value


def _said(
    *,
    offset_s: int,
    desks: Iterable[str],
    sender: str,
    headline: str,
    language: str,
    severity: int,
    category: str,
    headlines: Mapping[str, str] | None = None,
    text: str = "",
    place: str = "",
    acknowledge_s: int | None = None,
    guideline: ProcedureVersion | None = None,
    steps: Iterable[str] = (),
) -> dict[str, Any]:
    told = sorted({_desk(code, "desks").code for code in desks or ()})
    if not told:
        raise wrong("desks", _("Choose the desks that are told."))
    if language not in Language.values:
        raise wrong("language", _("Choose the language you write in."))
    if category not in terms("incident_category"):
        raise wrong("category", _("Choose a category."))
    if place and place not in places():
        raise wrong("place", _("Choose a place from the list."))
    others = {}
    for code, said in (headlines or {}).items():
        if code not in Language.values:
            raise wrong("headlines", _("Headlines are in Latvian, Belarusian, Russian or English."))
        if code != language and (words := worded(said, "headlines", most=200, one_line=True)):
            others[code] = words
    wanted = [
        line for step in steps or () if (line := worded(step, "steps", most=200, one_line=True))
    ]
    if len(wanted) > MOST_STEPS:
        raise wrong("steps", _("Twelve steps at most: a desk ticks each of them while it works."))
    if guideline is not None and not wanted:
        raise wrong("steps", _("Write which steps of the guidelines are expected, one a line."))
    return {
        "offset_s": _whole(
            "offset_s", offset_s, 0, LATEST_S,
            _("Say when it goes out after the begin, within a week."),
        ),
        "desks": told,
        "sender": _desk(sender, "sender"),
        "headline": worded(
            headline, "headline", most=200, one_line=True, empty=_("Write the headline.")
        ),
        "language": language,
        "headlines": others,
        "text": worded(text, "text", most=500, one_line=True),
        "severity": _whole("severity", severity, 1, 4, _("Choose a severity.")),
        "category": category,
        "place": place,
        "acknowledge_s": None
        if acknowledge_s is None
        else _whole(
            "acknowledge_s", acknowledge_s, 1, LONGEST_S,
            _("Give the seconds within which it is acknowledged, a day at most."),
        ),
        "guideline": guideline,
        "steps": wanted,
    }  # fmt: skip


@transaction.atomic
def add_inject(
    exercise: Exercise, *, client_ref: uuid.UUID | None = None, by: Any, **said: Any
) -> Inject:
    """Add an inject to the scenario.

    `offset_s` seconds after the begin it goes to the desks with the codes `desks`, as from the desk
    with the code `sender`: `headline` in `language`, `headlines` by other languages, `text`,
    `severity`, `category`, `place`. Expected are the acknowledgement within `acknowledge_s`
    seconds, and `steps`, of the version `guideline` where one is given.
    """
    exercise = _changeable(exercise, by)
    wanted = _said(**said)
    ref = client_ref or uuid.uuid4()
    if known := written_before(Inject.objects.filter(by=by), ref, exercise=exercise):
        return known
    if exercise.injects.standing().count() >= MOST_INJECTS:
        raise Refused(_("A scenario has a thousand injects at most."), code="too_many")
    inject = Inject.objects.create(
        exercise=exercise, number=_next(exercise), client_ref=ref, by=by, **wanted
    )
    grow(exercise, "inject_added", by=by, inject=inject.number)
    return inject


def _next(exercise: Exercise) -> int:
    last: int | None = exercise.injects.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _own(inject: Inject, by: Any) -> tuple[Exercise, Inject]:
    exercise = _changeable(inject.exercise, by)
    inject = Inject.objects.select_related("sender", "guideline").get(pk=inject.pk)
    if inject.removed_at is not None:
        raise Refused(_("There is no such inject."), code="not_found", status=404)
    return exercise, inject


@transaction.atomic
def change_inject(inject: Inject, *, edition: int | None = None, by: Any, **said: Any) -> Inject:
    """Say an inject anew, whole: the arguments of `add_inject`. Stale when somebody changed it
    after `edition`; the same again changes nothing."""
    exercise, inject = _own(inject, by)
    wanted = _said(**said)
    changes = [name for name, value in wanted.items() if getattr(inject, name) != value]
    if not changes:
        return inject
    if edition is not None and edition != inject.edition:
        raise Stale(
            _("Somebody changed this inject while you worked on it. Look at it and save again."),
            current=inject,
        )
    for name in changes:
        setattr(inject, name, wanted[name])
    inject.edition += 1
    inject.save(update_fields=[*changes, "edition"])
    grow(exercise, "inject_changed", by=by, inject=inject.number)
    return inject


@transaction.atomic
def remove_inject(inject: Inject, *, by: Any) -> Inject:
    """Take an inject out of the scenario. A repeat changes nothing."""
    exercise = _changeable(inject.exercise, by)
    inject = Inject.objects.get(pk=inject.pk)
    if inject.removed_at is None:
        inject.removed_at = now()
        inject.save(update_fields=["removed_at"])
        grow(exercise, "inject_removed", by=by, inject=inject.number)
    return inject


COPIED = (
    "offset_s", "desks", "sender", "headline", "language", "headlines", "text", "severity",
    "category", "place", "acknowledge_s", "guideline", "steps",
)  # fmt: skip


@transaction.atomic
def use_scenario(exercise: Exercise, *, like: Exercise, by: Any) -> Exercise:
    """Begin with the injects of another exercise. Refused once this one has injects of its own;
    injects to desks that are there no more are left out."""
    exercise = _changeable(exercise, by)
    if not Exercise.objects.visible_to(by).filter(pk=like.pk).exists():
        raise no_exercise()
    if by.side not in SERVICES or not sees_scenario(by, like):
        raise NotAllowed(_("You do not read the scenario of that exercise."))
    if exercise.injects.standing().exists():
        raise Refused(
            _("This exercise has injects already. Take them out first."), code="has_injects"
        )
    known = {
        code for code, unit in units().items()
        if unit.kind == Unit.Kind.DESK and unit.retired_at is None
    }  # fmt: skip
    number = _next(exercise)
    rows: list[Inject] = []
    for one in like.injects.standing().select_related("sender", "guideline"):
        if {*one.desks, one.sender.code} <= known:
            said = {name: getattr(one, name) for name in COPIED}
            rows.append(Inject(exercise=exercise, number=number + len(rows), by=by, **said))
    Inject.objects.bulk_create(rows)
    exercise.copied_from = like
    grow(
        exercise, "scenario_used", by=by, fields=["copied_from"], like=like.number,
        injects=len(rows),
    )  # fmt: skip
    return exercise
