"""Makers of handover receipts: a case at a state, a receipt that lacks nothing."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

from django.db import transaction
from django.utils.timezone import now

from incidents import actions
from incidents.actions.case_moves import locked_case, moved
from incidents.models import ROAD, Act, ActSignature, CaseState
from incidents.models.act import canonical, sum_of

CLEAR = {
    "protection": {"answer": "no_claim"},
    "age": {"answer": "adult"},
    "health": {"answer": "fit"},
    "trafficking": {"answer": "no_signs"},
    "interpreter": {"answer": "present", "language": "Russian"},
}
# Every answer that stops, and the words beside it.
STOPPING = [
    ("protection", "claim"),
    ("age", "doubt"),
    ("age", "minor"),
    ("health", "unfit"),
    ("health", "doubt"),
    ("trafficking", "signs"),
    ("trafficking", "doubt"),
    ("interpreter", "absent"),
]
GOODS = {
    "description": "Fuel canister",
    "quantity": "12.5",
    "unit": "l",
    "mark": "A-17",
    "condition": "Sealed, no leak.",
}
PERSON = {"age_group": "18-34", "sex": "M", "condition": "Calm, dry clothes."}


def case_of(people, state=CaseState.SIGNED):
    """A case that Latvia proposed, at a state of the road; both sides named a leader and an
    interpreter."""
    lv, by = people.lv_representative, people.by_representative
    case = actions.propose_case(
        unit=lv_unit(),
        point=point(),
        facts={
            "category": "UBC-LND",
            "title": "Tracks at the border sign",
            "grounds": "Both sides saw them.",
            "language": "lv",
            "happened_at": now() - timedelta(hours=3),
            "border_sign": "214",
        },
        by=lv,
    )
    if state == CaseState.PROPOSED:
        return case
    actions.agree_case(case, by=by)
    for officer in (lv, by):
        for function in ("leader", "interpreter"):
            name = f"{function.title()} {officer.side}"
            actions.add_member(case, function=function, name=name, by=officer)
    for step in ROAD[2 : ROAD.index(state) + 1]:
        with transaction.atomic():
            if step == CaseState.SIGNED_ONE:
                act_of(case, lv, by)
            moved(locked_case(case), step, by=lv)
    case.refresh_from_db()
    return case


def act_of(case, *signers):
    """An act that says nothing and that both have signed: the road of acts has its own tests."""
    said = canonical({"act": "x", "case": case.number, "paragraphs": []})
    act = Act.objects.create(investigation=case, said=said, sha256=sum_of(said))
    for by in signers:
        ActSignature.objects.create(
            act=act, side=by.side, sha256=act.sha256, revision=1, name_latin=by.name_latin, by=by
        )


def lv_unit():
    from contactpoints.models import Unit

    return Unit.objects.get(code="LV-SBG")


def point():
    from contactpoints.models import ContactPoint

    desk = ContactPoint.objects.get(desks__unit__code="DESK-DGP")
    return desk.code


def prepared(case, people, *, kind="goods", items=1, side="LV", ready=True):
    """A receipt of a side with that many lines; `ready` names hands and bases of both sides."""
    sides = SimpleNamespace(LV=people.lv_representative, BY=people.by_representative)
    own = getattr(sides, side)
    made = actions.prepare_handover(
        case, kind=kind, planned_at=now() + timedelta(hours=2), border_sign="214", by=own
    )
    for number in range(items):
        facts = dict(GOODS if kind == "goods" else PERSON)
        facts["condition"] += f" Line {number + 1}."
        actions.add_item(made, facts=facts, client_ref=uuid.uuid4(), by=own)
    if ready:
        for code, officer in vars(sides).items():
            team = {one.function: one for one in case.members.filter(side=code, ended_at=None)}
            spoken = team["interpreter"] if code == side and kind == "persons" else None
            actions.name_hands(made, member=team["leader"], interpreter=spoken, by=officer)
            actions.name_basis(made, basis=f"{code}-HO-BORDER", by=officer)
    made.refresh_from_db()
    return made


def check_all(handover, by, **changes):
    """Five clear answers about everybody on the list, but for what is named."""
    for item in handover.items.filter(removed_at=None):
        for kind, said in CLEAR.items():
            actions.record_check(item, kind=kind, **{**said, **changes.get(kind, {})}, by=by)
    handover.refresh_from_db()
    return handover


def opened(case, people, *, kind="goods", items=1, side="LV"):
    own = people.lv_representative if side == "LV" else people.by_representative
    made = prepared(case, people, kind=kind, items=items, side=side)
    if kind == "persons":
        check_all(made, own)
    made = actions.open_handover(made, by=own)
    made.refresh_from_db()
    return made


def answered(handover, people, *taken):
    """The receiving side says of each item whether it accepts it; all when nothing is said."""
    receiver = people.by_representative if handover.side == "LV" else people.lv_representative
    items = list(handover.items.filter(removed_at=None).order_by("number"))
    for number, item in enumerate(items):
        yes = taken[number] if number < len(taken) else True
        actions.answer_item(
            item, accepted=yes, refusal="" if yes else "papers", condition="As described.",
            by=receiver,
        )  # fmt: skip
    handover.refresh_from_db()
    return handover


def completed(case, people, *taken, **how):
    made = answered(opened(case, people, **how), people, *taken)
    for by in (people.lv_representative, people.by_representative):
        made = actions.confirm_handover(made, sha256=made.sha256, by=by)
    return made


def receipts_at_hand(people):
    """A signed case with receipts of Latvia: goods ready to open, a person listed, goods opened and
    answered; `leaders` by side."""
    case = case_of(people)
    goods, persons = prepared(case, people), prepared(case, people, kind="persons")
    open_one = answered(opened(case, people), people)
    return SimpleNamespace(
        case=case,
        goods=goods,
        line=goods.items.get(),
        person=persons.items.get(),
        open=open_one,
        taken=open_one.items.get(),
        leaders={one.side: one for one in case.members.filter(function="leader")},
    )
