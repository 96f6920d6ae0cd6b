"""No way round the checks, the bases and the signatures of a handover, by verb or by hand."""

import uuid

import pytest

from bordercoop.errors import Invalid, KeyReused, Refused, Stale
from bordercoop.reference.models import Term, forget
from incidents import actions
from incidents.investigation.receipts import confirmed, listed
from incidents.models import HandoverItem
from tests.incidents.doors import refused_by_database, rolled_back, sql
from tests.incidents.receipts import (
    GOODS,
    PERSON,
    answered,
    case_of,
    check_all,
    opened,
    prepared,
)
from tests.incidents.test_handover_database import COMPLETE, OPEN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_sides_on_duty")]


@pytest.fixture
def case(people):
    return case_of(people)


def fresh(made):
    made.refresh_from_db()
    return made


def test_nobody_becomes_of_age_by_leaving_the_list_and_coming_back_younger(case, people):
    by = people.lv_representative
    made = check_all(prepared(case, people, kind="persons"), by)
    person = listed(made)[0].person
    actions.remove_item(listed(made)[0], by=by)
    actions.add_item(made, facts={**PERSON, "age_group": "14-17"}, person=person, by=by)
    with pytest.raises(Refused, match=r"Not recorded for person 2: Age\."):
        actions.open_handover(made, by=by)
    with refused_by_database("no_handover_while_a_check_stops"):
        sql(OPEN, made.pk)
    actions.record_check(
        listed(made)[0], kind="age", answer="minor", authority="Orphans' court", by=by
    )
    assert actions.open_handover(made, by=by).state == "opened"


def test_nobody_is_handed_over_who_stands_in_an_application_for_protection(
    case, people, incident, content
):
    by = people.lv_representative
    made = prepared(case, people, kind="persons", items=0)
    asked, other = (incident(category=category) for category in ("ASY", "UBC-LND"))
    with pytest.raises(Invalid) as refusal:
        actions.add_item(made, facts=PERSON, incident=asked, by=by)
    assert list(refusal.value.fields) == ["incident"]
    actions.add_item(made, facts=PERSON, incident=other, by=by)
    check_all(made, by)
    sql("UPDATE incidents_incident SET category_id = %s WHERE id = %s",
        asked.category_id, other.pk)  # fmt: skip
    with pytest.raises(Refused, match="Person 1 is not handed over"):
        actions.open_handover(made, by=by)
    with refused_by_database("no_handover_while_a_check_stops"):
        sql(OPEN, made.pk)


def test_who_claimed_protection_does_not_come_back_as_somebody_new(case, people, signed_in, api):
    by = people.lv_representative
    by.language = "en"
    by.save(update_fields=["language"])
    first = prepared(case, people, kind="persons")
    actions.record_check(listed(first)[0], kind="protection", answer="claim", by=by)
    again = prepared(case, people, kind="persons", items=0)
    with pytest.raises(Invalid) as refusal:
        actions.add_item(again, facts=PERSON, by=by)
    assert list(refusal.value.fields) == ["person"]
    browser, program = signed_in(by), api(by)
    page = browser.post(f"/receipts/{again.uid}/", {**PERSON, "do": "add"})
    assert page.status_code == 400
    assert "is not handed over" in page.content.decode()
    assert program.post(f"/api/v1/receipts/{again.uid}/items/", PERSON).status_code == 400
    assert not again.items.exists()
    new = {**PERSON, "do": "add", "known": "new"}
    assert browser.post(f"/receipts/{again.uid}/", new).status_code == 302
    new = {**PERSON, "somebody_else": True}
    assert program.post(f"/api/v1/receipts/{again.uid}/items/", new).status_code == 201
    assert [item.person.number for item in listed(again)] == [2, 3]
    # A doubt that another officer may clear asks nothing of the next line, nor does the other side.
    theirs = prepared(case, people, kind="persons", items=1, side="BY")
    assert listed(theirs)[0].person.number == 1


