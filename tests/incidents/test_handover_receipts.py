"""Handover receipts: prepared, opened on a legal basis, answered, signed by both sides."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import Term, forget
from contactpoints.models import Alert
from incidents import actions
from incidents.investigation.receipts import (
    card_of,
    handover_bases,
    is_whole,
    items_for,
    listed,
)
from incidents.models import CaseState, Handover
from tests.incidents.receipts import (
    GOODS,
    PERSON,
    answered,
    case_of,
    check_all,
    completed,
    opened,
    prepared,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_sides_on_duty")]
SOON = timedelta(hours=2)


@pytest.fixture
def case(people):
    return case_of(people)


# --- preparing


def test_a_side_prepares_from_the_day_the_case_is_agreed(people):
    made = prepared(case_of(people, CaseState.AGREED), people, ready=False)
    assert made.number == f"HR-{now().year}-00001"
    assert (made.side, made.to_side, made.state) == ("LV", "BY", "prepared")
    assert Entry.objects.filter(verb="handover.prepared").count() == 1


def test_nothing_is_prepared_in_a_case_that_was_only_proposed(people):
    case = case_of(people, CaseState.PROPOSED)
    with pytest.raises(Refused) as refusal:
        actions.prepare_handover(
            case, kind="goods", planned_at=now() + SOON, by=people.lv_representative
        )
    assert refusal.value.code == "wrong_state"


def test_prepared_twice_is_prepared_once(case, people):
    ref, by = uuid.uuid4(), people.lv_representative
    for _time in range(2):
        actions.prepare_handover(case, kind="goods", planned_at=now() + SOON, client_ref=ref, by=by)
    assert Handover.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": "cattle"}),
        ("planned_at", {"planned_at": None}),
        ("planned_at", {"planned_at": now() - timedelta(days=9)}),
        ("planned_at", {"planned_at": now() + timedelta(days=900)}),
        ("border_sign", {"border_sign": "x" * 100_000}),
        ("place", {"place": "a\x00b"}),
    ],
    ids=["kind", "no time", "long ago", "far off", "long sign", "nul"],
)  # fmt: skip
def test_what_cannot_be_right_is_said_at_its_field(case, people, field, changes):
    plan = {"kind": "goods", "planned_at": now() + SOON, **changes}
    with pytest.raises(Invalid) as refusal:
        actions.prepare_handover(case, **plan, by=people.lv_representative)
    assert list(refusal.value.fields) == [field]
    assert Handover.objects.count() == 0


def test_who_only_reads_the_case_does_nothing_here(case, people):
    made = prepared(case, people)
    for verb in (
        lambda by: actions.prepare_handover(case, kind="goods", planned_at=now() + SOON, by=by),
        lambda by: actions.add_item(made, facts=GOODS, by=by),
        lambda by: actions.open_handover(made, by=by),
        lambda by: actions.cancel_handover(made, reason="time", by=by),
    ):
        with pytest.raises(NotAllowed):
            verb(people.lv_auditor)
        with pytest.raises(Refused) as refusal:
            verb(people.stranger)
        assert refusal.value.status == 404


def test_another_time_is_planned_until_it_is_opened(case, people):
    made, by = prepared(case, people), people.lv_representative
    later = now() + timedelta(hours=5)
    made = actions.plan_handover(made, planned_at=later, place="The bridge", by=by)
    actions.plan_handover(made, planned_at=later, place="The bridge", by=by)
    assert (made.planned_at, made.place) == (later, "The bridge")
    assert Entry.objects.filter(verb="handover.planned").count() == 1
    actions.open_handover(made, by=by)
    with pytest.raises(Refused):
        actions.plan_handover(made, planned_at=now() + SOON, by=by)


# --- the list


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("description", {"description": ""}),
        ("quantity", {"quantity": "0"}),
        ("quantity", {"quantity": "NaN"}),
        ("quantity", {"quantity": "1e999999"}),
        ("quantity", {"quantity": "1.23456"}),
        ("quantity", {"quantity": "many"}),
        ("unit", {"unit": "furlong"}),
        ("mark", {"mark": "x" * 100_000}),
        ("condition", {"condition": " "}),
        ("condition", {"condition": "a\x00"}),
        ("remark", {"remark": "x" * 501}),
    ],
    ids=[
        "empty",
        "nought",
        "nan",
        "huge",
        "fine",
        "words",
        "unit",
        "long",
        "blank",
        "nul",
        "remark",
    ],
)
def test_a_line_of_goods_says_what_and_how_much(case, people, field, changes):
    made = prepared(case, people, items=0)
    with pytest.raises(Invalid) as refusal:
        actions.add_item(made, facts={**GOODS, **changes}, by=people.lv_representative)
    assert list(refusal.value.fields) == [field]


def test_a_person_is_listed_under_a_number_without_a_name(case, people):
    made, by = prepared(case, people, kind="persons", items=0), people.lv_representative
    item = actions.add_item(made, facts={**PERSON, "description": "Ivan", "mark": "Petrov"}, by=by)
    assert (item.number, item.description, item.mark) == (1, "", "")
    for name in ("age_group", "sex", "condition"):
        with pytest.raises(Invalid) as refusal:
            actions.add_item(
                made, facts={**PERSON, name: "nonsense" * (name != "condition")}, by=by
            )
        assert list(refusal.value.fields) == [name]


def test_a_person_may_stand_in_the_sealed_part_of_an_own_incident_only(case, people, incident):
    made, by = prepared(case, people, kind="persons", items=0), people.lv_representative
    own, theirs = incident(), incident(by=people.pol_officer, at="BY-POL")
    item = actions.add_item(made, facts=PERSON, incident=own, by=by)
    assert item.person.incident == own
    with pytest.raises(Refused) as refusal:
        actions.add_item(made, facts=PERSON, incident=theirs, by=by)
    assert refusal.value.status == 404


def test_the_same_line_sent_twice_is_one_and_taken_off_twice_is_once(case, people):
    made, ref, by = prepared(case, people, items=0), uuid.uuid4(), people.lv_representative
    first = actions.add_item(made, facts=GOODS, client_ref=ref, by=by)
    assert actions.add_item(made, facts=GOODS, client_ref=ref, by=by) == first
    for _time in range(2):
        actions.remove_item(first, by=by)
    assert listed(made) == []
    assert Entry.objects.filter(verb="handover.unlisted").count() == 1


def test_only_the_delivering_side_writes_the_list_and_the_other_reads_it_once_open(case, people):
    made = prepared(case, people, items=3)
    with pytest.raises(NotAllowed):
        actions.add_item(made, facts=GOODS, by=people.by_representative)
    assert items_for(made, "BY") == []
    actions.remove_item(items_for(made, "LV")[1], by=people.lv_representative)
    made = actions.open_handover(made, by=people.lv_representative)
    # No gap tells that a line was taken off.
    assert [item.number for item in items_for(made, "BY")] == [1, 2]
    with pytest.raises(Refused):
        actions.add_item(made, facts=GOODS, by=people.lv_representative)


def test_a_person_is_on_one_list_that_goes_on(case, people):
    first, by = prepared(case, people, kind="persons"), people.lv_representative
    person = first.items.get().person
    second = prepared(case, people, kind="persons", items=0)
    with pytest.raises(Refused) as refusal:
        actions.add_item(second, facts=PERSON, person=person, by=by)
    assert refusal.value.code == "listed"
    actions.stop_handover(first, note="The car has broken down.", by=by)
    assert actions.add_item(second, facts=PERSON, person=person, by=by).person == person


# --- the legal basis


def test_it_opens_with_a_basis_of_each_side_in_force(case, people):
    made = opened(case, people, items=2)
    assert made.state == "opened"
    assert made.opened_at
    assert is_whole(made, listed(made))
    alert = Alert.objects.latest("pk")
    assert alert.deliveries.get().card["event"] == "handover"
    before = Alert.objects.count()
    actions.open_handover(made, by=people.lv_representative)
    assert Alert.objects.count() == before


@pytest.mark.parametrize("side", ["LV", "BY"])
def test_without_a_basis_of_a_side_it_stays_closed_and_says_whose_is_missing(case, people, side):
    made = prepared(case, people)
    column = "basis_from" if side == "LV" else "basis_to"
    Handover.objects.filter(pk=made.pk).update(**{column: None})
    with pytest.raises(Refused, match=f"{side} has not named a legal basis"):
        actions.open_handover(made, by=people.lv_representative)
    made.refresh_from_db()
    assert made.state == "prepared"


def test_a_basis_for_goods_covers_no_person(case, people):
    made = prepared(case, people, kind="persons")
    with pytest.raises(Invalid) as refusal:
        actions.name_basis(made, basis="LV-HO-CUSTOMS", by=people.lv_representative)
    assert list(refusal.value.fields) == ["basis"]
    Handover.objects.filter(pk=made.pk).update(basis_to=Term.objects.get(code="BY-HO-CUSTOMS"))
    check_all(made, people.lv_representative)
    with pytest.raises(Refused, match="BY named is not in force today or does not cover"):
        actions.open_handover(made, by=people.lv_representative)


@pytest.mark.parametrize(
    "basis",
    ["", "BY-HO-BORDER", "LV-HO-AGREEMENT-1994", "x" * 100_000, "\x00"],
    ids=["none", "theirs", "ended", "long", "nul"],
)
def test_a_side_names_a_basis_of_its_own_that_is_in_force(case, people, basis):
    with pytest.raises(Invalid):
        actions.name_basis(prepared(case, people), basis=basis, by=people.lv_representative)


def test_a_basis_holds_from_its_first_day_to_its_last():
    def codes(day):
        return {term.code for term in handover_bases("LV", "goods", on=date.fromisoformat(day))}

    assert "LV-HO-BORDER" not in codes("2009-12-15")
    assert "LV-HO-BORDER" in codes("2009-12-16")
    assert "LV-HO-AGREEMENT-1994" in codes("2009-12-15")
    assert "LV-HO-AGREEMENT-1994" not in codes("2009-12-16")
    assert "LV-HO-TREATY" not in codes("2026-01-01")


def test_a_basis_that_ends_between_naming_and_opening_does_not_carry_it(case, people):
    made = prepared(case, people)
    basis = Term.objects.get(code="BY-HO-BORDER")
    Term.objects.filter(pk=basis.pk).update(facts={**basis.facts, "until": "2026-01-01"})
    forget()
    with pytest.raises(Refused, match="BY named is not in force today"):
        actions.open_handover(made, by=people.lv_representative)


def test_it_says_everything_that_is_missing_at_once(case, people):
    made = prepared(case, people, kind="persons", items=0, ready=False)
    with pytest.raises(Refused) as refusal:
        actions.open_handover(made, by=people.lv_representative)
    said = str(refusal.value)
    for words in ("list is empty", "LV has not named a legal", "BY has not named a legal",
                  "LV has not named who hands over", "BY has not named who takes over",
                  "No interpreter"):  # fmt: skip
        assert words in said


def test_each_side_names_somebody_of_its_own_team(case, people):
    made = prepared(case, people)
    theirs = case.members.filter(side="BY").first()
    own = case.members.get(side="LV", function="leader")
    with pytest.raises(Invalid):
        actions.name_hands(made, member=theirs, by=people.lv_representative)
    with pytest.raises(Invalid) as refusal:
        actions.name_hands(made, member=own, interpreter=own, by=people.lv_representative)
    assert list(refusal.value.fields) == ["interpreter"]


# --- taking over and signing


def test_the_receiving_side_accepts_item_by_item_and_refuses_on_a_ground(case, people):
    made = opened(case, people, items=2)
    first, second = listed(made)
    by = people.by_representative
    with pytest.raises(NotAllowed):
        actions.answer_item(first, accepted=True, by=people.lv_representative)
    for refusal in ("", "nonsense", "\x00"):
        with pytest.raises(Invalid) as wrong:
            actions.answer_item(first, accepted=False, refusal=refusal, by=by)
        assert list(wrong.value.fields) == ["refusal"]
    actions.answer_item(first, accepted=False, refusal="condition", refusal_text="It leaks.", by=by)
    actions.answer_item(second, accepted=True, condition="Sealed.", by=by)
    before = Entry.objects.count()
    actions.answer_item(second, accepted=True, condition="Sealed.", by=by)
    assert Entry.objects.count() == before
    made.refresh_from_db()
    assert is_whole(made, listed(made))


@pytest.mark.parametrize(
    ("taken", "outcome"),
    [((True, True), "accepted"), ((True, False), "partly"), ((False, False), "refused")],
)
def test_both_representatives_sign_and_the_case_is_handed_over(case, people, taken, outcome):
    made = completed(case, people, *taken, items=2)
    assert (made.state, made.outcome) == ("completed", outcome)
    case.refresh_from_db()
    assert case.state == "handed_over"
    moves = case.moves.count()
    actions.confirm_handover(made, sha256=made.sha256, by=people.lv_representative)
    assert case.moves.count() == moves


def test_the_case_waits_for_the_receipts_that_go_on(case, people):
    other = prepared(case, people)
    completed(case, people)
    case.refresh_from_db()
    assert case.state == "signed"
    actions.cancel_handover(other, reason="time", by=people.lv_representative)
    case.refresh_from_db()
    assert case.state == "handed_over"
    assert (card_of(case).total, card_of(case).going) == (2, 0)


def test_a_cancelled_receipt_alone_hands_nothing_over(case, people):
    made = opened(case, people)
    for _time in range(2):
        made = actions.cancel_handover(made, reason="weather", by=people.lv_representative)
    case.refresh_from_db()
    assert (made.state, case.state) == ("cancelled", "signed")
    assert Entry.objects.filter(verb="handover.cancelled").count() == 1
    with pytest.raises(Refused):
        actions.open_handover(made, by=people.lv_representative)


def test_words_are_no_reason_to_cancel(case, people):
    made = prepared(case, people)
    for reason in ("", "Person 2 asked for asylum", "\x00"):
        with pytest.raises(Invalid):
            actions.cancel_handover(made, reason=reason, by=people.lv_representative)


def test_an_answer_after_a_signature_voids_it(case, people):
    made = answered(opened(case, people), people)
    first = made.sha256
    actions.confirm_handover(made, sha256=first, by=people.lv_representative)
    actions.answer_item(
        listed(made)[0], accepted=False, refusal="papers", by=people.by_representative
    )
    with pytest.raises(Stale):
        actions.confirm_handover(made, sha256=first, by=people.by_representative)
    made.refresh_from_db()
    actions.confirm_handover(made, sha256=made.sha256, by=people.by_representative)
    made.refresh_from_db()
    assert made.state == "opened"
    made = actions.confirm_handover(made, sha256=made.sha256, by=people.lv_representative)
    assert (made.state, made.outcome) == ("completed", "refused")


def test_nothing_is_signed_before_every_item_is_answered(case, people):
    made = opened(case, people)
    with pytest.raises(Refused, match="not answered to every item"):
        actions.confirm_handover(made, sha256=made.sha256, by=people.lv_representative)


def test_nothing_is_signed_before_the_act_is(people):
    made = answered(opened(case_of(people, CaseState.ON_SITE), people), people)
    with pytest.raises(Refused) as refusal:
        actions.confirm_handover(made, sha256=made.sha256, by=people.lv_representative)
    assert refusal.value.code == "wrong_state"


def test_only_who_may_sign_acts_signs(case, people):
    made = answered(opened(case, people), people)
    with pytest.raises(NotAllowed):
        actions.confirm_handover(made, sha256=made.sha256, by=people.lv_hq)


def test_an_open_receipt_keeps_the_case_from_being_closed(case, people):
    prepared(case, people)
    with pytest.raises(Refused) as refusal:
        actions.close_case_part(case, ground="Done.", by=people.lv_representative)
    assert refusal.value.code == "receipts_open"


# --- paper


def test_the_paper_is_the_same_for_both_sides_and_in_the_languages_of_the_act(case, people):
    import io

    import pypdf

    made = completed(case, people, False, kind="persons")
    texts = []
    for by in (people.lv_representative, people.by_representative):
        printed = actions.print_receipt(made, by=by)
        assert printed.name == f"{made.number}.pdf"
        pages = pypdf.PdfReader(io.BytesIO(printed.content)).pages
        texts.append("\n".join(page.extract_text() for page in pages))
    for text in texts:
        assert made.number in text
        assert made.sha256[:16] in text.replace("\n", "")
        assert "Leader LV" in text
    assert Entry.objects.filter(verb="data.exported").count() == 2


def test_a_receipt_that_was_never_opened_is_not_printed(case, people):
    with pytest.raises(Refused):
        actions.print_receipt(prepared(case, people), by=people.lv_representative)
