"""An exercise is played: its clock, and the release of injects through the real path.

Whatever changes the clock or releases something holds the lock of the exercise, so that an inject
never goes out under a clock that somebody stops.
"""

from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import Refused
from bordercoop.reference.translated import TextMark
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES
from contactpoints.actions import let_rest, raise_alert
from contactpoints.models import BY_SEVERITY, Alert, Unit, units
from contactpoints.policies import policies_of

from ...access import reads_activities
from ...actions.rounds import alone
from ..emergencies import playing_desks, real_emergency
from ..models import Exercise, ExercisePart, ExerciseState, Inject, InjectRelease
from ..models.exercises import PLAYED, REAL
from .kit import keep, locked_exercise, moved, not_now, require_directing

State = ExerciseState
# Of one exercise in one transaction: what comes later does not wait long for its commit.
AT_ONCE = 5
# Seconds of one round, after which new exercises are looked for.
ROUND_S = 2


def _directed(exercise: Exercise, by: Any) -> Exercise:
    exercise = locked_exercise(exercise, by)
    require_directing(exercise, by)
    return exercise


def _require_quiet(exercise: Exercise, by: Any) -> None:
    """Of a desk of the other side it is not said which one has a real emergency."""
    found = real_emergency(exercise)
    if exercise.pauses_for_real and found is not None:
        own = found.desk.side == by.side
        raise Refused(
            _("A real emergency alert waits at %(desk)s. The exercise goes on when it is "
              "acknowledged.") % {"desk": found.desk.name if own else _("a desk that plays")},
            code="real_alert",
        )  # fmt: skip


@transaction.atomic
def start_exercise(exercise: Exercise, *, by: Any) -> Exercise:
    """Let its clock run. Refused before both sides agreed to it as it stands, without a director of
    each side, and while a real emergency waits at a desk that plays. Started twice it runs once."""
    exercise = _directed(exercise, by)
    if exercise.state in PLAYED:
        return exercise
    if exercise.state != State.PUT:
        raise not_now(exercise)
    agreed = set(exercise.agreements.standing().values_list("side", flat=True))
    for side in SERVICES:
        name = _("Latvia") if side == "LV" else _("Belarus")
        if side not in agreed:
            raise Refused(
                _("%(side)s has not agreed to it as it stands.") % {"side": name},
                code="not_agreed",
            )
        directors = exercise.people.standing().filter(part=ExercisePart.DIRECTOR)
        here = directors.filter(officer__side=side).select_related("officer")
        if not any(one.officer.is_active and reads_activities(one.officer) for one in here):
            raise Refused(
                _("%(side)s has named no director. Each side names one before it starts.")
                % {"side": name},
                code="no_director",
            )
    desks = playing_desks(exercise)
    for desk in desks:
        _unit(units(), desk.code)
    armed = policies_of(desks)
    for desk in desks:
        if desk.pk not in armed:
            raise Refused(
                _("%(desk)s has no escalation policy. Ask its administrator to set one.")
                % {"desk": desk.name},
                code="no_escalation_policy",
            )
    _require_quiet(exercise, by)
    exercise.started_at = exercise.ticking_since = now()
    moved(exercise, State.RUNNING, "started_at", "ticking_since", by=by)
    return exercise


def _halt(exercise: Exercise, at: datetime) -> None:
    exercise.played, exercise.ticking_since = exercise.clock(at), None


def _pause(exercise: Exercise, reason: str, by: Any) -> None:
    _halt(exercise, now())
    exercise.reason = reason
    # Which desk it was stands in the exercise alone, for its own side.
    said = REAL.strip() if reason.startswith(REAL) else reason
    moved(exercise, State.PAUSED, "played", "ticking_since", "reason", reason=said, by=by)
    let_rest(exercise.ref, by=by)


@transaction.atomic
def pause_exercise(exercise: Exercise, *, reason: str = "", by: Any) -> Exercise:
    """Let its clock stand still; alerts of the exercise that wait for a desk wait no more. Real
    ones are not touched. Paused twice it is paused once."""
    exercise = _directed(exercise, by)
    if exercise.state == State.PAUSED:
        return exercise
    if exercise.state != State.RUNNING:
        raise not_now(exercise)
    reason = worded(reason, "reason", most=500, one_line=True)
    # What begins so is the portal's own word for a real emergency.
    _pause(exercise, reason.removeprefix(REAL), by)
    return exercise


@transaction.atomic
def resume_exercise(exercise: Exercise, *, by: Any) -> Exercise:
    """Let its clock run on. Refused while a real emergency waits at a desk that plays."""
    exercise = _directed(exercise, by)
    if exercise.state == State.RUNNING:
        return exercise
    if exercise.state != State.PAUSED:
        raise not_now(exercise)
    _require_quiet(exercise, by)
    exercise.ticking_since, exercise.reason = now(), ""
    moved(exercise, State.RUNNING, "ticking_since", "reason", by=by)
    return exercise