def test_it_is_not_completed_on_a_basis_that_has_ended_since_it_was_opened(case, people):
    made = answered(opened(case, people), people)
    basis = Term.objects.get(code="BY-HO-BORDER")
    actions.confirm_handover(made, sha256=made.sha256, by=people.lv_representative)
    ended = {**basis.facts, "until": "2026-01-01"}
    Term.objects.filter(pk=basis.pk).update(facts=ended)
    # What this process remembers of the lists may be a minute old: the database is not fooled.
    with pytest.raises(Refused) as refusal:
        actions.confirm_handover(made, sha256=made.sha256, by=people.by_representative)
    assert refusal.value.code == "not_ready"
    forget()
    with pytest.raises(Refused, match="BY named is not in force today") as refusal:
        actions.confirm_handover(made, sha256=made.sha256, by=people.by_representative)
    assert refusal.value.code == "not_ready"
    assert fresh(made).state == "opened"


def test_whoever_left_the_team_neither_hands_over_nor_interprets(case, people):
    made = check_all(prepared(case, people, kind="persons"), people.lv_representative)
    for hand, words in (("interpreter", "No interpreter"), ("deliverer", "LV has not named"),
                        ("receiver", "BY has not named")):  # fmt: skip
        member = getattr(made, hand)
        with rolled_back():
            sql("UPDATE incidents_casemember SET ended_at = now() WHERE id = %s", member.pk)
            with pytest.raises(Refused, match=words):
                actions.open_handover(made, by=people.lv_representative)
    assert actions.open_handover(made, by=people.lv_representative).state == "opened"


def test_what_was_signed_changed_and_changed_back_is_signed_anew(case, people):
    made, by = answered(opened(case, people), people), people.by_representative
    made = actions.confirm_handover(made, sha256=made.sha256, by=people.lv_representative)
    said = made.sha256
    item = listed(made)[0]
    actions.answer_item(item, accepted=False, refusal="papers", by=by)
    actions.answer_item(item, accepted=True, condition="As described.", by=by)
    assert fresh(made).sha256 != said
    assert confirmed(made) == {}
    assert actions.confirm_handover(made, sha256=made.sha256, by=by).state == "opened"


def test_an_answer_written_past_the_verbs_voids_what_was_signed_before(case, people):
    made = answered(opened(case, people), people)
    actions.confirm_handover(made, sha256=made.sha256, by=people.lv_representative)
    said = made.sha256
    with refused_by_database("Cannot"):
        sql("UPDATE incidents_handoveritem SET handover_id = %s", prepared(case, people).pk)
    with refused_by_database("each_side_writes_its_part_of_a_list"):
        sql("UPDATE incidents_handoveritem SET received_remark = 'x', answered_by_id = %s"
            " WHERE handover_id = %s", people.lv_representative.pk, made.pk)  # fmt: skip
    sql("UPDATE incidents_handoveritem SET received_remark = 'x' WHERE handover_id = %s", made.pk)
    assert fresh(made).sha256 != said
    for sha256 in (said, made.sha256):
        with pytest.raises(Stale):
            actions.confirm_handover(made, sha256=sha256, by=people.by_representative)
    confirm = """INSERT INTO incidents_handoverconfirmation (handover_id, side, sha256, at, by_id)
                 VALUES (%s, 'BY', %s, now(), %s)"""
    with refused_by_database("a_confirmation_is_of_officer_and_receipt"):
        sql(confirm, made.pk, made.sha256, None)
    sql(confirm, made.pk, made.sha256, people.by_representative.pk)
    with refused_by_database("completed_once_both_sides_confirmed_the_same"):
        sql(COMPLETE, made.pk)


def test_a_client_ref_of_another_list_is_a_sentence(case, people):
    one, two, ref = prepared(case, people), prepared(case, people), uuid.uuid4()
    by = people.lv_representative
    kept = actions.add_item(one, facts=GOODS, client_ref=ref, by=by)
    with pytest.raises(KeyReused):
        actions.add_item(two, facts=GOODS, client_ref=ref, by=by)
    assert HandoverItem.objects.get(client_ref=ref) == kept
