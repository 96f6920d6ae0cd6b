"""The list of a receipt, which is the delivering side's draft until it is opened."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.reference.models import Term, terms
from bordercoop.reference.wording import worded

from ..content import crosses
from ..content.checks import Check
from ..models import (
    FINAL,
    Handover,
    HandoverCheck,
    HandoverItem,
    HandoverKind,
    HandoverPerson,
    HandoverState,
    Incident,
    Investigation,
)
from .once import written_before
from .receipt_moves import delivering, require_receipt, ring_own

State = HandoverState
MOST_ITEMS = 200
LARGEST = Decimal("99999999999.999")


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
    case: Investigation,
    person: HandoverPerson | None,
    incident: Incident | None,
    somebody_else: bool,
    by: Any,
) -> HandoverPerson:
    """The person that a line stands for: one known in the case, or the next one."""
    if person is None:
        stopped = HandoverCheck.objects.filter(
            person__in=case.persons.filter(side=by.side), kind__in=FINAL, stops=True
        )
        if not somebody_else and stopped.exists():
            sentence = _(
                "Somebody whom your side listed in this case is not handed over. "
                "Choose who this is, or say that it is a new person."
            )
            raise Invalid(sentence, fields={"person": [sentence]})
        if incident is not None and (
            incident.side != by.side
            or not Incident.objects.visible_to(by).filter(pk=incident.pk).exists()
        ):
            raise Refused(_("There is no such incident."), code="not_found", status=404)
        if incident is not None and not crosses(incident.category.code):
            sentence = _("Nobody is handed over who stands in an incident of this category.")
            raise Invalid(sentence, fields={"incident": [sentence]})
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
    somebody_else: bool = False,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> HandoverItem:
    """Put the next line on the list while it is prepared.

    `facts` for goods: description, quantity, unit (code of goods_unit), mark; for a person:
    age_group and sex (codes), never a name. Both: condition and remark, which the other side reads
    once the receipt is opened. `person` is one that the own side listed in this case before,
    `incident` the own one in whose sealed part the person stands. Where a claim or signs of
    trafficking stopped somebody of this case, a line without `person` wants `somebody_else`: nobody
    who is not handed over comes back as somebody new. The same `client_ref` is the same line.
    """
    case, handover = delivering(handover, by)
    ref = client_ref or uuid.uuid4()
    if known := written_before(HandoverItem.objects.filter(by=by), ref, handover=handover):
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
        said["person"] = _person(case, person, incident, somebody_else, by)
    item = HandoverItem.objects.create(
        handover=handover, number=number, client_ref=ref, by=by, **said
    )
    said_new: dict[str, Any] = {}
    if persons and person is None and somebody_else:
        said_new["somebody_else"] = True
    record("handover.listed", handover.ref, by=by, item=number, **said_new)
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
