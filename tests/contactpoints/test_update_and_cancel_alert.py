"""The sender updates and cancels an alert; each refers to what it changes, each is acknowledged."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import override

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, KeyReused, NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.board import card_of
from contactpoints.models import Alert, Delivery, DutyShift
from contactpoints.saying import say
from incidents.actions import recall_release, release_incident, supplement_incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def out(released):
    """An alert of P3 at Polotsk: gives (incident, its delivery, the alert)."""
    case, delivery = released(priority="P3", fields=["headline", "category", "severity"])
    return case, delivery, delivery.alert


def test_an_update_asks_each_desk_again_and_may_be_more_urgent(out, people):
    _case, delivery, alert = out
    ref = uuid.uuid4()
    made = actions.update_alert(
        alert, line=say("need_position"), priority="P1", client_ref=ref, by=people.dgp_duty
    )
    assert (made.kind, made.references, made.about) == ("update", alert, alert.about)
    again = actions.update_alert(
        alert, line=say("need_position"), priority="P1", client_ref=ref, by=people.dgp_duty
    )
    assert again == made
    with pytest.raises(KeyReused):
        actions.update_alert(alert, line="Other.", client_ref=ref, by=people.dgp_duty)
    asked = made.deliveries.get()
    delivery.refresh_from_db()
    assert (asked.desk, asked.priority, asked.waits) == (delivery.desk, "P1", True)
    assert (delivery.waits, delivery.escalate_at is None) == (True, False)
    assert Message.objects.filter(key__startswith=f"delivery:{asked.uid}").exists()
    assert Entry.objects.filter(verb="alert.updated", about=alert.ref).count() == 1
    with override("lv"):
        card = card_of(asked, people.dgp_duty)
        assert card.line == "Lūdzam nosūtīt precīzas koordinātas"
    with override("en"):
        assert [link["label"] for link in card_of(delivery_of(alert), people.pol_duty).chain] == [
            "Alert", "Update 1",
        ]  # fmt: skip
    assert "said" not in delivery.card


def delivery_of(alert):
    return Delivery.objects.whole().get(alert=alert)


def test_what_an_update_may_not_be_is_refused(out, people):
    _case, _delivery, alert = out
    for by in (people.pol_duty, people.rix_duty, people.stranger):
        with pytest.raises(NotAllowed):
            actions.update_alert(alert, line="x", by=by)
        with pytest.raises(NotAllowed):
            actions.cancel_alert(alert, reason="x", by=by)
    for line in ("", "  ", "a\0b", "x" * 100_000):
        with pytest.raises(Invalid) as refusal:
            actions.update_alert(alert, line=line, by=people.dgp_duty)
        assert "line" in refusal.value.fields
        with pytest.raises(Invalid):
            actions.cancel_alert(alert, reason=line, by=people.dgp_duty)
    for priority in ("P4", "P9"):
        with pytest.raises(Invalid) as refusal:
            actions.update_alert(alert, line="x", priority=priority, by=people.dgp_duty)
        assert "priority" in refusal.value.fields
    assert Alert.objects.about(alert.about).count() == 1


def test_a_cancel_puts_the_earlier_ones_at_rest_and_is_acknowledged(out, people):
    case, delivery, alert = out
    update = actions.update_alert(alert, line="Two more people.", by=people.dgp_duty)
    actions.acknowledge_delivery(update.deliveries.get(), by=people.pol_duty)
    DutyShift.objects.all().delete()  # a false alarm waits for nobody
    made = actions.cancel_alert(
        update, reason=say("false_alarm", {"time": now()}), by=people.dgp_duty
    )
    assert actions.cancel_alert(alert, reason="Again.", by=people.dgp_duty) == made
    assert (made.kind, made.references, made.takes_back) == ("cancel", alert, False)
    delivery.refresh_from_db()
    assert (delivery.waits, delivery.escalate_at, delivery.acknowledged_at) == (False, None, None)
    assert delivery.card["called_off"]
    assert delivery.card["headline"]
    kept = Delivery.objects.get(alert=update)
    assert (kept.recalled_at, kept.note_by, kept.card["called_off"]) == (None, None, True)
    assert case.shares.filter(own=False).count() == 1
    with pytest.raises(Refused) as refusal:
        actions.acknowledge_delivery(delivery, by=people.pol_duty)
    assert refusal.value.code == "called_off"
    with pytest.raises(Refused) as refusal:
        actions.update_alert(alert, line="Late.", by=people.dgp_duty)
    assert refusal.value.code == "called_off"
    asked = made.deliveries.get()
    assert asked.waits
    actions.acknowledge_delivery(asked, line="Read.", by=people.pol_duty)
    with override("en"):
        card = card_of(delivery_of(made), people.pol_duty)
    assert [link["label"] for link in card.chain] == ["Alert", "Update 1", "Cancel"]
    assert (card.called_off, card.cancel) == (True, False)


def test_after_a_cancel_a_new_release_is_a_first_alert_again(out, people, unit):
    case, _delivery, alert = out
    actions.cancel_alert(alert, reason="False alarm.", by=people.dgp_duty)
    supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_officer)
    case.refresh_from_db()
    made = release_incident(
        case, desks=[unit("DESK-POL")], fields=["headline", "people_total"], by=people.dgp_duty
    )
    assert (made.kind, made.references) == ("alert", None)
    actions.update_alert(made, line="Real this time.", by=people.dgp_duty)


def test_a_recalled_desk_hears_nothing_of_what_follows(released, people, unit):
    assert people.msq_duty
    case, delivery = released(desks=["DESK-POL", "DESK-MSQ"], priority="P3")
    alert = delivery.alert
    recall_release(case, desks=[unit("DESK-POL")], reason="Wrong desk.", by=people.dgp_head)
    made = actions.update_alert(alert, line="More.", by=people.dgp_duty)
    assert [row.desk.code for row in made.deliveries.all()] == ["DESK-MSQ"]
    delivery.refresh_from_db()
    delivery.alert.refresh_from_db()
    assert delivery.card.keys() == {"number", "side", "exercise"}
    recall_release(case, desks=[unit("DESK-MSQ")], reason="Wrong desk.", by=people.dgp_head)
    asked = made.deliveries.get()
    assert "line" not in asked.card
    with pytest.raises(Refused) as refusal:
        actions.cancel_alert(alert, reason="x", by=people.dgp_duty)
    assert refusal.value.code == "recalled"


def test_the_database_holds_what_refers_to_what(out, released, people):
    _case, _delivery, alert = out
    _other, far = released()
    raw = {"card": {}, "sender": alert.sender, "priority": "P3"}
    for wrong in (
        {"kind": "update", "about": alert.about},
        {"kind": "cancel", "about": alert.about},
        {"kind": "alert", "about": alert.about, "references": alert},
        {"kind": "update", "about": alert.about, "references": far.alert},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Alert.objects.create(**raw, **wrong)
    actions.cancel_alert(alert, reason="x", by=people.dgp_duty)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(
            **{**raw, "card": {"called_off": True}},
            kind="cancel", about=alert.about, references=alert,
        )  # fmt: skip


def test_a_broadcast_is_ended_on_its_own_page(people, unit, both_sides_on_duty):
    sent = actions.send_broadcast(unit("DESK-DGP"), what="closed", by=people.dgp_duty)
    with pytest.raises(Refused) as refusal:
        actions.cancel_alert(sent.alert, reason="x", by=people.dgp_duty)
    assert refusal.value.code == "own_end"


def test_pages_and_api_update_and_cancel(out, people, signed_in, api):
    _case, _delivery, alert = out
    for person in (people.dgp_duty, people.pol_duty):
        person.language = "en"
        person.save()
    sender, reader = signed_in(people.dgp_duty), signed_in(people.pol_duty)
    page = f"/alerts/{alert.uid}/"
    assert "Cancel the alert" in sender.get(page).content.decode()
    assert "Cancel the alert" not in reader.get(page).content.decode()
    assert signed_in(people.rix_duty).get(page).status_code == 404
    assert reader.post(f"{page}cancel/", {"reason": "x"}).status_code == 403
    assert sender.post(f"{page}update/", {"line": ""}).status_code == 400
    typed = {"line": "Two more.", "priority": "P2", "client_ref": str(uuid.uuid4())}
    for _twice in range(2):
        assert sender.post(f"{page}update/", typed).status_code == 302
    assert Alert.objects.about(alert.about).count() == 2
    assert "„Two more.“" in reader.get("/console/").content.decode()
    say_it = f"/phrases/update/{alert.uid}/worse/"
    assert sender.get(say_it).status_code == 200
    assert reader.get(say_it).status_code == 404
    door = f"/api/v1/alerts/{alert.uid}/"
    lv, by = api(people.dgp_duty), api(people.pol_duty)
    assert [link["kind"] for link in by.get(door).json()["chain"]] == ["alert", "update"]
    assert api(people.rix_duty).get(door).status_code == 404
    assert by.post(f"{door}update/", {"line": "x"}).status_code == 403
    for wrong in ({}, {"line": "x", "priority": "P7"}, {"line": "x" * 501}, {"phrase": {}}):
        assert lv.post(f"{door}update/", wrong).status_code == 400
    made = lv.post(f"{door}update/", {"phrase": {"code": "need_photographs"}})
    assert made.status_code == 201
    assert lv.post(f"{door}cancel/", {}).status_code == 400
    for _twice in range(2):
        done = lv.post(f"{door}cancel/", {"reason": "False alarm."})
        assert (done.status_code, done.json()["cancelled"]) == (200, True)
    assert lv.post(f"{door}update/", {"line": "Late."}).status_code == 409
    chain = by.get(door).json()["chain"]
    assert [link["kind"] for link in chain] == ["alert", "update", "update", "cancel"]
    assert {link["references"] for link in chain[1:]} == {str(alert.uid)}
    assert "Cancelled by the sender" in reader.get("/console/").content.decode()
    assert "Cancelled" in sender.get("/console/").content.decode()
