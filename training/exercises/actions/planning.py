"""An exercise: planned, put to both sides, changed, agreed, given up."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.reference.models import places, terms
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES, require
from contactpoints.models import Unit, units
from incidents.access import share_for
from incidents.actions.once import written_before
from incidents.models import Incident

from ...access import agrees
from ...actions.numbering import next_in
from ..from_incident import injects_of
from ..models import (
    Exercise,
    ExerciseAgreement,
    ExerciseKind,
    ExerciseSeries,
    ExerciseState,
    Inject,
)
from ..replaying import replayable
from .kit import (
    digest_of,
    grow,
    keep,
    locked_exercise,
    moved,
    not_now,
    require_ahead,
    require_coordinating,
    wrong,
)

State = ExerciseState
FARTHEST = timedelta(days=3660)


def _next_number() -> str:
    year = now().astimezone(UTC).year
    return f"EXE-{year}-{next_in(ExerciseSeries, year=year):05d}"


def _said(
    *,
    kind: str,
    title: str,
    language: str,
    place: str,
    category: str,
    planned_at: datetime | None,
    purpose: str = "",
    pauses_for_real: bool = True,
) -> dict[str, Any]:
    if kind not in ExerciseKind.values:
        raise wrong("kind", _("Choose what kind of exercise it is."))
    if language not in Language.values:
        raise wrong("language", _("Choose the language you write in."))
    if place not in places():
        raise wrong("place", _("Choose the crossing point where it is practised."))
    if category not in terms("incident_category"):
        raise wrong("category", _("Choose the unauthorised activity that is practised."))
    if planned_at is None or planned_at.tzinfo is None:
        raise wrong("planned_at", _("Say when it begins."))
    if abs(planned_at - now()) > FARTHEST:
        raise wrong("planned_at", _("This is too long ago or too far ahead. Check the year."))
    return {
        "kind": kind,
        "title": worded(
            title, "title", most=160, one_line=True, empty=_("Say in one line what it is about.")
        ),
        "language": language,
        "purpose": worded(purpose, "purpose", most=4_000),
        "place": place,
        "category": category,
        "planned_at": planned_at.astimezone(UTC),
        "pauses_for_real": bool(pauses_for_real),
    }


@transaction.atomic
def plan_exercise(
    *,
    unit: Unit,
    kind: str,
    title: str,
    language: str,
    place: str,
    category: str,
    planned_at: datetime,
    purpose: str = "",
    pauses_for_real: bool = True,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Exercise:
    """Begin the draft of an exercise, which the own side alone reads.

    `place` is the code of the crossing point and `category` that of the unauthorised activity that
    is practised. With `pauses_for_real` an emergency alert that is no exercise pauses it. The same
    `client_ref` from one officer is one exercise.
    """
    said = _said(
        kind=kind, title=title, language=language, purpose=purpose, place=place,
        category=category, planned_at=planned_at, pauses_for_real=pauses_for_real,
    )  # fmt: skip
    exercise, new = _begun(unit, said, client_ref, by)
    if new:
        keep(exercise, "planned", by=by, unit=unit.code)
    return exercise


def _begun(
    unit: Unit,
    said: dict[str, Any],
    client_ref: uuid.UUID | None,
    by: Any,
    incident: Incident | None = None,
) -> tuple[Exercise, bool]:
    """(the draft, whether it is new). Raises NotAllowed unless `by` plans for the unit."""
    if by.side not in SERVICES or unit.side != by.side or unit.kind == Unit.Kind.DESK:
        raise NotAllowed(_("Coordinators of the two services plan exercises of their units."))
    require(by, "plan_activities", unit)
    ref, mine = client_ref or uuid.uuid4(), Exercise.objects.filter(by=by)
    within = {"unit": unit, "kind": said["kind"], "incident": incident}
    if known := written_before(mine, ref, **within):
        return known, False
    number = _next_number()  # holds the year's series: the same form sent at once waits here
    if known := written_before(mine, ref, **within):
        return known, False
    made = Exercise.objects.create(
        number=number, side=by.side, unit=unit, client_ref=ref, incident=incident, by=by, **said
    )
    return made, True


@transaction.atomic
def plan_from_incident(
    incident: Incident,
    *,
    unit: Unit,
    client_ref: uuid.UUID | None = None,
    by: Any,
    **said: Any,
) -> Exercise:
    """Begin a draft whose injects are the alerts of a closed incident, at the times at which they
    went: the arguments of `plan_exercise`.

    Taken are codes alone, and nothing that an officer wrote (`from_incident`). Refused while the
    incident is open, and where no alert of it may go into a scenario. The same `client_ref` from
    one officer is one exercise.
    """
    share = share_for(by, incident)
    incident = share.incident
    if not replayable(incident):
        raise Refused(_("It is replayed once both sides have closed it."), code="not_closed")
    exercise, new = _begun(unit, _said(**said), client_ref, by, incident)
    if not new:
        return exercise
    rows = injects_of(incident, share, by)
    if not rows:
        raise Refused(
            _("No alert of this incident crossed the border under a marking that lets it be "
              "practised. Plan the exercise yourself."),
            code="no_injects",
        )  # fmt: skip
    for number, row in enumerate(rows, 1):
        sender = units()[row.pop("sender")]
        Inject.objects.create(exercise=exercise, number=number, sender=sender, by=by, **row)
    keep(exercise, "from_incident", by=by, unit=unit.code, subject=incident.ref, injects=len(rows))
    return exercise


@transaction.atomic
def change_exercise(
    exercise: Exercise, *, edition: int | None = None, by: Any, **said: Any
) -> Exercise:
    """Say anew what an exercise is: the arguments of `plan_exercise`, whole, before it begins.

    What both sides agreed to before holds no longer. The same again changes nothing; Stale when
    somebody changed it after `edition`.
    """
    exercise = locked_exercise(exercise, by)
    if by.side != exercise.side:
        raise NotAllowed(_("The side that plans this exercise does this."), code="other_side")
    require(by, "plan_activities", exercise.unit)
    require_ahead(exercise)
    wanted = _said(**said)
    changes = [name for name, value in wanted.items() if getattr(exercise, name) != value]
    if not changes:
        return exercise
    if edition is not None and edition != exercise.edition:
        raise Stale(
            _("Somebody changed this exercise while you worked on it. Look at it and save again."),
            current=exercise,
        )
    for name in changes:
        setattr(exercise, name, wanted[name])
    grow(exercise, "changed", by=by, fields=changes, changed=sorted(changes))
    return exercise


@transaction.atomic
def put_exercise(exercise: Exercise, *, by: Any) -> Exercise:
    """Put a draft to both sides: the other one's coordinators read it from now on, add to it and
    agree. Put twice it is put once."""
    exercise = locked_exercise(exercise, by)
    require_coordinating(exercise, by)
    if exercise.state != State.DRAFT:
        if exercise.state == State.CANCELLED:
            raise not_now(exercise)
        return exercise
    exercise.put_at = now()
    moved(exercise, State.PUT, "put_at", by=by)
    return exercise


@transaction.atomic
def agree_exercise(exercise: Exercise, *, edition: int, by: Any) -> Exercise:
    """Agree for the own side to the exercise as it was read, with its people, objectives and
    scenario. Stale when it was changed since; agreed twice it is agreed once."""
    exercise = locked_exercise(exercise, by)
    if not agrees(by):
        raise NotAllowed(_("A coordinator at the head of a side agrees to an exercise."))
    if exercise.state != State.PUT:
        raise not_now(exercise)
    if edition != exercise.edition:
        raise Stale(
            _("This exercise was changed while you read it. Read it again, then agree."),
            current=exercise,
        )
    if exercise.agreements.filter(side=by.side, voided_at=None).exists():
        return exercise
    if not exercise.injects.standing().exists():
        raise Refused(_("It has no injects yet. Write the scenario first."), code="no_injects")
    ExerciseAgreement.objects.create(
        exercise=exercise, side=by.side, edition=edition, sha256=digest_of(exercise), by=by
    )
    keep(exercise, "agreed", by=by, edition=edition)
    return exercise


@transaction.atomic
def cancel_exercise(exercise: Exercise, *, reason: str, by: Any) -> Exercise:
    """Give it up before it began, by either side. A repeat changes nothing."""
    exercise = locked_exercise(exercise, by)
    require_coordinating(exercise, by)
    if exercise.state == State.CANCELLED:
        return exercise
    require_ahead(exercise)
    exercise.reason = worded(
        reason, "reason", most=500, empty=_("Write the reason: the other side reads it.")
    )
    moved(exercise, State.CANCELLED, "reason", reason=exercise.reason, by=by)
    return exercise