@transaction.atomic
def jump_to_inject(inject: Inject, *, by: Any) -> Exercise:
    """Set the clock on to an inject that waits: those before it are skipped, and alerts of the
    exercise that wait for a desk wait no more. The clock never goes back."""
    exercise = _directed(inject.exercise, by)
    if exercise.state not in PLAYED:
        raise not_now(exercise)
    at = now()
    found = exercise.injects.waiting().filter(pk=inject.pk).first()
    wanted = timedelta(seconds=inject.offset_s)
    if found is None:
        raise Refused(
            _("This inject went out already or was skipped. Choose one that waits."),
            code="inject_gone",
        )
    if wanted <= exercise.clock(at):
        return exercise  # it is due, and goes out by itself
    skipped = exercise.injects.waiting().filter(offset_s__lt=found.offset_s).update(skipped_at=at)
    exercise.played = wanted
    exercise.ticking_since = at if exercise.state == State.RUNNING else None
    exercise.save(update_fields=["played", "ticking_since"])
    keep(exercise, "jumped", by=by, inject=found.number, skipped=skipped)
    let_rest(exercise.ref, by=by)
    return exercise


@transaction.atomic
def stop_exercise(exercise: Exercise, *, by: Any) -> Exercise:
    """End it: nothing goes out any more, and alerts of the exercise that wait for a desk wait no
    more. Stopped twice it is stopped once."""
    exercise = _directed(exercise, by)
    if exercise.state in (State.STOPPED, State.REPORTED):
        return exercise
    if exercise.state not in PLAYED:
        raise not_now(exercise)
    at = now()
    _halt(exercise, at)
    exercise.stopped_at, exercise.reason = at, ""
    moved(exercise, State.STOPPED, "played", "ticking_since", "stopped_at", "reason", by=by)
    let_rest(exercise.ref, by=by)
    return exercise


@transaction.atomic
def release_inject(inject: Inject, *, by: Any) -> InjectRelease:
    """Let an inject go out now, by hand, also one that a jump went past. Released twice it went
    once; Refused while the clock stands still."""
    exercise = _directed(inject.exercise, by)
    known = InjectRelease.objects.filter(inject=inject.pk).first()
    if known is not None:
        return known
    if exercise.state != State.RUNNING:
        raise not_now(exercise)
    found = exercise.injects.standing().select_related("sender").filter(pk=inject.pk).first()
    if found is None:
        raise Refused(_("There is no such inject."), code="not_found", status=404)
    _require_quiet(exercise, by)
    return _release(exercise, found, now(), by)


def _card(exercise: Exercise, inject: Inject, at: datetime) -> dict[str, Any]:
    card: dict[str, Any] = {
        "number": f"{exercise.number}/{inject.number}",
        "side": inject.sender.side,
        "severity": inject.severity,
        "category": inject.category,
        "headline": inject.headline,
        "language": inject.language,
        "texts": {
            code: {"headline": words, "mark": TextMark.HUMAN}
            for code, words in inject.headlines.items()
        },
        "happened_at": at.isoformat(),
        "event": "inject",
        "exercise": True,
    }
    if inject.place:
        card["place"] = inject.place
    if inject.text:
        card["text"] = inject.text
    return card


def _release(exercise: Exercise, inject: Inject, due_at: datetime, by: Any) -> InjectRelease:
    """The alert and its release, in the caller's transaction and under its lock."""
    at, alert, failure = now(), None, ""
    known = units()
    try:
        with transaction.atomic():
            alert = raise_alert(
                exercise.ref,
                card=_card(exercise, inject, at),
                priority=BY_SEVERITY[inject.severity],
                to=[_unit(known, code) for code in inject.desks],
                sender=inject.sender,
                status=Alert.Status.EXERCISE,
                unwatched=True,
                by=by,
            )
    except Refused as no:
        failure = str(no)[:500]
    made = InjectRelease.objects.create(
        inject=inject, alert=alert, due_at=due_at, released_at=at, failure=failure, by=by
    )
    deed = "inject_failed" if failure else "inject_released"
    keep(exercise, deed, by=by, inject=inject.number)
    return made


def _unit(known: dict[str, Unit], code: str) -> Unit:
    if code not in known or known[code].retired_at is not None:
        raise Refused(_("The desk %(code)s is there no more.") % {"code": code}, code="no_desk")
    return known[code]


def release_due_injects() -> int:
    """Let every inject go out whose time has come by the clock of its exercise, and pause an
    exercise at whose desks a real emergency waits; returns how many went. May run in several
    processes at once: each inject goes once."""
    count, until = 0, monotonic() + ROUND_S
    rows = Exercise.objects.filter(state=State.RUNNING).order_by("pk")
    running = list(rows.values_list("pk", flat=True))
    while running and monotonic() < until:
        for pk in list(running):
            went = 0
            with alone("release_due_injects", pk):
                went = _release_some(pk)
            count += went
            if went < AT_ONCE:
                running.remove(pk)
    return count


def _release_some(pk: int) -> int:
    rows = Exercise.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    exercise = rows.select_related("unit").filter(pk=pk, state=State.RUNNING).first()
    if exercise is None:
        return 0
    found = real_emergency(exercise) if exercise.pauses_for_real else None
    if found is not None:
        _pause(exercise, f"{REAL}{found.desk.code}", None)
        return 0
    shown = exercise.clock().total_seconds()
    due = exercise.injects.waiting().filter(offset_s__lte=shown).select_related("sender")
    went = 0
    for inject in due.order_by("offset_s", "number")[:AT_ONCE]:
        due_at = exercise.due_at(inject.offset_s)
        _release(exercise, inject, due_at or now(), None)
        went += 1
    return went
