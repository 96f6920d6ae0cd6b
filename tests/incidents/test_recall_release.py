"""A recall takes the content away at once, everywhere, and every recipient acknowledges it."""

import json

import pytest
from django.db import transaction
from django.urls import reverse

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints import actions as duty
from contactpoints.models import Alert, Delivery, DutyShift
from incidents.actions import (
    add_note,
    answer_proposal,
    close_part,
    print_incident,
    propose_fields,
    recall_release,
    release_incident,
    supplement_incident,
    validate_incident,
    verify_incident,
)
from incidents.models import Incident, Recall, Share
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db
WHY = "Released by mistake."


@pytest.fixture
def recall(unit, people):
    def make(case, *desks, by=None, reason=WHY):
        chosen = [unit(code) for code in desks or ("DESK-POL",)]
        return recall_release(case, desks=chosen, reason=reason, by=by or people.dgp_head)

    return make


def english(*users):
    for user in users:
        user.language = "en"
        user.save(update_fields=["language"])


# --- the right


@pytest.mark.parametrize("who", ["dgp_officer", "dgp_leader", "dgp_duty"])
def test_who_may_release_may_not_therefore_recall(who, released, recall, people):
    case, _delivery = released()
    with pytest.raises(NotAllowed):
        recall(case, by=getattr(people, who))
    assert Share.objects.filter(incident=case, own=False).exists()


@pytest.mark.parametrize("who", ["dgp_head", "lv_hq"])
def test_head_of_point_and_headquarters_recall(who, released, recall, people):
    case, _delivery = released()
    assert recall(case, by=getattr(people, who))


@pytest.mark.parametrize("who", ["pol_head", "by_hq", "rix_head"])
def test_nobody_recalls_what_another_unit_reported(who, released, recall, people):
    case, _delivery = released()
    with pytest.raises(Refused) as no:
        recall(case, by=getattr(people, who))
    assert no.value.status == 403


# --- what disappears


