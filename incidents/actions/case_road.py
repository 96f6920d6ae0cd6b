"""A joint investigation on its road: met on the line, evidence exchanged, closed, late."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.reference.models import Place, places
from bordercoop.reference.wording import worded
from contactpoints.actions import raise_alert
from contactpoints.models import Alert, Priority, Unit

from ..investigation.guideline import left_said
from ..models import (
    CaseEntry,
    CaseMember,
    CaseReferral,
    CaseSide,
    CaseState,
    Handover,
    Investigation,
)
from .case_moves import (
    case_card,
    locked_case,
    moved,
    require_lead,
    require_state,
    require_team,
    ring_case,
    tell_other_side,
)

State = CaseState
SERVICES = ("LV", "BY")
FARTHEST = timedelta(days=366)


@transaction.atomic
def plan_meeting_on_line(
    case: Investigation, *, meet_at: datetime, sign: Place | None = None, border_sign: str = "",
    place: str = "", by: Any,
) -> Investigation:  # fmt: skip
    """Say when and at which border sign both sides meet on the line. Either side's lead; the other
    side's desk is told. The same again changes nothing."""
    case = locked_case(case)
    require_lead(case, by)
    require_state(case, State.AGREED, State.TEAM_FORMED)
    if meet_at.tzinfo is None or not case.happened_at <= meet_at <= now() + FARTHEST:
        sentence = _("Both sides meet after it happened, and within a year. Check the date.")
        raise Invalid(sentence, fields={"meet_at": [sentence]})
    fields: dict[str, Any] = {"meet_at": meet_at}
    if sign is not None:
        if places().get(sign.code) is None or sign.kind != Place.Kind.SIGN:
            sentence = _("Choose a border sign from the register.")
            raise Invalid(sentence, fields={"sign": [sentence]})
        fields["sign"] = sign
    if border_sign:
        fields["border_sign"] = worded(border_sign, "border_sign", most=40, one_line=True)
    if place:
        fields["place"] = worded(place, "place", most=200, one_line=True)
    if all(getattr(case, name) == value for name, value in fields.items()):
        return case
    for name, value in fields.items():
        setattr(case, name, value)
    case.version += 1
    case.save(update_fields=["version", *fields])
    record("case.meeting", case.ref, by=by, meet_at=meet_at)
    tell_other_side(case, by=by, event="meeting")
    ring_case(case)
    return case


def _settled(case: Investigation) -> None:
    """Raise Refused while a step of the present state is open."""
    if sentence := left_said(case):
        raise Refused(sentence, code="steps_open")


def _team_whole(case: Investigation) -> None:
    functions = CaseMember.Function
    rows = case.members.filter(ended_at=None).values_list("side", "function")
    have = {(side, function) for side, function in rows}
    for side in SERVICES:
        for function, sentence in (
            (functions.LEADER, _("%(side)s has not named who leads its team.")),
            (functions.INTERPRETER, _("%(side)s has not named an interpreter.")),
        ):
            if (side, str(function)) not in have:
                raise Refused(sentence % {"side": side}, code="team_incomplete")


@transaction.atomic
def form_team(case: Investigation, *, by: Any) -> Investigation:
    """Say that both teams are complete: each has somebody who leads it and an interpreter."""
    case = locked_case(case)
    require_lead(case, by)
    if case.state == State.TEAM_FORMED:
        return case
    require_state(case, State.AGREED)
    _settled(case)
    _team_whole(case)
    moved(case, State.TEAM_FORMED, by=by)
    return case


@transaction.atomic
def go_on_site(case: Investigation, *, by: Any) -> Investigation:
    """Say that both teams are on the line: a time and a place were agreed before."""
    case = locked_case(case)
    require_team(case, by)
    if case.state == State.ON_SITE:
        return case
    require_state(case, State.TEAM_FORMED)
    if case.meet_at is None:
        raise Refused(_("Say first when and where both sides meet on the line."), code="no_meeting")
    _settled(case)
    moved(case, State.ON_SITE, by=by)
    return case


@transaction.atomic
def finish_exchange(case: Investigation, *, by: Any) -> Investigation:
    """Say that both sides have exchanged their evidence: each has exchanged an entry at least."""
    case = locked_case(case)
    require_lead(case, by)
    if case.state == State.EXCHANGED:
        return case
    require_state(case, State.ON_SITE)
    _settled(case)
    given = set(
        CaseEntry.objects.filter(
            investigation=case, exchanged_at__isnull=False, withdrawn_at=None
        ).values_list("side", flat=True)
    )
    for side in SERVICES:
        if side not in given:
            raise Refused(
                _("%(side)s has exchanged nothing yet.") % {"side": side}, code="nothing_exchanged"
            )
    moved(case, State.EXCHANGED, by=by)
    return case


@transaction.atomic
def close_case_part(case: Investigation, *, ground: str, by: Any) -> Investigation:
    """Close the own side's part with a ground; the case closes with the second one.

    After both signatures, after a handover, or at a higher level that has decided: then the ground
    is what it decided.
    """
    case = locked_case(case)
    part = require_lead(case, by)
    if part.closed_at is not None:
        return case
    require_state(case, State.SIGNED, State.HANDED_OVER, State.HIGHER)
    _settled(case)
    if Handover.objects.going().filter(investigation=case).exists():
        raise Refused(_("A handover receipt goes on. End it first."), code="receipts_open")
    part.ground = worded(ground, "ground", most=500, empty=_("Write on what ground."))
    part.closed_at, part.closed_by = now(), by
    part.save(update_fields=["ground", "closed_at", "closed_by"])
    record("case.part_closed", case.ref, by=by, ground=part.ground)
    decide_referral(case, part.ground, by)
    if not case.sides.filter(closed_at=None).exists():
        moved(case, State.CLOSED, by=by)
    tell_other_side(case, by=by, event="closed", priority=Priority.P4)
    ring_case(case)
    return case


def decide_referral(case: Investigation, decision: str, by: Any) -> None:
    """Write down what the higher level decided, where it has the case."""
    for referral in CaseReferral.objects.filter(investigation=case, decided_at=None):
        referral.decision, referral.decided_at, referral.decided_by = decision, now(), by
        referral.save(update_fields=["decision", "decided_at", "decided_by"])


# --- by when


@transaction.atomic
def alarm_late_cases(limit: int = 50) -> int:
    """Tell both desks of every case whose present step is late, once a step; returns how many.

    May run in several processes at once. Where nobody is on duty at either desk, the next tick
    tries again.
    """
    late = list(
        Investigation.objects.late()
        .filter(alarmed_at=None)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("category")[:limit]
    )
    told = 0
    for case in late:
        parts = list(case.sides.select_related("desk").order_by("side"))
        heard = [_tell_late(case, part.desk, parts) for part in parts]
        if any(heard):
            case.alarmed_at = now()
            case.save(update_fields=["alarmed_at"])
            record("case.late", case.ref, by=None, trail=case.side, state=case.state)
            ring_case(case)
            told += 1
    return told


def _tell_late(case: Investigation, desk: Unit, parts: list[CaseSide]) -> bool:
    sender = next(part.desk for part in parts if part.desk != desk)
    try:
        with transaction.atomic():
            raise_alert(
                case.ref,
                card={**case_card(case, side=case.side, event="late"), "state": case.state},
                priority=Priority.P3,
                to=[desk],
                sender=sender,
                status=Alert.Status.EXERCISE if case.exercise else Alert.Status.ACTUAL,
                by=None,
            )
    except Refused:
        return False
    return True
