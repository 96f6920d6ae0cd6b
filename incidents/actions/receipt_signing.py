"""The end of a handover: taken over item by item, confirmed by both representatives, on paper."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.actions import record_export
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.wording import worded
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf
from contactpoints.access import require

from ..investigation.receipt_paper import receipt_document
from ..investigation.receipts import listed, refusal_grounds, sum_of, unfounded
from ..models import (
    CaseState,
    Handover,
    HandoverConfirmation,
    HandoverItem,
    HandoverOutcome,
    HandoverState,
)
from .case_moves import locked_case, not_now, part_of, ring_case
from .printing import Printed
from .receipt_moves import (
    fresh_receipt,
    hand_case_over,
    keep_end,
    locked_receipt,
    require_receipt,
)

State = HandoverState
COMPLETED_IN = (CaseState.SIGNED, CaseState.HANDED_OVER)


@transaction.atomic
def answer_item(
    item: HandoverItem,
    *,
    accepted: bool,
    condition: str = "",
    refusal: str = "",
    refusal_text: str = "",
    remark: str = "",
    by: Any,
) -> HandoverItem:
    """Accept an item or not, for the receiving side, while the receipt is open.

    `condition` is that side's word on it; not accepting takes a ground of the list (`refusal`) and
    may have words. What was confirmed before is void with it. The same again changes nothing.
    """
    case, handover = locked_receipt(item.handover, by)
    if handover.to_side != by.side:
        raise NotAllowed(_("The receiving side does this."), code="not_yours")
    require_receipt(handover, State.OPENED)
    item = HandoverItem.objects.select_related("refusal").get(pk=item.pk, removed_at=None)
    ground = None
    if not accepted:
        ground = {one.code: one for one in refusal_grounds(handover.kind)}.get(refusal)
        if ground is None:
            sentence = _("Choose on what ground it is not accepted.")
            raise Invalid(sentence, fields={"refusal": [sentence]})
    said = {
        "accepted": accepted,
        "refusal": ground,
        "received_condition": worded(condition, "condition", most=1_000),
        "refusal_text": "" if accepted else worded(refusal_text, "refusal_text", most=500),
        "received_remark": worded(remark, "remark", most=500, one_line=True),
    }
    if all(getattr(item, name) == value for name, value in said.items()):
        return item
    for name, value in said.items():
        setattr(item, name, value)
    item.answered_at, item.answered_by = now(), by
    item.save(update_fields=[*said, "answered_at", "answered_by"])
    handover.sha256 = sum_of(handover, listed(handover))
    handover.save(update_fields=["sha256"])
    record("handover.answered", handover.ref, by=by, item=item.number, accepted=accepted)
    ring_case(case)
    return item


def _outcome(items: list[HandoverItem]) -> HandoverOutcome:
    taken = {item.accepted for item in items}
    if taken == {True}:
        return HandoverOutcome.ACCEPTED
    return HandoverOutcome.REFUSED if taken == {False} else HandoverOutcome.PARTLY


@transaction.atomic
def confirm_handover(handover: Handover, *, sha256: str, by: Any) -> Handover:
    """Sign for the own side what the receipt with this sum says, once the act is signed by both.

    With the second side's signature on the same text it is completed, and the case is handed over
    when no other receipt goes on. Stale when the receipt says something else by now. Twice is once.
    """
    case = locked_case(handover.investigation)
    require(by, "sign_acts", part_of(case, by).unit)
    handover = fresh_receipt(handover)
    known = handover.confirmations.filter(side=by.side, sha256=handover.sha256).exists()
    if known and handover.state in (State.OPENED, State.COMPLETED) and sha256 == handover.sha256:
        return handover
    require_receipt(handover, State.OPENED)
    if case.state not in COMPLETED_IN:
        raise not_now(case)
    items = listed(handover)
    if any(item.accepted is None for item in items):
        raise Refused(_("The receiving side has not answered to every item yet."), code="not_ready")
    if missing := unfounded(handover):
        raise Refused(" ".join(missing), code="not_ready")
    # The second one: somebody changed the rows past the verbs.
    if sha256 != handover.sha256 or sha256 != sum_of(handover, items):
        raise Stale(
            _("The receipt has changed meanwhile. Read how it stands now and sign again."),
            current=handover.sha256,
        )
    HandoverConfirmation.objects.create(
        handover=handover, side=by.side, sha256=handover.sha256, by=by
    )
    record("handover.confirmed", handover.ref, by=by, sha256=handover.sha256)
    sides = handover.confirmations.filter(sha256=handover.sha256).values("side").distinct()
    if sides.count() == 2:
        handover.state, handover.ended_at = State.COMPLETED, now()
        handover.outcome = _outcome(items)
        keep_end(handover, ["state", "ended_at", "outcome"])
        record("handover.completed", handover.ref, by=by, outcome=str(handover.outcome))
        hand_case_over(case, by=by)
    ring_case(case)
    return handover


@transaction.atomic
def print_receipt(
    handover: Handover, *, languages: tuple[str, str] | None = None, by: Any
) -> Printed:
    """The receipt on paper for both signatures, in the languages of the act unless told otherwise;
    from its opening on. The same for both sides, and without a word of the checks."""
    handover = Handover.objects.visible_to(by).whole().get(pk=handover.pk)
    if handover.opened_at is None:
        raise Refused(_("A receipt is printed once it was opened."), code="wrong_state")
    both = Both(*two_languages(*(languages or handover.investigation.languages)))
    at, items = now(), listed(handover)
    made = pdf(
        "receipt.typ", receipt_document(handover, items, both=both, by=by, at=at), at=at
    )  # fmt: skip
    record_export("receipt", by=by, filter={"handover": handover.number}, rows=len(items))
    return Printed(f"{handover.number}.pdf", made)