def test_the_content_disappears_from_every_door_of_the_recipient(
    released, recall, people, signed_in, api, carry_out
):
    case, _delivery = released(headline="Zqheadline", narrative="Zqnarrative")
    english(people.pol_duty)
    browser, program = signed_in(people.pol_duty), api(people.pol_duty)
    paths = ["/incidents/", f"/incidents/{case.uid}/", f"/incidents/?number={case.number}",
             "/console/", "/console/board/", "/api/v1/incidents/", "/api/v1/deliveries/",
             f"/api/v1/incidents/{case.uid}/", "/", "/points/"]  # fmt: skip

    def everything():
        for path in paths:
            yield path, (program if "/api/" in path else browser).get(path).content.decode()

    assert sum("Zqheadline" in text for _path, text in everything()) >= 6
    recall(case)
    carry_out()
    words = ("Zqheadline", "Zqnarrative")  # shorter ones come up in a random token
    assert [path for path, text in everything() if any(word in text for word in words)] == []
    page = browser.get(f"/incidents/{case.uid}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert case.number in text
    assert WHY in text
    assert "recalled" in text
    answer = program.get(f"/api/v1/incidents/{case.uid}/")
    assert answer.status_code == 410
    assert answer.json()["code"] == "recalled"
    assert WHY in answer.json()["detail"]
    for tail in ("print/?chosen=1&second=ru&copy=DESK-POL", "proposals/", "propose/"):
        assert browser.get(f"/incidents/{case.uid}/{tail}").status_code == 404
    assert program.get(f"/api/v1/incidents/{case.uid}/pdf/?view=shared").status_code == 404
    assert case.uid not in {row.uid for row in Incident.objects.visible_to(people.pol_duty)}


def test_somebody_who_never_held_it_gets_the_answer_of_what_does_not_exist(
    released, recall, people, signed_in, api
):
    case, _delivery = released()
    recall(case)
    assert signed_in(people.msq_duty).get(f"/incidents/{case.uid}/").status_code == 404
    assert api(people.msq_duty).get(f"/api/v1/incidents/{case.uid}/").status_code == 404
    assert signed_in(people.msq_duty).get(f"/why/?of=/incidents/{case.uid}/").status_code == 404
    why = signed_in(people.pol_duty).get(f"/why/?of=/incidents/{case.uid}/")
    assert case.number in why.content.decode()


def test_another_desk_keeps_its_copy_and_its_card(released, recall, people, api):
    people.msq_duty
    case, _delivery = released(desks=("DESK-POL", "DESK-MSQ"), headline="Zqheadline")
    recall(case)
    assert "Zqheadline" in str(api(people.msq_duty).get("/api/v1/deliveries/").json())
    assert "Zqheadline" not in str(api(people.pol_duty).get("/api/v1/deliveries/").json())
    assert Share.objects.get(incident=case, own=False).unit.code == "DESK-MSQ"


def test_a_letter_that_still_waits_goes_without_the_content(
    released, recall, people, mailbox, carry_out
):
    case, _delivery = released(headline="Zqheadline")
    recall(case)
    carry_out()
    letters = [letter.as_string() + letter.get_content() for letter in mailbox.letters]
    assert letters
    assert not [text for text in letters if "Zqheadline" in text]
    assert any(WHY in text and case.number in text for text in letters)


def test_what_becomes_of_it_later_does_not_show_on_the_cards(released, recall, people, api):
    case, _delivery = released()
    recall(case)
    before = api(people.pol_duty).get("/api/v1/deliveries/").json()
    verify_incident(case, by=people.dgp_leader)
    validate_incident(case, by=people.lv_hq)
    assert api(people.pol_duty).get("/api/v1/deliveries/").json() == before
    for delivery in before["results"]:
        assert set(delivery["alert"]["card"]) <= {"number", "side", "exercise", "reason"}


# --- acknowledging


def test_every_recipient_is_asked_to_acknowledge_the_recall(released, recall, people, unit):
    people.msq_duty
    case, first = released(desks=("DESK-POL", "DESK-MSQ"))
    recalls = recall(case, "DESK-POL", "DESK-MSQ")
    assert {r.desk.code for r in recalls} == {"DESK-POL", "DESK-MSQ"}
    for made in recalls:
        assert made.alert.kind == Alert.Kind.CANCEL
        assert made.alert.references.deliveries.filter(desk=made.desk).exists()
        assert made.alert.priority == first.alert.priority
        assert set(made.alert.card) == {"number", "side", "exercise", "reason"}
    cancel = Delivery.objects.get(alert=recalls[0].alert)
    duty.acknowledge_delivery(cancel, line="Destroyed.", by=people.pol_duty)


def test_an_acknowledgement_that_was_still_open_is_cancelled(released, recall, people, later):
    case, delivery = released()
    recall(case)
    delivery.refresh_from_db()
    assert (delivery.recalled_at is not None, delivery.escalate_at) == (True, None)
    assert delivery not in Delivery.objects.open()
    with pytest.raises(Refused) as no:
        duty.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    assert no.value.code == "recalled"
    with pytest.raises(Refused), transaction.atomic():
        duty.accept_delivery(delivery, line="On it.", by=people.pol_duty)
    with pytest.raises(Refused), transaction.atomic():
        duty.decline_delivery(delivery, reason="No.", by=people.pol_duty)
    later(minutes=16)
    duty.escalate_due()
    delivery.refresh_from_db()
    assert delivery.escalated_at is None
    # The recall itself escalates like every alert.
    assert Delivery.objects.get(alert__kind="cancel").escalated_at is not None


def test_the_sender_sees_who_knows_of_the_recall(released, recall, people, signed_in):
    case, _delivery = released()
    english(people.dgp_duty)
    recall(case)
    browser = signed_in(people.dgp_duty)
    page = browser.get(f"/incidents/{case.uid}/").content.decode()
    assert "Recalled, not acknowledged yet" in page
    # Opening what is left of it is the read receipt.
    signed_in(people.pol_duty).get(f"/incidents/{case.uid}/")
    cancel = Delivery.objects.get(alert__kind="cancel")
    assert cancel.state == "opened"
    duty.acknowledge_delivery(cancel, line="Destroyed.", by=people.pol_duty)
    assert "Recalled and acknowledged" in browser.get(f"/incidents/{case.uid}/").content.decode()


def test_a_recall_does_not_wait_for_somebody_on_duty(released, recall, people, later):
    case, _delivery = released()
    DutyShift.objects.filter(unit__code="DESK-POL").delete()
    assert recall(case)
    assert not Share.objects.filter(incident=case, own=False).exists()


# --- again, and not at all


def test_recalled_twice_is_recalled_once(released, recall):
    case, _delivery = released()
    first = recall(case)
    assert recall(case, reason="Another reason.") == first
    assert Alert.objects.filter(kind="cancel").count() == 1
    assert Entry.objects.filter(verb="incident.recalled").count() == 1


def test_a_desk_that_never_held_it_is_refused_and_nothing_happens(released, recall):
    case, _delivery = released()
    with pytest.raises(Refused) as no, transaction.atomic():
        recall(case, "DESK-POL", "DESK-MSQ")
    assert no.value.code == "not_held"
    assert Share.objects.filter(incident=case, own=False).exists()
    with pytest.raises(Refused), transaction.atomic():
        recall(case, "LV-DGP")
    assert Share.objects.filter(incident=case, own=True).exists()


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501, "a\x00b"])
def test_a_reason_is_written(reason, released, recall):
    case, _delivery = released()
    with pytest.raises(Invalid) as no:
        recall(case, reason=reason)
    assert list(no.value.fields) == ["reason"]
    assert Share.objects.filter(incident=case, own=False).exists()


