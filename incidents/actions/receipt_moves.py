"""What the verbs of a handover receipt stand on: lock, whose part it is, what an end sets going."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.live.doorbell import ring_many

from ..models import CaseState, Handover, HandoverState, Investigation
from .case_moves import locked_case, moved, require_team, ring_case, tell_other_side

State = HandoverState


def locked_receipt(handover: Handover, by: Any) -> tuple[Investigation, Handover]:
    """The case and the receipt under their locks, for whoever works in the case on either side."""
    case = locked_case(handover.investigation)
    require_team(case, by)
    return case, fresh_receipt(handover)


def fresh_receipt(handover: Handover) -> Handover:
    """The receipt under its lock, as it is now; the caller holds the lock of the case."""
    Handover.objects.filter(pk=handover.pk).select_for_update(no_key=True).values_list("pk").get()
    return Handover.objects.whole().get(pk=handover.pk)


def delivering(handover: Handover, by: Any) -> tuple[Investigation, Handover]:
    """The same, for the side that hands over."""
    case, handover = locked_receipt(handover, by)
    if handover.side != by.side:
        raise NotAllowed(_("The delivering side does this."), code="not_yours")
    return case, handover


def receipt_not_now(handover: Handover) -> Refused:
    """The refusal of a verb that the present state does not allow."""
    return Refused(
        _("%(number)s is “%(state)s” now, so this is not possible. Read it again.")
        % {"number": handover.number, "state": State(handover.state).label},
        code="wrong_state",
    )


def require_receipt(handover: Handover, *states: str) -> None:
    if handover.state not in states:
        raise receipt_not_now(handover)


def keep_end(handover: Handover, fields: list[str]) -> None:
    """Save the opening or the completion. Raises Refused where the database knows better: a basis
    or a check that does not hold any more."""
    try:
        with transaction.atomic():
            handover.save(update_fields=fields)
    except IntegrityError as stopped:
        raise Refused(
            _("A legal basis or a check does not hold any more. Read it again."), code="not_ready"
        ) from stopped


def ring_own(case: Investigation, side: str) -> None:
    """The doorbell of one side's unit and desk: what the other side must not even hear of."""
    parts = case.sides.select_related("unit", "desk").filter(side=side)
    ring_many(sorted({code for part in parts for code in (part.unit.code, part.desk.code)}))


def tell_stopped(case: Investigation, handover: Handover, *, by: Any) -> None:
    """Say that a receipt was stopped: the same words to the other side whatever the ground is.

    A stop stands whether or not anybody is on duty there. The case goes on by itself then: both
    sides read who took a step, and the post of whoever stopped could tell on what ground.
    """
    record("handover.stopped", handover.ref, by=by, number=handover.number)
    tell_if_heard(case, by=by, event="stopped")
    hand_case_over(case, by=None)
    ring_case(case)


def tell_if_heard(case: Investigation, *, by: Any, event: str) -> None:
    """Tell the other side's desk, and go on where nobody is on duty there."""
    try:
        with transaction.atomic():
            tell_other_side(case, by=by, event=event)
    except Refused as refusal:
        if refusal.code != "nobody_on_duty":
            raise


def hand_case_over(case: Investigation, *, by: Any) -> None:
    """Take a signed case on once no receipt goes on and one at least was completed."""
    states = set(case.handovers.values_list("state", flat=True))
    done = State.COMPLETED in states and not states & {State.PREPARED, State.OPENED}
    if done and case.state == CaseState.SIGNED:
        moved(case, CaseState.HANDED_OVER, by=by)
