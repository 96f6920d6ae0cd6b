"""Handover receipts of the demonstration: goods that are taken over, a person who is checked.

Everything here is invented.
"""

import uuid
from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from .. import actions
from ..investigation.receipts import listed
from ..models import CaseState, Handover, Investigation

KEY = uuid.UUID("7a1f6f0e-5c0a-4f43-9d0f-6b7b3f1d2c55")
CLEAR = {
    "protection": {"answer": "no_claim"},
    "age": {"answer": "adult"},
    "health": {"answer": "fit"},
    "trafficking": {"answer": "no_signs"},
    "interpreter": {"answer": "present", "language": "English"},
}
GOODS = [
    {
        "description": "Metāla detektors",
        "quantity": "1",
        "unit": "piece",
        "mark": "MD-4471",
        "condition": "Darbojas, akumulators izlādējies.",
    },
    {
        "description": "Laivas motors",
        "quantity": "1",
        "unit": "piece",
        "mark": "LM-208",
        "condition": "Bojāta skrūve.",
    },
]


def _ref(case: Investigation, name: str) -> uuid.UUID:
    return uuid.uuid5(KEY, f"{case.number} {name}")


def _hands(handover: Handover, officers: dict[str, Any]) -> None:
    """Each side names the first of its team and the basis of its border law."""
    for side, officer in officers.items():
        team = list(handover.investigation.members.filter(side=side, ended_at=None))
        spoken = next((one for one in team if one.function == "interpreter"), None)
        actions.name_hands(handover, member=team[0], interpreter=spoken, by=officer)
        actions.name_basis(handover, basis=f"{side}-HO-BORDER", by=officer)


def hand_over(case: Investigation, *, lv: Any, by: Any) -> list[Handover]:
    """Add receipts to a demo case that both sides have agreed and whose teams are named: goods,
    opened and half answered (signed too in a signed case), and persons, prepared with every check.

    `lv` and `by` are the two border representatives. What is there already is left alone.
    """
    officers = {"LV": lv, "BY": by}
    made = []
    for name, kind in (("goods", "goods"), ("persons", "persons")):
        known = Handover.objects.filter(prepared_by=lv, client_ref=_ref(case, name)).first()
        if known is not None:
            made.append(known)
            continue
        handover = actions.prepare_handover(
            case, kind=kind, planned_at=now() + timedelta(hours=3), client_ref=_ref(case, name),
            by=lv,
        )  # fmt: skip
        _hands(handover, officers)
        (_goods if kind == "goods" else _persons)(handover, lv, by)
        handover.refresh_from_db()
        made.append(handover)
    return made


def _goods(handover: Handover, lv: Any, by: Any) -> None:
    for number, facts in enumerate(GOODS):
        ref = _ref(handover.investigation, f"goods {number}")
        actions.add_item(handover, facts=facts, client_ref=ref, by=lv)
    actions.open_handover(handover, by=lv)
    first, second = listed(handover)
    actions.answer_item(first, accepted=True, condition="Соответствует описанию.", by=by)
    if handover.investigation.state not in (CaseState.SIGNED, CaseState.HANDED_OVER):
        return
    actions.answer_item(
        second, accepted=False, refusal="not_identified", refusal_text="Нет заводского номера.",
        by=by,
    )  # fmt: skip
    handover.refresh_from_db()
    for officer in (lv, by):
        actions.confirm_handover(handover, sha256=handover.sha256, by=officer)


def _persons(handover: Handover, lv: Any, by: Any) -> None:
    item = actions.add_item(
        handover,
        facts={
            "age_group": "18-34",
            "sex": "M",
            "condition": "Mierīgs, sausās drēbēs, paēdis.",
        },
        client_ref=_ref(handover.investigation, "person 1"),
        by=lv,
    )
    for kind, said in CLEAR.items():
        actions.record_check(item, kind=kind, **said, by=lv)