def test_no_desk_is_refused(released, people):
    case, _delivery = released()
    with pytest.raises(Invalid):
        recall_release(case, desks=[], reason=WHY, by=people.dgp_head)


def test_released_again_later_it_is_an_alert_and_no_update(released, recall, people, unit, api):
    case, _delivery = released()
    recall(case)
    alert = release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    assert alert.kind == Alert.Kind.ALERT
    assert api(people.pol_duty).get(f"/api/v1/incidents/{case.uid}/").status_code == 200
    recall(case, reason="Again.")
    assert Recall.objects.count() == 2
    answer = api(people.pol_duty).get(f"/api/v1/incidents/{case.uid}/")
    assert "Again." in answer.json()["detail"]


def test_after_the_recall_it_may_become_what_never_crosses(released, recall, people, unit, api):
    case, _delivery = released()
    recall(case)
    before = api(people.pol_duty).get("/api/v1/deliveries/").json()
    supplement_incident(case, version=1, changes={"category": "ASY"}, by=people.dgp_officer)
    case.refresh_from_db()
    with pytest.raises(Refused) as no, transaction.atomic():
        release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    assert no.value.code == "never_released"
    assert api(people.pol_duty).get("/api/v1/deliveries/").json() == before


def test_the_other_side_s_open_part_goes_with_its_last_copy(released, recall, people):
    case, _delivery = released()
    recall(case)
    assert [part.side for part in case.parts.all()] == ["LV"]
    close_part(case, ground="did_not_occur", by=people.dgp_duty)
    case.refresh_from_db()
    assert case.state == "closed"


def test_open_proposals_end_with_the_recall(released, recall, people):
    case, _delivery = released()
    copy = Share.objects.get(incident=case, own=False)
    made = propose_fields(copy, values={"people_total": 9}, reason="x", by=people.pol_duty)
    recall(case)
    made.refresh_from_db()
    assert made.state == "lapsed"
    with pytest.raises(Refused):
        answer_proposal(made, answers={"people_total": "accept"}, by=people.dgp_duty)


# --- history


def test_the_originator_keeps_the_history(released, recall, people, signed_in):
    case, _delivery = released()
    english(people.dgp_duty)
    recall(case)
    page = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/").content.decode()
    assert "released version 1 to Polotsk desk" in page
    assert "recalled version 1 from Polotsk desk" in page
    entry = Entry.objects.get(verb="incident.recalled")
    assert entry.facts == {"desks": ["DESK-POL"], "why": WHY}
    made = Recall.objects.get()
    with refused_by_database("[Cc]annot update"):
        sql("UPDATE incidents_recall SET reason = 'x' WHERE id = %s", made.pk)


def test_the_sender_sees_who_had_printed_the_copy_and_nothing_else_they_printed(
    released, recall, people, signed_in
):
    english(people.dgp_head)
    case, _delivery = released()
    other, _delivery = released()
    for one in (case, other):
        print_incident(one, view="shared", languages=("be", "ru"), by=people.pol_duty)
    print_incident(case, view="internal", languages=("lv", "ru"), by=people.dgp_duty)
    page = signed_in(people.dgp_head).get(f"/incidents/{case.uid}/recall/")
    ((_held, exports),) = page.context["held"]
    assert [taken.by for taken in exports] == [people.pol_duty]
    assert "A recall does not reach" in page.content.decode()
    recall(case)
    page = signed_in(people.dgp_head).get(f"/incidents/{case.uid}/").content.decode()
    assert "A recall does not reach" in page


