"""Who takes part: nominated and approved by the unit, seats given, answers, the waiting list."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.outbox.relay import post
from bordercoop.reference.models import terms
from bordercoop.reference.wording import worded
from contactpoints.access import require
from contactpoints.actions.duty import one_at_a_time
from contactpoints.models import Unit
from incidents.actions.once import written_before

from ..access import agrees, serves_at
from ..clashes import clashes_of
from ..models import Activity, Level, Participation, PartMove, PartState
from ..models.people import ANSWERED, ASKED_ANEW, SEATED
from ..staff import gone
from .activity_kit import locked_activity, not_now, ring_activity, wrong
from .rounds import alone
from .taken_times import keep_times, require_free

State = PartState
# While units nominate, and while somebody can still come.
NOMINATED_IN = ("nominations", "confirmed")
ANSWERED_IN = ("nominations", "confirmed", "running")
ROUND = 100


def _locked(part: Participation, by: Any) -> Participation:
    """The participation, its activity under lock. Raises Refused (404) unless `by` reads it."""
    rows = Activity.objects.filter(pk=part.activity_id)
    rows.select_for_update(no_key=True).values_list("pk").get()
    if by is not None and not Participation.objects.visible_to(by).filter(pk=part.pk).exists():
        raise no_part()
    whole = Participation.objects.select_related("activity__unit", "officer", "unit")
    return whole.get(pk=part.pk)


def no_part() -> Refused:
    return Refused(_("There is no such participation."), code="not_found", status=404)


def _not_now(part: Participation) -> Refused:
    return Refused(
        _("This participation is at “%(state)s” now, so this is not possible. Read it again.")
        % {"state": State(part.state).label},
        code="wrong_state",
    )


def _move(part: Participation, after: str, *, reason: str = "", by: Any) -> None:
    before, part.state = part.state, State(after)
    names = ["state"]
    # The place in the line is that of the approval, or of the second thought.
    if after == State.APPROVED or (before == State.DECLINED and after == State.WAITLISTED):
        part.waits_since = now()
        names.append("waits_since")
    part.save(update_fields=names)
    _keep(part, before, reason, by)


def _keep(part: Participation, before: str, reason: str, by: Any) -> None:
    PartMove.objects.create(
        participation=part,
        before=before,
        after=part.state,
        by=by,
        reason="" if part.blanked_at else reason,
    )
    # participation.nominated, .approved, .invited, .accepted, .tentative, .declined, .waitlisted,
    # .withdrawn, .attended, .no_show, .certified
    record(
        f"participation.{part.state}", part.ref, by=by, trail=part.side, unit=part.unit.code,
        officer=part.officer.username, activity=part.activity.number,
    )  # fmt: skip
    ring_activity(part.activity)


@transaction.atomic
def nominate(
    activity: Activity,
    *,
    officer: Any,
    unit: Unit,
    level: str,
    sex: str = "",
    note: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Participation:
    """Nominate an officer who serves at `unit` or below it. The same officer twice is one.

    Refused, naming with what it clashes, when the officer is on duty, absent or elsewhere then.
    """
    activity = locked_activity(activity, by)
    require(by, "nominate", unit)
    if unit.side not in activity.sides or officer.side != unit.side:
        raise NotAllowed(_("Nominate officers of your side for activities of your side."))
    if level not in Level.values:
        raise wrong("level", _("Choose local, regional or central."))
    if sex and sex not in terms("sex"):
        raise wrong("sex", _("Choose from the list, or leave it open."))
    note = worded(note, "note", most=500)
    ref = client_ref or uuid.uuid4()
    mine = Participation.objects.filter(nominated_by=by)
    if known := written_before(mine, ref, activity=activity, officer=officer):
        return known
    parts = Participation.objects.filter(activity=activity, officer=officer)
    if known := parts.exclude(state=State.WITHDRAWN).first():
        return known
    if activity.state not in NOMINATED_IN:
        raise not_now(activity)
    if activity.nominations_until is not None and activity.nominations_until <= now():
        raise Refused(
            _("Nominations ended already. Ask the coordinator of the activity."), code="too_late"
        )
    if not serves_at(officer, unit):
        raise wrong(
            "officer", _("This officer does not serve at that unit. Choose another officer.")
        )
    require_free(activity, officer, side=by.side)
    part = Participation.objects.create(
        activity=activity, officer=officer, side=unit.side, unit=unit, level=level, sex=sex,
        note=note, client_ref=ref, nominated_by=by,
    )  # fmt: skip
    _keep(part, "", "", by)
    return part


@transaction.atomic
def approve_nomination(part: Participation, *, by: Any) -> Participation:
    """The unit lets the officer go. Nobody approves the own nomination."""
    part = _locked(part, by)
    require(by, "approve_nominations", part.unit)
    if part.officer_id == by.pk:
        raise NotAllowed(_("Somebody else approves your nomination."))
    if part.state == State.NOMINATED:
        if part.activity.state not in NOMINATED_IN:
            raise not_now(part.activity)
        _move(part, State.APPROVED, by=by)
    elif part.state in (State.WITHDRAWN, State.DECLINED):
        raise _not_now(part)
    return part


@transaction.atomic
def invite_participants(activity: Activity, *, by: Any) -> tuple[int, int]:
    """Give the seats of the own side to who was approved, in that order; the others go on the
    waiting list. Returns (invited, waiting)."""
    activity = locked_activity(activity, by)
    if by.side not in activity.sides or not agrees(by):
        raise NotAllowed(_("A coordinator at the head of a side invites its people."))
    if activity.state not in NOMINATED_IN:
        raise not_now(activity)
    rows = activity.participations.filter(side=by.side, state=State.APPROVED)
    for part in rows.select_related("officer", "unit", "activity").order_by("waits_since", "pk"):
        _move(part, State.WAITLISTED, by=by)
    invited = give_seats(activity, by.side, by=by)
    return invited, activity.participations.waiting().filter(side=by.side).count()


def _hold_line(activity: Activity, side: str, *officers: Any) -> None:
    """Whoever books those who wait for a seat of a side, or these officers, waits: two activities
    that give seats to the same people would otherwise end in a deadlock."""
    line = activity.participations.waiting().filter(side=side).values_list("officer_id", flat=True)
    one_at_a_time([*line, *(officer.pk for officer in officers)], [])


def give_seats(activity: Activity, side: str, *, by: Any) -> int:
    """The free seats of a side go down its waiting list; who is elsewhere by now keeps the place in
    the line. Returns how many were invited. The activity's lock is the caller's."""
    if activity.state not in ANSWERED_IN or activity.ends_at <= now():
        return 0
    quota = activity.quotas.filter(side=side).first()
    parts = activity.participations.filter(side=side)
    _hold_line(activity, side)
    free = (quota.seats if quota else 0) - parts.seated().count()
    invited = 0
    for part in parts.waiting().select_related("officer", "unit", "activity"):
        if invited >= free:
            break
        if clashes_of(part.officer, activity.period, apart_from=activity):
            continue
        _move(part, State.INVITED, by=by)
        keep_times(activity, [part.officer])
        invite_by_letter(part)
        invited += 1
    return invited


def invite_by_letter(part: Participation) -> None:
    key = f"activity_letter:{part.uid}:{part.activity.sequence}:{part.moves.count()}"
    post("activity_letter", key, {"participation": str(part.uid)})


def ask_anew(activity: Activity, *, by: Any) -> None:
    """The activity moved: whoever said to come, or perhaps, said so of another time. The answer of
    before is kept with the moves. The letter and the activity's lock are the caller's."""
    parts = activity.participations.filter(state__in=ASKED_ANEW)
    for part in parts.select_related("officer", "unit", "activity").order_by("pk"):
        _move(part, State.INVITED, by=by)


@transaction.atomic
def answer_invitation(
    part: Participation, *, answer: str, reason: str = "", sequence: int | None = None, by: Any
) -> Participation:
    """The invited officer answers: accepted, tentative or declined; the same again changes nothing.

    A seat that is declined goes to the next in the line. Whoever declined and thinks again gets a
    free seat, else a place at the end of the line. `by` is the officer, or None for a letter.
    Stale when the activity is at another `sequence` than the one that was read.
    """
    part = _locked(part, by)
    activity = part.activity
    if by is not None and by.pk != part.officer_id:
        raise NotAllowed(_("Only the invited officer answers an invitation."))
    if answer not in ANSWERED:
        raise wrong("answer", _("Answer with accepted, tentative or declined."))
    reason = worded(reason, "reason", most=500)
    if part.state == answer:
        return part
    if sequence is not None and sequence != activity.sequence:
        raise Stale(
            _("This activity was changed while you read it. Look at its time and answer again."),
            current=part,
        )
    if activity.state not in ANSWERED_IN or activity.ends_at <= now():
        raise not_now(activity)
    if part.state == State.DECLINED:
        _move(part, State.WAITLISTED, reason=reason, by=by)
        give_seats(activity, part.side, by=by)
        part.refresh_from_db()
        if part.state != State.INVITED:
            return part
    if part.state == State.WAITLISTED and answer != State.DECLINED:
        return part
    if part.state not in ("invited", *ANSWERED, "waitlisted"):
        raise _not_now(part)
    if answer == State.DECLINED:
        _hold_line(activity, part.side, part.officer)
    _move(part, answer, reason=reason, by=by)
    if answer == State.DECLINED:
        keep_times(activity, [part.officer])
        give_seats(activity, part.side, by=by)
    return part


@transaction.atomic
def withdraw_participation(part: Participation, *, reason: str, by: Any) -> Participation:
    """The unit, or a coordinator of the side, takes the nomination back with a reason; the seat
    goes to the next in the line. Safe twice."""
    part = _locked(part, by)
    if not agrees(by) or by.side != part.side:
        require(by, "nominate", part.unit)
    if part.state == State.WITHDRAWN:
        return part
    if part.state in ("attended", "no_show", "certified", "declined"):
        raise _not_now(part)
    reason = worded(reason, "reason", most=500, empty=_("Write the reason: the officer reads it."))
    _withdraw(part, reason, by)
    return part


def _withdraw(part: Participation, reason: str, by: Any) -> None:
    seated = part.state in SEATED
    if seated:
        _hold_line(part.activity, part.side, part.officer)
    _move(part, State.WITHDRAWN, reason=reason, by=by)
    if seated:
        keep_times(part.activity, [part.officer])
        invite_by_letter(part)
        give_seats(part.activity, part.side, by=by)


def withdraw_gone() -> int:
    """Withdraw the parts of officers who do not serve any more at the unit that nominated them, or
    were suspended; their seats go to the next in the line. Returns how many. Safe twice and at
    once."""
    count = 0
    for pk, activity in list(gone().values_list("pk", "activity_id")[:ROUND]):
        with alone("withdraw_gone", pk):
            rows = Activity.objects.filter(pk=activity).select_for_update(
                skip_locked=True, no_key=True
            )
            if rows.values_list("pk").first() is None:
                continue
            found = gone().select_related("activity__unit", "officer", "unit").filter(pk=pk).first()
            if found is not None:
                # The reason stands in the language of the activity, as what its people write does.
                with translation.override(found.activity.language):
                    reason = _("The officer does not serve at this unit any more.")
                _withdraw(found, reason, None)
                count += 1
    return count
