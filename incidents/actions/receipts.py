"""A handover receipt: prepared by the delivering side, opened when nothing lacks, cancelled."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.reference.wording import worded

from ..investigation.receipts import checks_of, handover_bases, listed, sum_of, unfounded
from ..models import (
    WRITTEN,
    CancelReason,
    CaseMember,
    CaseState,
    Handover,
    HandoverItem,
    HandoverKind,
    HandoverState,
    Investigation,
)
from .case_moves import (
    locked_case,
    not_now,
    require_lead,
    require_team,
    ring_case,
    tell_other_side,
)
from .receipt_moves import (
    delivering,
    hand_case_over,
    keep_end,
    locked_receipt,
    require_receipt,
    tell_if_heard,
)

State = HandoverState
# A receipt may follow the first one while the case is not closed.
PREPARED_IN = (*WRITTEN, CaseState.SIGNED, CaseState.HANDED_OVER)
FARTHEST = timedelta(days=366)
NEXT_RECEIPT = """
    INSERT INTO incidents_handoverseries (year, last) VALUES (%s, 1)
    ON CONFLICT (year) DO UPDATE SET last = incidents_handoverseries.last + 1
    RETURNING last
"""


def _planned(case: Investigation, planned_at: Any, border_sign: str, place: str) -> dict[str, Any]:
    at = now()
    if (
        not isinstance(planned_at, datetime)
        or planned_at.tzinfo is None
        or not case.happened_at <= planned_at <= at + FARTHEST
    ):
        sentence = _("A handover comes after what happened, and within a year. Check the date.")
        raise Invalid(sentence, fields={"planned_at": [sentence]})
    return {
        "planned_at": planned_at,
        "border_sign": worded(border_sign, "border_sign", most=40, one_line=True)
        or case.border_sign,
        "place": worded(place, "place", most=200, one_line=True) or case.place,
    }


@transaction.atomic
def prepare_handover(
    case: Investigation,
    *,
    kind: HandoverKind | str,
    planned_at: datetime,
    border_sign: str = "",
    place: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Handover:
    """Prepare to hand persons or goods over to the other side, from the day the case is agreed.

    Where: the border sign and place of the case unless told otherwise. The same `client_ref` is the
    same receipt. Both sides read that it is prepared, and the list only once it is opened.
    """
    case = locked_case(case)
    require_team(case, by)
    ref = client_ref or uuid.uuid4()
    if known := Handover.objects.filter(prepared_by=by, client_ref=ref).first():
        return known
    if case.state not in PREPARED_IN:
        raise not_now(case)
    if kind not in HandoverKind.values:
        sentence = _("Choose whether persons or goods are handed over.")
        raise Invalid(sentence, fields={"kind": [sentence]})
    facts, at = _planned(case, planned_at, border_sign, place), now()
    with connection.cursor() as cursor:
        year = at.astimezone(UTC).year
        cursor.execute(NEXT_RECEIPT, [year])
        number = f"HR-{year}-{cursor.fetchone()[0]:05d}"
    made = Handover.objects.create(
        number=number, client_ref=ref, investigation=case, kind=str(kind), side=by.side,
        sign=case.sign, prepared_at=at, prepared_by=by, **facts,
    )  # fmt: skip
    record("handover.prepared", made.ref, by=by, number=number, case=case.number, kind=str(kind))
    ring_case(case)
    return made


@transaction.atomic
def plan_handover(
    handover: Handover, *, planned_at: datetime, border_sign: str = "", place: str = "", by: Any
) -> Handover:
    """Set another time or place while it is prepared. The same again changes nothing."""
    case, handover = delivering(handover, by)
    require_receipt(handover, State.PREPARED)
    facts = _planned(case, planned_at, border_sign, place)
    if all(getattr(handover, name) == value for name, value in facts.items()):
        return handover
    for name, value in facts.items():
        setattr(handover, name, value)
    handover.save(update_fields=list(facts))
    record("handover.planned", handover.ref, by=by, planned_at=planned_at)
    ring_case(case)
    return handover


@transaction.atomic
def name_hands(
    handover: Handover, *, member: CaseMember, interpreter: CaseMember | None = None, by: Any
) -> Handover:
    """Name who of the own side's team hands over or takes over, and an interpreter of the team.
    Each side names its own; the interpreter is one for both."""
    case, handover = locked_receipt(handover, by)
    require_receipt(handover, State.PREPARED)
    for name, one in (("member", member), ("interpreter", interpreter)):
        if one is None:
            continue
        sound = one.investigation_id == case.pk and one.side == by.side and one.ended_at is None
        if name == "interpreter":
            sound = sound and one.function == CaseMember.Function.INTERPRETER
        if not sound:
            sentence = _("Choose somebody of your own side's team.")
            raise Invalid(sentence, fields={name: [sentence]})
    hand = "deliverer" if by.side == handover.side else "receiver"
    changed = {hand: member, **({"interpreter": interpreter} if interpreter else {})}
    if all(getattr(handover, name) == one for name, one in changed.items()):
        return handover
    for name, one in changed.items():
        setattr(handover, name, one)
    handover.save(update_fields=list(changed))
    record("handover.named", handover.ref, by=by, member=str(member.uid))
    ring_case(case)
    return handover


@transaction.atomic
def name_basis(handover: Handover, *, basis: str, by: Any) -> Handover:
    """Name the own side's legal basis: one that is in force today and covers what is handed over.
    The same again changes nothing."""
    case, handover = locked_receipt(handover, by)
    require_receipt(handover, State.PREPARED)
    term = {one.code: one for one in handover_bases(by.side, handover.kind)}.get(basis)
    if term is None:
        sentence = _("Choose a legal basis of your side that is in force and covers this.")
        raise Invalid(sentence, fields={"basis": [sentence]})
    name = "basis_from" if by.side == handover.side else "basis_to"
    if getattr(handover, name) == term:
        return handover
    setattr(handover, name, term)
    handover.save(update_fields=[name])
    record("handover.basis", handover.ref, by=by, basis=term.code)
    ring_case(case)
    return handover


# --- opening and cancelling


def _gone(member: CaseMember | None) -> bool:
    """Whether nobody is named, or somebody who has left the team since."""
    return member is None or member.ended_at is not None


def _missing(handover: Handover, items: list[HandoverItem]) -> list[str]:
    """A sentence for everything that an opening wants and does not find."""
    found = [] if items else [_("The list is empty.")]
    found += unfounded(handover)
    if _gone(handover.deliverer):
        found.append(_("%(side)s has not named who hands over.") % {"side": handover.side})
    if _gone(handover.receiver):
        found.append(_("%(side)s has not named who takes over.") % {"side": handover.to_side})
    if handover.kind != HandoverKind.PERSONS:
        return found
    if _gone(handover.interpreter):
        found.append(_("No interpreter is named."))
    for checked in checks_of(handover, items):
        number = checked.item.number
        if checked.stops or not checked.may_go:
            found.append(_("Person %(number)s is not handed over.") % {"number": number})
        elif left := [str(q.kind.label) for q in checked.questions if not q.clear]:
            found.append(
                _("Not recorded for person %(number)s: %(checks)s.")
                % {"number": number, "checks": ", ".join(left)}
            )
    return found


@transaction.atomic
def open_handover(handover: Handover, *, by: Any) -> Handover:
    """Open it: the list is frozen, the other side reads it and its desk is told.

    Only with a legal basis of each side in force today, the hands of both sides, and for persons an
    interpreter and five clear answers about each. Opened twice is opened once.
    """
    case, handover = delivering(handover, by)
    if handover.state == State.OPENED:
        return handover
    require_receipt(handover, State.PREPARED)
    if case.state not in PREPARED_IN:
        raise not_now(case)
    items = listed(handover)
    if missing := _missing(handover, items):
        raise Refused(" ".join(missing), code="not_ready")
    # A gap in the numbers would tell that a line was taken off.
    for number, item in enumerate(items, start=1):
        if item.number != number:
            item.number = number
            item.save(update_fields=["number"])
    handover.state, handover.opened_at = State.OPENED, now()
    handover.sha256 = sum_of(handover, items)
    keep_end(handover, ["state", "opened_at", "sha256"])
    record("handover.opened", handover.ref, by=by, items=len(items), sha256=handover.sha256)
    tell_other_side(case, by=by, event="handover")
    ring_case(case)
    return handover


@transaction.atomic
def cancel_handover(handover: Handover, *, reason: CancelReason | str, by: Any) -> Handover:
    """Cancel it for the delivering side, with a reason of the list that the other side reads.
    Twice is once."""
    case, handover = delivering(handover, by)
    require_lead(case, by)
    if handover.state == State.CANCELLED:
        return handover
    require_receipt(handover, State.PREPARED, State.OPENED)
    if reason not in CancelReason.values:
        sentence = _("Choose a reason from the list.")
        raise Invalid(sentence, fields={"reason": [sentence]})
    handover.state, handover.ended_at = State.CANCELLED, now()
    handover.cancel_reason = str(reason)
    handover.save(update_fields=["state", "ended_at", "cancel_reason"])
    record("handover.cancelled", handover.ref, by=by, reason=str(reason))
    tell_if_heard(case, by=by, event="handover_cancelled")
    hand_case_over(case, by=by)
    ring_case(case)
    return handover