# --- doors


def test_from_the_page(released, people, signed_in):
    case, _delivery = released()
    browser, path = signed_in(people.dgp_head), None
    path = reverse("incident_recall", args=[case.uid])
    assert path in browser.get(f"/incidents/{case.uid}/").content.decode()
    assert path in browser.get(f"/incidents/{case.uid}/release/").content.decode()
    wrong = browser.post(path, {"desks": ["DESK-POL"], "reason": ""})
    assert wrong.status_code == 400
    wrong = browser.post(path, {"desks": ["NOWHERE"], "reason": "kept words"})
    assert wrong.status_code == 400
    assert "kept words" in wrong.content.decode()
    assert browser.post(path, {"desks": ["DESK-POL"], "reason": WHY}).status_code == 302
    assert not Share.objects.filter(incident=case, own=False).exists()


@pytest.mark.parametrize(
    ("who", "status"), [("dgp_duty", 403), ("pol_head", 403), ("msq_duty", 404)]
)
def test_the_page_is_for_those_who_may(who, status, released, people, signed_in):
    case, _delivery = released()
    browser = signed_in(getattr(people, who))
    assert browser.get(f"/incidents/{case.uid}/recall/").status_code == status
    sent = {"desks": ["DESK-POL"], "reason": WHY}
    assert browser.post(f"/incidents/{case.uid}/recall/", sent).status_code == status
    assert Share.objects.filter(incident=case, own=False).exists()


def test_from_the_api(released, people, api):
    case, _delivery = released()
    path, sent = f"/api/v1/incidents/{case.uid}/recall/", {"desks": ["DESK-POL"], "reason": WHY}
    assert api(people.dgp_duty).post(path, sent).status_code == 403
    assert api(people.dgp_head).post(path, {"desks": ["X"], "reason": WHY}).status_code == 400
    answer = api(people.dgp_head).post(path, sent)
    assert answer.status_code == 201
    assert answer.json()[0]["desk"] == "DESK-POL"
    assert api(people.pol_duty).get("/api/v1/incidents/").json()["results"] == []


# --- fewer fields


def test_a_field_that_is_released_no_more_vanishes_from_copy_and_cards_at_once(
    released, people, unit, api
):
    case, delivery = released(headline="Zqheadline", narrative="Zqnarrative")
    duty.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    release_incident(
        case, desks=[unit("DESK-POL")], fields=["people_total", "position"], by=people.dgp_duty
    )
    program = api(people.pol_duty)
    record = program.get(f"/api/v1/incidents/{case.uid}/").json()
    assert (record["headline"], record["narrative"], record["people_total"]) == (None, None, 8)
    said = json.dumps(program.get("/api/v1/deliveries/").json())
    assert "Zq" not in said
    assert "55.79" in said
    # The card still follows what is common to all cards.
    verify_incident(case, by=people.dgp_leader)
    validate_incident(case, by=people.lv_hq)
    cards = [d["alert"]["card"] for d in program.get("/api/v1/deliveries/").json()["results"]]
    assert [card["unverified"] for card in cards] == [False, False]


def test_a_field_given_anew_comes_with_the_new_card_only(released, people, unit, api):
    case, _delivery = released(headline="Zqheadline")
    desk = [unit("DESK-POL")]
    release_incident(case, desks=desk, fields=["people_total"], by=people.dgp_duty)
    release_incident(case, desks=desk, fields=["headline"], by=people.dgp_duty)
    cards = [
        d["alert"]["card"]
        for d in api(people.pol_duty).get("/api/v1/deliveries/").json()["results"]
    ]
    assert sum("headline" in card for card in cards) == 1


def test_notes_cannot_be_written_after_the_recall(released, recall, people):
    case, _delivery = released()
    recall(case)
    with pytest.raises(Refused) as no:
        add_note(case, text="x", audience="shared", by=people.pol_duty)
    assert no.value.status == 404
