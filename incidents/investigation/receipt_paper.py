"""A handover receipt on paper, in two languages side by side: the same for both sides."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.reference.sides import Side
from bordercoop.web.both import Both
from bordercoop.web.clocks import written

from ..models import Handover, HandoverItem, HandoverKind, HandoverState
from ..printing import frame
from .receipts import confirmed


def _hand(handover: Handover, side: str, member: Any) -> list[str]:
    return [f"{side} · {member.name}" if member is not None else f"{side} · —"]


def _what(item: HandoverItem, both: Both) -> list[str]:
    """What a line names: goods by words, quantity and mark, a person by number, age and sex."""
    if item.person_id is None:
        amount = f"{item.quantity.normalize():f}" if item.quantity is not None else ""
        return both(
            lambda: " · ".join(
                part
                for part in (
                    item.description,
                    f"{amount} ({item.unit.name})" if item.unit else "",
                    item.mark,
                )
                if part
            )
        )
    return both(
        lambda: " · ".join(
            [
                _("Person %(number)s") % {"number": item.number},
                item.age_group.name if item.age_group else "",
                item.sex.name if item.sex else "",
            ]
        )
    )


def _words(*texts: str) -> list[str]:
    return ["\n".join(text for text in texts if text) or "—"]


def _taken(item: HandoverItem, both: Both) -> list[str]:
    if item.accepted is None:
        return ["—"]
    if item.accepted:
        return both(lambda: pgettext("handover receipt", "Accepted"))
    return both(
        lambda: ": ".join(
            part
            for part in (
                pgettext("handover receipt", "Not accepted"),
                item.refusal.name if item.refusal else "",
                item.refusal_text,
            )
            if part
        )
    )


def receipt_document(
    handover: Handover, items: list[HandoverItem], *, both: Both, by: Any, at: datetime
) -> dict[str, Any]:
    """What `templates/pdf/receipt.typ` prints. Texts in two languages are pairs."""
    case, signed = handover.investigation, confirmed(handover)

    def place() -> str:
        sign = handover.sign.name if handover.sign else handover.border_sign
        return " · ".join(part for part in (sign, handover.place) if part) or "—"

    def state() -> str:
        if handover.state == HandoverState.COMPLETED:
            return str(handover.get_outcome_display())
        return str(handover.get_state_display())

    facts: list[tuple[Any, list[str]]] = [
        (lambda: _("Joint investigation"), [case.number]),
        (
            lambda: _("What is handed over"),
            both(lambda: HandoverKind(handover.kind).label),
        ),
        (
            lambda: pgettext("handover receipt", "Delivering side"),
            both(lambda: f"{handover.side} · {Side(handover.side).label}"),
        ),
        (
            lambda: pgettext("handover receipt", "Receiving side"),
            both(lambda: f"{handover.to_side} · {Side(handover.to_side).label}"),
        ),
        (
            lambda: _("Planned for"),
            both(lambda: written(handover.planned_at, by.side)),
        ),
        (lambda: _("Where"), both(place)),
        (
            lambda: pgettext("handover receipt", "Opened"),
            both(lambda: written(handover.opened_at, by.side) if handover.opened_at else "—"),
        ),
        (lambda: _("Who hands over"), _hand(handover, handover.side, handover.deliverer)),
        (lambda: _("Who takes over"), _hand(handover, handover.to_side, handover.receiver)),
        (
            lambda: _("Legal basis of %(side)s") % {"side": handover.side},
            both(lambda: handover.basis_from.name if handover.basis_from else "—"),
        ),
        (
            lambda: _("Legal basis of %(side)s") % {"side": handover.to_side},
            both(lambda: handover.basis_to.name if handover.basis_to else "—"),
        ),
        (lambda: _("State"), both(state)),
    ]
    if handover.interpreter is not None:
        interpreter = handover.interpreter
        facts.append((lambda: _("Interpreter"), _hand(handover, interpreter.side, interpreter)))
    return {
        **frame(both, by, at, handling=None),
        "title": handover.number,
        "number": handover.number,
        "heading": both(lambda: _("Handover receipt")),
        "facts": [[both(label), value] for label, value in facts],
        "columns": [
            both(lambda: _("No.")),
            both(lambda: _("Item")),
            both(lambda: _("Condition, %(side)s") % {"side": handover.side}),
            both(lambda: _("Condition, %(side)s") % {"side": handover.to_side}),
            both(lambda: _("Accepted or not")),
        ],
        "rows": [
            [
                [str(item.number)],
                _what(item, both),
                _words(item.condition, item.remark),
                _words(item.received_condition, item.received_remark),
                _taken(item, both),
            ]
            for item in items
        ],
        "signatures": {
            "names": [both(lambda: _("Handed over by")), both(lambda: _("Received by"))],
            "signed": [
                both(lambda row=row: f"{row.by}, {written(row.at, by.side)}") if row else []
                for row in (signed.get(handover.side), signed.get(handover.to_side))
            ],
            "hint": both(lambda: _("Name, post, date and time, signature")),
        },
        "watermark": both(lambda: pgettext("watermark", "EXERCISE")) if case.exercise else None,
        "mark_label": both(lambda: _("Digest (SHA-256)")),
        "mark": handover.sha256,
    }
