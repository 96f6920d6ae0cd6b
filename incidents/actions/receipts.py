"""A handover receipt: prepared by the delivering side, opened when nothing lacks, cancelled."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.reference.models import Term, terms
from bordercoop.reference.wording import worded

from ..content.checks import Check
from ..investigation.receipts import checks_of, handover_bases, listed, sum_of
from ..models import (
    WRITTEN,
    CancelReason,
    CaseMember,
    CaseState,
    Handover,
    HandoverItem,
    HandoverKind,
    HandoverPerson,
    HandoverState,
    Incident,
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
    locked_receipt,
    require_receipt,
    ring_own,
    tell_if_heard,
)

State = HandoverState
# A receipt may follow the first one while the case is not closed.
PREPARED_IN = (*WRITTEN, CaseState.SIGNED, CaseState.HANDED_OVER)
FARTHEST = timedelta(days=366)
MOST_ITEMS = 200
LARGEST = Decimal("99999999999.999")
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


# --- the list, which is the delivering side's draft until it is opened


def _term(check: Check, vocabulary: str, facts: Mapping[str, Any], name: str) -> Term | None:
    term = terms(vocabulary).get(str(facts.get(name) or ""))
    if term is None or term.retired_at is not None:
        check.no(name, _("Choose one from the list."))
        return None
    return term


def _goods(check: Check, facts: Mapping[str, Any]) -> dict[str, Any]:
    quantity = facts.get("quantity")
    try:
        amount = Decimal(str(quantity).replace(",", "."))
        sound = amount.is_finite() and 0 < amount <= LARGEST and -amount.as_tuple().exponent <= 3  # type: ignore[operator]
    except ArithmeticError:
        sound = False
    if not sound:
        check.no("quantity", _("Give a quantity above nought, with three decimals at most."))
    return {
        "quantity": amount if sound else None,
        "unit": _term(check, "goods_unit", facts, "unit"),
        "description": _words(check, facts, "description", 300, _("Say what it is.")),
        "mark": _words(check, facts, "mark", 120),
    }


def _words(
    check: Check, facts: Mapping[str, Any], name: str, most: int, empty: str = "",
    one_line: bool = True,
) -> str:  # fmt: skip
    try:
        return worded(str(facts.get(name) or ""), name, most=most, empty=empty, one_line=one_line)
    except Invalid as wrong:
        check.no(name, str(wrong))
        return ""


def _person(
    case: Investigation, person: HandoverPerson | None, incident: Incident | None, by: Any
) -> HandoverPerson:
    """The person that a line stands for: one known in the case, or the next one."""
    if person is None:
        if incident is not None and (
            incident.side != by.side
            or not Incident.objects.visible_to(by).filter(pk=incident.pk).exists()
        ):
            raise Refused(_("There is no such incident."), code="not_found", status=404)
        last = case.persons.filter(side=by.side).order_by("-number").first()
        return HandoverPerson.objects.create(
            investigation=case, side=by.side, number=last.number + 1 if last else 1,
            incident=incident, by=by,
        )  # fmt: skip
    if person.investigation_id != case.pk or person.side != by.side:
        raise Refused(_("There is no such person in this case."), code="not_found", status=404)
    if person.items.filter(removed_at=None, handover__state__in=["prepared", "opened"]).exists():
        raise Refused(
            _("This person stands in a receipt that goes on. End that one first."), code="listed"
        )
    return person


@transaction.atomic
def add_item(
    handover: Handover,
    *,
    facts: Mapping[str, Any],
    person: HandoverPerson | None = None,
    incident: Incident | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> HandoverItem:
    """Put the next line on the list while it is prepared.

    `facts` for goods: description, quantity, unit (code of goods_unit), mark; for a person:
    age_group and sex (codes), never a name. Both: condition and remark, which the other side reads
    once the receipt is opened. `person` is one that the own side listed in this case before,
    `incident` the own one in whose sealed part the person stands. The same `client_ref` is the same
    line.
    """
    case, handover = delivering(handover, by)
    ref = client_ref or uuid.uuid4()
    if known := handover.items.filter(by=by, client_ref=ref).first():
        return known
    require_receipt(handover, State.PREPARED)
    check, persons = Check(), handover.kind == HandoverKind.PERSONS
    said: dict[str, Any] = {
        "condition": _words(
            check, facts, "condition", 1_000, _("Say in which condition it is handed over."),
            one_line=False,
        ),
        "remark": _words(check, facts, "remark", 500),
    }  # fmt: skip
    if persons:
        said["age_group"] = _term(check, "age_group", facts, "age_group")
        said["sex"] = _term(check, "sex", facts, "sex")
    else:
        said |= _goods(check, facts)
    if check.wrong:
        raise Invalid(next(iter(check.wrong.values()))[0], fields=check.wrong)
    last = handover.items.order_by("-number").first()
    number = last.number + 1 if last else 1
    if number > MOST_ITEMS:
        raise Refused(_("This list is full. Prepare another receipt."), code="full")
    if persons:
        said["person"] = _person(case, person, incident, by)
    item = HandoverItem.objects.create(
        handover=handover, number=number, client_ref=ref, by=by, **said
    )
    record("handover.listed", handover.ref, by=by, item=number)
    ring_own(case, by.side)
    return item


@transaction.atomic
def remove_item(item: HandoverItem, *, by: Any) -> HandoverItem:
    """Take a line off the list while it is prepared. Twice is once."""
    case, handover = delivering(item.handover, by)
    item = HandoverItem.objects.select_related("handover").get(pk=item.pk)
    if item.removed_at is not None:
        return item
    require_receipt(handover, State.PREPARED)
    item.removed_at = now()
    item.save(update_fields=["removed_at"])
    record("handover.unlisted", handover.ref, by=by, item=item.number)
    ring_own(case, by.side)
    return item


# --- opening and cancelling


def _missing(handover: Handover, items: list[HandoverItem]) -> list[str]:
    """A sentence for everything that an opening wants and does not find."""
    found: list[str] = []
    if not items:
        found.append(_("The list is empty."))
    for side, basis in (
        (handover.side, handover.basis_from),
        (handover.to_side, handover.basis_to),
    ):
        if basis is None:
            found.append(_("%(side)s has not named a legal basis.") % {"side": side})
        elif basis.code not in {one.code for one in handover_bases(side, handover.kind)}:
            found.append(
                _("The legal basis that %(side)s named is not in force today or does not cover it.")
                % {"side": side}
            )
    if handover.deliverer is None:
        found.append(_("%(side)s has not named who hands over.") % {"side": handover.side})
    if handover.receiver is None:
        found.append(_("%(side)s has not named who takes over.") % {"side": handover.to_side})
    if handover.kind != HandoverKind.PERSONS:
        return found
    if handover.interpreter is None:
        found.append(_("No interpreter is named."))
    for checked in checks_of(handover, items):
        number = checked.item.number
        if checked.stops:
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
    handover.save(update_fields=["state", "opened_at", "sha256"])
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
