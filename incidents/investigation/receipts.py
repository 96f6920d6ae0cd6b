"""Reading handover receipts: bases in force, the text that is confirmed, who reads what of it.

Until a receipt is opened its list is the delivering side's own; the checks of persons are its own
for ever. Nothing that the other side reads depends on them but that the receipt was stopped.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.reference.models import Term, digest_of, terms
from bordercoop.reference.sides import ZONE
from contactpoints.access import may

from ..content import crosses
from ..models import (
    ANSWERS,
    FINAL,
    CaseMember,
    CheckAnswer,
    CheckKind,
    Handover,
    HandoverCheck,
    HandoverConfirmation,
    HandoverItem,
    Investigation,
)


def handover_bases(side: str, kind: str, *, on: date | None = None) -> list[Term]:
    """The legal bases on which a side hands over or takes over `kind` on that day: by default the
    present one on the side's own clock."""
    day = (on or now().astimezone(ZoneInfo(ZONE[side])).date()).isoformat()
    return [
        term
        for term in terms("handover_basis").values()
        if term.retired_at is None
        and term.facts["side"] == side
        and kind in term.facts["covers"]
        and term.facts["from"] <= day <= (term.facts.get("until") or "9999-12-31")
    ]


def unfounded(handover: Handover) -> list[str]:
    """A sentence for each side whose legal basis is not named, not in force today, or does not
    cover what is handed over."""
    found = []
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
    return found


def refusal_grounds(kind: str) -> list[Term]:
    """On what grounds the receiving side does not take over an item of this kind."""
    return [
        term
        for term in terms("handover_refusal").values()
        if term.retired_at is None and kind in term.facts["for"]
    ]


def said_by(handover: Handover, items: Iterable[HandoverItem]) -> dict[str, Any]:
    """Everything that both representatives confirm: times in UTC, ISO 8601; no checks."""

    def code(term: Any) -> str:
        return term.code if term is not None else ""

    def name(member: Any) -> str:
        return member.name if member is not None else ""

    return {
        "number": handover.number,
        "case": handover.investigation.number,
        "kind": handover.kind,
        "from": handover.side,
        "to": handover.to_side,
        "planned_at": handover.planned_at.isoformat(),
        "opened_at": handover.opened_at.isoformat() if handover.opened_at else None,
        "sign": code(handover.sign),
        "border_sign": handover.border_sign,
        "place": handover.place,
        "deliverer": name(handover.deliverer),
        "receiver": name(handover.receiver),
        "interpreter": name(handover.interpreter),
        "basis_from": code(handover.basis_from),
        "basis_to": code(handover.basis_to),
        "items": [
            {
                "number": item.number,
                "age_group": code(item.age_group),
                "sex": code(item.sex),
                "description": item.description,
                "quantity": f"{item.quantity:.3f}" if item.quantity is not None else None,
                "unit": code(item.unit),
                "mark": item.mark,
                "condition": item.condition,
                "remark": item.remark,
                # When too: what was signed, changed and changed back is signed anew.
                "answered_at": item.answered_at.isoformat() if item.answered_at else None,
                "received_condition": item.received_condition,
                "accepted": item.accepted,
                "refusal": code(item.refusal),
                "refusal_text": item.refusal_text,
                "received_remark": item.received_remark,
            }
            for item in items
        ],
    }


def listed(handover: Handover) -> list[HandoverItem]:
    """The items that count, in their order."""
    rows = handover.items.filter(removed_at=None)
    return list(
        rows.select_related(
            "age_group", "sex", "unit", "refusal", "person", "person__incident__category"
        )
    )


def sum_of(handover: Handover, items: Iterable[HandoverItem]) -> str:
    """SHA-256 of what both representatives confirm."""
    return digest_of(said_by(handover, items))


def items_for(handover: Handover, side: str) -> list[HandoverItem]:
    """The list as a side may read it: the delivering one always, the other once it was opened."""
    if side != handover.side and handover.opened_at is None:
        return []
    return listed(handover)


# --- the checks, for the delivering side alone


