"""The checks of persons before and during a handover. A claim or a doubt stops it at once."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference.wording import worded

from ..investigation.receipts import called_minor
from ..models import (
    ANSWERS,
    FINAL,
    CheckAnswer,
    CheckKind,
    Handover,
    HandoverCheck,
    HandoverItem,
    HandoverState,
    HandoverStop,
    stops,
)
from .receipt_moves import delivering, require_receipt, ring_own, tell_stopped

State = HandoverState


def _said(
    item: HandoverItem, kind: Any, answer: Any, language: str, authority: str, reason: str
) -> dict[str, str]:
    """What is recorded, checked. Raises Invalid."""
    if kind not in CheckKind.values:
        sentence = _("Choose what was checked.")
        raise Invalid(sentence, fields={"kind": [sentence]})
    if answer not in ANSWERS[str(kind)]:
        sentence = _("Choose one of the answers.")
        raise Invalid(sentence, fields={"answer": [sentence]})
    said = {
        "kind": str(kind),
        "answer": str(answer),
        "language": worded(language, "language", most=40, one_line=True),
        "authority": worded(authority, "authority", most=200, one_line=True),
        "reason": worded(reason, "reason", most=1_000),
    }
    if answer != CheckAnswer.PRESENT:
        said["language"] = ""
    elif not said["language"]:
        sentence = _("Say which language the interpreter speaks with this person.")
        raise Invalid(sentence, fields={"language": [sentence]})
    if answer != CheckAnswer.MINOR:
        said["authority"] = ""
    if answer == CheckAnswer.ADULT and called_minor(item):
        sentence = _("The list says under 18. Record it so, or a doubt.")
        raise Invalid(sentence, fields={"answer": [sentence]})
    return said


def _may_clear(before: HandoverCheck, reason: str, by: Any) -> None:
    """Raise Refused unless an answer that stopped may be followed by one that does not."""
    if before.kind in FINAL:
        raise Refused(
            _(
                "What was recorded here is not cleared in a receipt. "
                "The responsible authority decides."
            ),
            code="never_cleared",
        )  # fmt: skip
    if before.by_id == by.pk:
        raise NotAllowed(
            _("Another officer clears this: not the one who recorded it."), code="four_eyes"
        )
    if not reason:
        sentence = _("Write why this is no doubt any more.")
        raise Invalid(sentence, fields={"reason": [sentence]})


@transaction.atomic
def record_check(
    item: HandoverItem,
    *,
    kind: CheckKind | str,
    answer: CheckAnswer | str,
    language: str = "",
    authority: str = "",
    reason: str = "",
    by: Any,
) -> HandoverCheck:
    """Record an answer about a person of the list, for the delivering side, which alone reads it.

    An answer that stops (a claim, a doubt, not fit, signs, no interpreter, under 18 without the
    authority's presence) stops every receipt in which the person is listed, at once and for good.
    Of age, health and interpreter another officer may record later, with a reason, that nothing
    stops any more; that is for the next receipt. The same again by the same officer is once.
    """
    case, handover = delivering(item.handover, by)
    item = HandoverItem.objects.select_related("person", "age_group").get(pk=item.pk)
    if item.person is None or item.removed_at is not None:
        raise Refused(_("There is no such person on the list."), code="not_found", status=404)
    require_receipt(handover, State.PREPARED, State.OPENED, State.STOPPED)
    said = _said(item, kind, answer, language, authority, reason)
    halts = stops(said["answer"], said["authority"])
    known = HandoverCheck.objects.filter(person=item.person, kind=said["kind"])
    before = known.order_by("-pk").first()
    own = before is not None and (before.handover_id, before.by_id) == (handover.pk, by.pk)
    if own and all(getattr(before, name) == value for name, value in said.items()):
        return before  # type: ignore[return-value]
    if not halts:
        final = known.filter(stops=True).first() if said["kind"] in FINAL else None
        if final is not None or (before is not None and before.stops):
            _may_clear(final or before, said["reason"], by)  # type: ignore[arg-type]
    going = list(
        Handover.objects.going()
        .filter(items__person=item.person, items__removed_at=None)
        .distinct()
    )  # fmt: skip
    check = HandoverCheck.objects.create(
        handover=handover, person=item.person, stops=halts, by=by, **said
    )
    record("handover.checked", handover.ref, by=by, item=item.number, check=said["kind"])
    ring_own(case, by.side)
    if halts:
        for one in going:
            tell_stopped(case, one, by=by)  # the database has stopped it with the row
    return check


@transaction.atomic
def stop_handover(handover: Handover, *, note: str, by: Any) -> Handover:
    """Stop it for the delivering side without a check, for good. `note` says why and never leaves
    that side; the other one reads the same as of any stop. Stopped twice is stopped once."""
    case, handover = delivering(handover, by)
    if handover.state == State.STOPPED:
        return handover
    require_receipt(handover, State.PREPARED, State.OPENED)
    note = worded(note, "note", most=1_000, empty=_("Write why, for your own side."))
    HandoverStop.objects.create(handover=handover, note=note, by=by)
    handover.state, handover.ended_at = State.STOPPED, now()
    handover.save(update_fields=["state", "ended_at"])
    ring_own(case, by.side)
    tell_stopped(case, handover, by=by)
    return handover