@dataclass
class Question:
    """One check of one person: the answer that counts, and whether it was ever one that stops for
    good. `here` says that it was given for this receipt, and does not contradict its list."""

    kind: CheckKind
    last: HandoverCheck | None
    final: bool
    here: bool
    typed: dict[str, Any] = field(default_factory=dict)  # what was refused, with `why`

    @property
    def answers(self) -> list[CheckAnswer]:
        return list(ANSWERS[self.kind])

    @property
    def stops(self) -> bool:
        return self.final or (self.last is not None and self.last.stops)

    @property
    def clear(self) -> bool:
        return self.last is not None and self.here and not self.stops

    @property
    def may_clear(self) -> bool:
        """Whether another officer may record, with a reason, that it stops no more."""
        return self.stops and self.kind not in FINAL


@dataclass
class Checked:
    """A person of the list and the five checks."""

    item: HandoverItem
    questions: list[Question] = field(default_factory=list)

    @property
    def clear(self) -> bool:
        return self.may_go and all(question.clear for question in self.questions)

    @property
    def may_go(self) -> bool:
        """False for whoever stands in an incident that never leaves the side, such as an
        application for protection."""
        incident = self.item.person.incident if self.item.person else None
        return incident is None or crosses(incident.category.code)

    @property
    def stops(self) -> list[Question]:
        return [question for question in self.questions if question.stops]

    @property
    def asks_authority(self) -> bool:
        """Whether what stops is for the register and the authority of protection or trafficking."""
        return any(question.final for question in self.questions)


def called_minor(item: HandoverItem) -> bool:
    """Whether the list says that a person is under 18."""
    return item.age_group is not None and bool(item.age_group.facts.get("minor"))


def checks_of(handover: Handover, items: Iterable[HandoverItem]) -> list[Checked]:
    """Every person of the list with the checks, in the order of the list. Two statements at most;
    the caller has asked that the reader is of the delivering side."""
    items = [item for item in items if item.person_id is not None]
    rows: dict[tuple[int | None, str], list[HandoverCheck]] = {}
    found = HandoverCheck.objects.filter(person__in=[item.person_id for item in items])
    for check in found.select_related("by").order_by("pk"):
        rows.setdefault((check.person_id, check.kind), []).append(check)
    checked = []
    for item in items:
        questions = []
        for kind in CheckKind:
            known = rows.get((item.person_id, kind), [])
            last = known[-1] if known else None
            questions.append(
                Question(
                    kind=kind,
                    last=last,
                    final=kind in FINAL and any(check.stops for check in known),
                    here=last is not None
                    and last.handover_id == handover.pk
                    and not (last.answer == CheckAnswer.ADULT and called_minor(item)),
                )
            )
        checked.append(Checked(item, questions))
    return checked


# --- the receipts of a case


def receipts_of(case: Investigation) -> list[Handover]:
    """The receipts of a case, the first one first, with all that a row says. Both sides read the
    same rows."""
    return list(Handover.objects.filter(investigation=case).whole())


@dataclass
class Card:
    """What the page of a case says of its receipts."""

    total: int
    going: int
    address: str


def card_of(case: Investigation) -> Card:
    """For the page of a case: how many receipts, how many go on, where they are read. One
    statement, and the same for both sides."""
    states = list(Handover.objects.filter(investigation=case).values_list("state", flat=True))
    going = sum(state in ("prepared", "opened") for state in states)
    return Card(len(states), going, f"/investigations/{case.uid}/receipts/")


def confirmed(handover: Handover) -> dict[str, HandoverConfirmation]:
    """The confirmation of each side that holds: of the receipt as it is now."""
    rows = handover.confirmations.filter(sha256=handover.sha256).select_related("by")
    return {row.side: row for row in rows}


def is_whole(handover: Handover, items: Iterable[HandoverItem]) -> bool:
    """Whether an opened receipt still says what its sum says."""
    return handover.opened_at is None or handover.sha256 == sum_of(handover, items)


def works_in(user: Any, case: Investigation) -> bool:
    """Whether an officer writes the own side's part: who may lead it, and its team."""
    part = case.sides.filter(side=user.side).first()
    if part is None:
        return False
    team = case.members.filter(officer=user.pk, side=user.side, ended_at=None)
    return may(user, "lead_investigations", part.unit_id) or (
        team.exclude(function=CaseMember.Function.OBSERVER).exists()
    )


def signs_in(user: Any, case: Investigation) -> bool:
    """Whether an officer confirms receipts of the case for the own side."""
    part = case.sides.filter(side=user.side).first()
    return part is not None and may(user, "sign_acts", part.unit_id)
