"""CAP messages in and out: as alerts of a desk, as answers, and never more than that."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed, Refused
from bordercoop.formats.cap import parse
from bordercoop.reference.models import forget, usable_places
from contactpoints import actions
from contactpoints.cap.reading import receipt_of
from contactpoints.cap.words import REASONS, CapRefused
from contactpoints.models import Alert, CapMessage, Delivery, Priority, Role, units
from contactpoints.saying import say
from incidents.actions import recall_release
from tests.contactpoints.cap_made import info, message, when

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parents[1] / "formats" / "cap_samples"
MOST = 1024 * 1024
TYPE = "application/cap+xml"


def reference(raw):
    return parse(raw, most=MOST).reference.text


def refused(raw, by, **named):
    with pytest.raises(Refused) as caught:
        actions.receive_cap(raw, by=by, **named)
    return caught.value


@pytest.fixture
def read(people, both_sides_on_duty):
    """What a delivery says as a CAP message to somebody."""

    def reading(delivery, by=None):
        return parse(actions.write_cap(delivery, by=by or people.pol_duty), most=MOST)

    return reading


# --- out


def test_an_alert_goes_out_as_the_desks_copy_holds_it(read, released, people):
    case, delivery = released(severity=4)
    said = read(delivery)
    assert said.identifier == f"bordercoop.{delivery.uid}"
    assert said.sender == "desk-dgp@127.0.0.1"
    assert said.addresses == ("desk-pol@127.0.0.1",)
    assert said.sent == delivery.alert.raised_at.replace(microsecond=0)
    assert said.sent.utcoffset().total_seconds() in (7200, 10800)
    assert (said.status, said.kind, said.scope) == ("Actual", "Alert", "Restricted")
    assert said.restriction.startswith(f"{delivery.card['handling']}: ")
    assert said.incidents == (case.number,)
    (only,) = said.infos
    assert (only.language, only.headline) == ("en-US", "Eight people at border sign 214")
    assert only.event == "Crossing outside a crossing point"
    assert only.categories == ("Security",)
    assert (only.urgency, only.severity, only.certainty) == ("Immediate", "Extreme", "Unknown")
    assert "Unverified" in only.description
    assert [(code.name, code.value) for code in only.event_codes] == [
        ("bordercoop:category", "UBC-LND")
    ]
    assert only.effective < only.expires
    assert only.onset == parse_time(delivery.card["happened_at"])
    (area,) = only.areas
    assert str(area.circles[0].lat) == "55.79120"
    values = {value.name: value.value for value in only.parameters}
    assert values["bordercoop:number"] == case.number
    assert values["bordercoop:version"] == "1"


def parse_time(text):
    from datetime import datetime

    return datetime.fromisoformat(text).replace(microsecond=0)


def test_what_was_not_released_is_not_in_it(read, released):
    _case, delivery = released(fields=["severity"], narrative="SECRET-1")
    raw = actions.write_cap(delivery, by=None)
    for secret in (b"Eight people", b"55.79", b"SECRET-1", b"patrol", b"<area>"):
        assert secret not in raw
    said = read(delivery)
    assert [one.language for one in said.infos] == ["lv-LV", "be-BY", "ru", "en-US"]
    assert {one.headline for one in said.infos} == {""}


def test_each_language_of_the_card_has_an_info(read, released):
    _case, delivery = released()
    card = delivery.alert.card
    card["language"] = "en"
    card["texts"] = {
        "en": {"headline": card["headline"], "mark": "original"},
        "be": {"headline": "Восем чалавек", "mark": "human"},
    }
    Alert.objects.about(delivery.alert.about).update(card=card)
    said = {one.language: one.headline for one in read(delivery).infos}
    assert said == {"be-BY": "Восем чалавек", "en-US": "Eight people at border sign 214"}


def test_a_headline_is_called_by_its_own_language_or_by_none(read, released):
    _case, delivery = released(language="lv", headline="Astoņi cilvēki")
    assert [one.language for one in read(delivery).infos] == ["lv-LV"]
    card = delivery.alert.card
    del card["language"]
    Alert.objects.about(delivery.alert.about).update(card=card)
    assert [one.language for one in read(delivery).infos] == ["und"]


def test_what_came_in_goes_out_again_as_it_was_called(read, people):
    row = actions.receive_cap(message(), by=people.dgp_duty)
    said = read(row.alert.deliveries.get(), by=people.dgp_duty)
    (only,) = said.infos
    assert (only.language, only.categories, only.certainty) == ("lv-LV", ("Met",), "Likely")
    assert (only.urgency, only.severity, only.headline) == (
        "Immediate", "Severe", "Vētra Daugavpilī",
    )  # fmt: skip
    loop = refused(actions.write_cap(row.alert.deliveries.get(), by=None), people.dgp_duty)
    assert loop.code == "cap_own_message"


def test_the_same_alert_is_the_same_document_and_a_change_refers_to_it(read, released, people):
    case, delivery = released()
    first = actions.write_cap(delivery, by=people.pol_duty)
    assert actions.write_cap(delivery, by=people.dgp_duty) == first
    actions.restate_alerts(case.ref, unverified=False)
    second = read(delivery)
    assert (second.kind, second.identifier) == ("Update", f"bordercoop.{delivery.uid}.2")
    assert [one.identifier for one in second.references] == [f"bordercoop.{delivery.uid}"]
    assert second.infos[0].certainty == "Observed"
    assert read(delivery) == second


@pytest.mark.parametrize("before", [True, False], ids=["asked before", "never asked"])
def test_what_was_recalled_is_cancelled_without_content(read, released, people, unit, before):
    case, delivery = released()
    if before:
        read(delivery)
    recall_release(case, desks=[unit("DESK-POL")], reason="Wrong desk", by=people.dgp_head)
    gone = read(delivery)
    assert (gone.kind, gone.infos, gone.restriction) == ("Cancel", (), "")
    assert gone.identifier == f"bordercoop.{delivery.uid}.2"
    assert [one.identifier for one in gone.references] == [f"bordercoop.{delivery.uid}"]
    cancel = Delivery.objects.about(case.ref).get(alert__kind="cancel")
    said = read(cancel)
    assert (said.kind, said.infos, said.note) == ("Cancel", (), "Wrong desk")
    assert [one.identifier for one in said.references] == [f"bordercoop.{delivery.uid}"]


def test_an_update_says_what_is_new_and_a_cancel_why(read, released, people):
    _case, delivery = released()
    plain = read(delivery)
    update = actions.update_alert(delivery.alert, line="They carry weapons.", by=people.dgp_duty)
    assert "They carry weapons." in read(update.deliveries.get()).infos[0].description
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    cancel = actions.cancel_alert(delivery.alert, reason="Hunters.", by=people.dgp_duty)
    said = read(cancel.deliveries.get())
    assert (said.kind, said.note, said.infos[0].urgency) == ("Cancel", "Hunters.", "Past")
    # What was acknowledged before it was called off is another document now.
    over = read(Delivery.objects.get(pk=delivery.pk))
    assert over != plain
    assert over.infos[0].urgency == "Past"
    assert "do not act on it" in " ".join(info.description for info in over.infos)


def test_a_cancel_refers_to_every_message_of_the_chain_at_its_desk(read, released, people, unit):
    people.msq_duty
    case, delivery = released(desks=["DESK-POL", "DESK-MSQ"])
    read(delivery)
    actions.restate_alerts(case.ref, unverified=False)
    read(delivery)
    update = actions.update_alert(delivery.alert, line="Armed.", by=people.dgp_duty)
    recall_release(case, desks=[unit("DESK-MSQ")], reason="Wrong desk.", by=people.dgp_head)
    off = actions.cancel_alert(delivery.alert, reason="Hunters.", by=people.dgp_duty)
    said = read(off.deliveries.get())
    at_desk = update.deliveries.get(desk=unit("DESK-POL"))
    names = [one.identifier for one in said.references]
    assert names == [f"bordercoop.{delivery.uid}", f"bordercoop.{delivery.uid}.2",
                     f"bordercoop.{at_desk.uid}"]  # fmt: skip
    # What becomes of them later makes no other document of the cancel.
    read(Delivery.objects.get(pk=at_desk.pk))
    assert read(off.deliveries.get()) == said
    gone = Delivery.objects.about(case.ref).get(desk=unit("DESK-MSQ"), alert__kind="cancel")
    assert len(read(gone, by=people.msq_duty).references) == 2


def test_a_cancel_of_others_reaches_the_posts(both_sides_on_duty, people, officer):
    below = [unit for unit in units().values() if unit.parent and unit.parent.code == "LV-DGP"]
    post = next(unit for unit in below if unit.kind == "crossing")
    officer("at.post", post.code, Role.OFFICER)
    first = message(sent=when(minutes=-9))
    delivery = actions.receive_cap(first, by=people.dgp_duty).alert.deliveries.get()
    (forward,) = actions.forward_delivery(
        delivery, to=[post], line="Close the road.", by=people.dgp_duty
    )
    actions.acknowledge_delivery(delivery, line="Read.", by=people.dgp_duty)
    over = message("Cancel", "A.7", references=reference(first), note="Over.", infos="")
    actions.receive_cap(over, by=people.dgp_duty)
    forward.refresh_from_db()
    assert forward.recalled_at is not None


def test_an_exercise_says_so_in_every_message(read, released, people, unit):
    alert = actions.raise_alert(
        "broadcast:x", card={"number": "N-1", "side": "LV", "exercise": True}, priority="P1",
        to=[unit("DESK-POL")], sender=unit("DESK-DGP"), status="exercise", by=None,
    )  # fmt: skip
    said = read(alert.deliveries.get())
    assert (said.status, said.note) == ("Exercise", "EXERCISE N-1")


def test_the_answer_of_a_desk_is_an_ack_or_an_error(read, released, people):
    _case, delivery = released()
    with pytest.raises(Refused) as caught:
        actions.answer_cap(delivery, by=people.dgp_duty)
    assert caught.value.code == "no_answer"
    raw = "SMTPRecipientsRefused: {'officer@by.example': (550, b'no such user')}"
    actions.mark_failed(delivery, failure=raw)
    error = parse(actions.answer_cap(delivery, by=people.dgp_duty), most=MOST)
    assert (error.kind, error.scope) == ("Error", "Private")
    assert error.note == "The mail server does not accept the address of the officer."
    actions.acknowledge_delivery(delivery, line="A patrol goes", by=people.pol_duty)
    raw = actions.answer_cap(delivery, by=people.dgp_duty)
    ack = parse(raw, most=MOST)
    assert (ack.kind, ack.note, ack.sender) == ("Ack", "A patrol goes", "desk-pol@127.0.0.1")
    assert ack.references[0] == read(delivery).reference
    assert actions.answer_cap(delivery, by=people.pol_duty) == raw
    actions.decline_delivery(delivery, reason="Not our sector", by=people.pol_duty)
    no = parse(actions.answer_cap(delivery, by=people.dgp_duty), most=MOST)
    assert (no.kind, no.note) == ("Error", "Not our sector")


def test_an_answer_that_nobody_typed_is_in_the_language_of_whoever_asks(released, people):
    _case, delivery = released()
    name = f"bordercoop.{delivery.uid}"

    def answers():
        found = {}
        for language in ("en", "lv", "ru"):
            with translation.override(language):
                raw = actions.answer_cap(delivery, by=people.dgp_duty)
                assert actions.answer_cap(delivery, by=people.pol_duty) == raw
            found[language] = parse(raw, most=MOST)
        return found

    actions.mark_failed(delivery, failure="SMTPDataError: (550, b'no')")
    assert answers()["lv"].note == "Pasta serveris noraidīja vēstuli."
    line = say("answer_by", {"until": now().replace(microsecond=0)})
    actions.acknowledge_delivery(delivery, line=line, by=people.pol_duty)
    told = answers()
    assert [one.identifier for one in told.values()] == [
        f"{name}.ack", f"{name}.ack.lv", f"{name}.ack.ru",
    ]  # fmt: skip
    assert told["en"].note == line.plain
    assert told["lv"].note.startswith("Izlasīts, atbildēsim līdz ")
    assert "(UTC)" in told["lv"].note
    assert len({one.note for one in told.values()}) == 3
    # What was typed is the same for all, under one name.
    actions.decline_delivery(delivery, reason="Not our sector", by=people.pol_duty)
    assert {(one.identifier, one.note) for one in answers().values()} == {
        (f"{name}.declined", "Not our sector")
    }


def test_an_answer_that_reads_otherwise_since_has_another_name(released, people):
    _case, delivery = released()
    place = usable_places()[0]
    line = say("patrol_sent", {"place": place.code, "time": now()})
    actions.acknowledge_delivery(delivery, line=line, by=people.pol_duty)

    def read_at(name):
        type(place).objects.filter(pk=place.pk).update(name_lv=name)
        forget()
        with translation.override("lv"):
            raw = actions.answer_cap(delivery, by=people.dgp_duty)
            assert actions.answer_cap(delivery, by=people.dgp_duty) == raw
        return raw, parse(raw, most=MOST).identifier

    first, again, back = read_at("Vecais tilts"), read_at("Jaunais tilts"), read_at("Vecais tilts")
    assert first[1] == f"bordercoop.{delivery.uid}.ack.lv"
    assert again[1] == f"{first[1]}-2"
    assert "Jaunais tilts" in again[0].decode()
    assert back == first


def test_who_does_not_see_the_alert_gets_no_document(released, people, signed_in, api):
    _case, delivery = released()
    for stranger in (people.rix_duty, people.pol_officer):
        with pytest.raises(NotAllowed):
            actions.write_cap(delivery, by=stranger)
        for tail in ("cap/", "cap/answer/"):
            path = f"deliveries/{delivery.uid}/{tail}"
            assert signed_in(stranger).get(f"/{path}").status_code == 404
            assert api(stranger).get(f"/api/v1/{path}").status_code == 404
    mine = signed_in(people.pol_duty).get(f"/deliveries/{delivery.uid}/cap/")
    assert mine["Content-Type"] == TYPE
    assert "attachment" in mine["Content-Disposition"]
    theirs = api(people.dgp_duty).get(f"/api/v1/deliveries/{delivery.uid}/cap/")
    assert theirs.status_code == 200
    assert theirs.content == mine.content
    assert theirs["Content-Type"].startswith(TYPE)
    assert api(people.dgp_duty).get(f"/api/v1/deliveries/{delivery.uid}/cap/answer/").json()[
        "code"
    ] == "no_answer"  # fmt: skip
    assert Entry.objects.filter(verb="cap.given").count() == 2


# --- in


def test_an_alert_of_others_asks_the_desk_to_acknowledge(both_sides_on_duty, people, signed_in):
    raw = message(infos=info() + info("en-GB", "Storm", "Storm at Daugavpils"))
    row = actions.receive_cap(raw, by=people.dgp_duty)
    assert (row.desk.code, row.state, bytes(row.xml)) == ("DESK-DGP", "accepted", raw)
    delivery = row.alert.deliveries.get()
    assert (row.alert.about, delivery.desk, delivery.priority) == (row.ref, row.desk, Priority.P1)
    assert delivery.escalate_at is not None
    card = delivery.card
    assert (card["severity"], card["event"], card["number"]) == (3, "cap", row.number)
    assert card["texts"]["en"]["headline"] == "Storm at Daugavpils"
    assert (card["lat"], card["lon"]) == (55.87, 26.53)
    people.dgp_duty.language = "en"
    people.dgp_duty.save()
    browser = signed_in(people.dgp_duty)
    assert "Storm at Daugavpils" in browser.get("/console/").content.decode()
    page = browser.get(f"/cap/{row.uid}/").content.decode()
    assert page.index("Storm at Daugavpils") < page.index("Vētra")
    assert row.sha256 in page
    delivery.refresh_from_db()
    assert delivery.opened_by == people.dgp_duty
    assert browser.get(f"/cap/{row.uid}/xml/").content == raw
    ack = parse(browser.get(f"/cap/{row.uid}/receipt/").content, most=MOST)
    assert (ack.kind, ack.references[0].text) == ("Ack", reference(raw))
    assert signed_in(people.pol_duty).get(f"/cap/{row.uid}/").status_code == 404


@pytest.mark.parametrize(
    ("severity", "urgency", "certainty", "priority"),
    [
        ("Extreme", "Immediate", "Observed", "P1"), ("Extreme", "Future", "Likely", "P2"),
        ("Severe", "Expected", "Likely", "P2"), ("Moderate", "Immediate", "Likely", "P2"),
        ("Moderate", "Expected", "Possible", "P3"), ("Severe", "Expected", "Unlikely", "P3"),
        ("Minor", "Past", "Unlikely", "P4"), ("Unknown", "Unknown", "Unknown", "P3"),
    ],
)  # fmt: skip
def test_its_severity_and_urgency_say_how_urgent_it_is(severity, urgency, certainty, priority):
    from contactpoints.cap.incoming import priority_in

    raw = message(infos=info(severity=severity, urgency=urgency, certainty=certainty))
    assert priority_in(parse(raw, most=MOST)) == priority


def test_an_exercise_stays_one_and_does_not_climb(both_sides_on_duty, people):
    row = actions.receive_cap(message(status="Exercise"), by=people.dgp_duty)
    delivery = row.alert.deliveries.get()
    assert (row.alert.status, delivery.escalate_at, delivery.card["exercise"]) == (
        "exercise", None, True,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(escalate_at=now())


def test_the_same_message_again_is_the_same_row_and_another_content_is_refused(
    both_sides_on_duty, people
):
    raw = message()
    row = actions.receive_cap(raw, by=people.dgp_duty)
    again = actions.receive_cap(raw, by=people.dgp_head)
    assert again == row
    assert receipt_of(again) == receipt_of(row)
    assert Alert.objects.about(row.ref).count() == 1
    no = refused(raw.replace(b"Severe", b"Minor"), people.dgp_duty)
    assert (no.code, no.facts) == ("cap_other_content", {"number": row.number})


def test_a_change_and_a_cancel_follow_what_they_change(both_sides_on_duty, people, signed_in):
    first = message(sent=when(minutes=-9))
    row = actions.receive_cap(first, by=people.dgp_duty)
    second = message(
        "Update", "A.2", sent=when(minutes=-8), references=reference(first),
        infos=info(headline="Vētra pieaug", severity="Extreme"),
    )  # fmt: skip
    changed = actions.receive_cap(second, by=people.dgp_duty)
    assert (changed.alert.kind, changed.alert.about) == ("update", row.ref)
    assert changed.alert.references == row.alert
    assert row.alert.deliveries.get().recalled_at is not None
    assert [d.alert for d in Delivery.objects.open().about(row.ref)] == [changed.alert]
    for late, code in (
        (message("Update", "A.3", sent=when(minutes=-9), references=reference(first)), "older"),
        (message("Update", "A.4", sender="evil@x", references=reference(first)), "other_sender"),
        (message("Cancel", "A.5", status="Exercise", references=reference(first)),
         "status_differs"),
        (message("Update", "A.6", references=f"wx@example.org,ZZ,{when()}"), "unknown_reference"),
    ):  # fmt: skip
        assert refused(late, people.dgp_duty).code == f"cap_{code}"
    over = message("Cancel", "A.7", references=reference(second), note="Over.", infos="")
    ended = actions.receive_cap(over, by=people.dgp_duty)
    (delivery,) = Delivery.objects.open().about(row.ref)
    assert (ended.alert, delivery.alert.kind) == (delivery.alert, "cancel")
    assert (delivery.card["withdrawn"], delivery.card["reason"]) == (True, "Over.")
    assert delivery.card["headline"] == "Vētra pieaug"
    assert refused(
        message("Update", "A.8", references=reference(first)), people.dgp_duty
    ).code == "cap_cancelled"  # fmt: skip
    page = signed_in(people.dgp_duty).get(f"/cap/{row.uid}/").content.decode()
    assert changed.number in page
    assert ended.number in page


def test_a_change_lowers_nothing_that_nobody_has_acknowledged(
    both_sides_on_duty, people, signed_in, api
):
    duty = people.dgp_duty
    first = message(sent=when(minutes=-9))
    assert actions.receive_cap(first, by=duty).alert.priority == "P1"
    milder = {"severity": "Moderate", "urgency": "Expected"}

    def change(identifier, minutes, **said):
        return actions.receive_cap(
            message("Update", identifier, sent=when(minutes=minutes), references=reference(first),
                    infos=info(**said)), by=duty)  # fmt: skip

    kept = change("A.2", -8, **milder)
    assert (kept.alert.priority, kept.facts) == ("P1", {"said": "P3", "stays": "P1"})
    assert Entry.objects.filter(verb="cap.received", facts__stays="P1").count() == 1
    duty.language = "en"
    duty.save(update_fields=["language"])
    words = "The message says P3. The alert stays P1"
    for path in ("/cap/", f"/cap/{kept.uid}/"):
        assert words in signed_in(duty).get(path).content.decode()
    assert api(duty).get(f"/api/v1/cap/{kept.uid}/").json()["remark"].startswith(words)
    # Lowered no further while it waits, and as it says once somebody has acknowledged.
    assert change("A.3", -7, severity="Minor", urgency="Past").alert.priority == "P1"
    (waiting,) = Delivery.objects.open().about(kept.alert.about)
    actions.acknowledge_delivery(waiting, line="Read.", by=duty)
    lower = change("A.4", -6, **milder)
    assert (lower.alert.priority, lower.facts) == ("P3", {})


def test_what_cannot_be_taken_is_refused(both_sides_on_duty, people, unit):
    duty = people.dgp_duty
    cases = {
        "from_the_future": message(sent=when(minutes=9)),
        "expired": message(infos=info(expires=when(minutes=-1))),
        "status_not_taken": message(status="System"),
        "not_addressed": message(addresses="DESK-POL"),
        "no_info": message(infos=""),
        "own_message": message(identifier="bordercoop.00000000-0000-4000-8000-000000000001"),
        "name_a_desk": message(scope="Public", addresses=""),
    }
    for code, raw in cases.items():
        no = refused(raw, duty)
        assert no.code == f"cap_{code}"
        assert str(no)
    for number in (1, 2, 3, 4):
        raw = (SAMPLES / f"oasiscap__v1dot2_appendix_adot{number}.xml").read_bytes()
        known = "unknown_reference" if number == 3 else "expired"
        assert refused(raw, duty, desk=unit("DESK-DGP")).code in (f"cap_{known}", "cap_expired")
    both = message(addresses="desk-dgp@127.0.0.1 DESK-RIX")
    assert refused(both, people.lv_hq).code == "cap_name_one_desk"
    assert refused(message(), duty, desk=unit("DESK-POL")).status == 403
    assert refused(message(), people.dgp_officer).status == 403
    assert "classified" in str(refused(message(infos=info(headline="NATO SECRET")), duty)).lower()
    assert not Alert.objects.exists()


def test_a_public_message_is_taken_in_where_the_desk_is_named(both_sides_on_duty, people, unit):
    raw = message(scope="Public", addresses="")
    row = actions.receive_cap(raw, desk=unit("DESK-DGP"), by=people.dgp_duty)
    assert row.alert.deliveries.get().desk.code == "DESK-DGP"


def test_nobody_on_duty_refuses_and_the_same_message_may_come_again(people, unit):
    no = refused(message(identifier="B.1", sent="2099-01-01T00:00:00-00:00"), people.dgp_head)
    assert no.code == "cap_from_the_future"
    raw = message()
    assert refused(raw, people.dgp_head).code == "nobody_on_duty"
    assert people.dgp_duty
    assert people.lv_hq
    assert actions.receive_cap(raw, by=people.dgp_head).number.endswith("-0001")


def test_a_signature_that_nobody_can_verify_is_said(both_sides_on_duty, people, signed_in):
    signed = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'
    row = actions.receive_cap(message(signature=signed), by=people.dgp_duty)
    assert row.signed
    people.dgp_duty.language = "en"
    people.dgp_duty.save()
    page = signed_in(people.dgp_duty).get(f"/cap/{row.uid}/").content.decode()
    assert "cannot verify" in page


def answer_to(delivery, kind="Ack", by=None, **said):
    ours = parse(actions.write_cap(delivery, by=by), most=MOST).reference.text
    told = {"identifier": f"ans.{kind}", "infos": "", "addresses": "x", "references": ours, **said}
    return message(kind, **told)


def test_an_ack_acknowledges_for_the_desk(released, people):
    _case, delivery = released(severity=3)
    no = refused(answer_to(delivery), people.pol_duty)
    assert "what will be done" in str(no)
    assert refused(answer_to(delivery, note="x"), people.dgp_duty).status == 403
    assert refused(answer_to(delivery, note="x"), people.rix_duty).code == "cap_unknown_reference"
    assert refused(
        answer_to(delivery, note="x", status="Exercise"), people.pol_duty
    ).code == "cap_status_differs"  # fmt: skip
    raw = answer_to(delivery, note="A patrol goes")
    row = actions.receive_cap(raw, by=people.pol_duty)
    delivery.refresh_from_db()
    assert (delivery.line, delivery.acknowledged_by) == ("A patrol goes", people.pol_duty)
    assert (row.delivery, row.alert, receipt_of(row)) == (delivery, None, None)
    assert actions.receive_cap(raw, by=people.pol_duty) == row


def test_an_error_is_seen_by_the_sender(released, people, signed_in):
    _case, delivery = released()
    actions.receive_cap(answer_to(delivery, "Error", note="Disk full"), by=people.pol_duty)
    delivery.refresh_from_db()
    assert delivery.failure == "Disk full"
    entry = Entry.objects.get(verb="delivery.failed")
    assert (entry.actor, entry.facts["system"]) == (people.pol_duty, "wx@example.org")
    assert delivery.acknowledged_at is None
    assert refused(answer_to(delivery, "Error", note="x"), people.dgp_duty).status == 403


# --- doors


def test_the_api_answers_in_cap_or_in_json(both_sides_on_duty, people, api):
    client = api(people.dgp_duty)
    raw = message()
    first = client.post("/api/v1/cap/", raw, content_type=TYPE, HTTP_ACCEPT=TYPE)
    assert (first.status_code, first["Content-Type"]) == (201, f"{TYPE}; charset=utf-8")
    ack = parse(first.content, most=MOST)
    assert (ack.kind, ack.references[0].text) == ("Ack", reference(raw))
    again = client.post("/api/v1/cap/", raw, content_type="application/xml", HTTP_ACCEPT=TYPE)
    assert again.content == first.content
    said = client.post(
        "/api/v1/cap/", {"file": SimpleUploadedFile("a.xml", raw)}, format="multipart"
    ).json()
    assert (said["state"], said["kind"], said["desk"]) == ("accepted", "Alert", "DESK-DGP")
    assert client.get(f"/api/v1/cap/{said['uid']}/xml/").content == raw
    assert client.get(f"/api/v1/cap/{said['uid']}/receipt/").content == first.content
    assert client.get("/api/v1/cap/").json()["results"][0]["number"] == said["number"]
    key = {"HTTP_IDEMPOTENCY_KEY": "k1", "HTTP_ACCEPT": TYPE}
    keyed = [client.post("/api/v1/cap/", raw, content_type=TYPE, **key) for _ in (1, 2)]
    assert keyed[0].content == keyed[1].content == first.content
    other = api(people.pol_duty)
    for tail in ("", "xml/", "receipt/"):
        assert other.get(f"/api/v1/cap/{said['uid']}/{tail}").status_code == 404
    assert other.get("/api/v1/cap/").json()["results"] == []


def test_the_api_refuses_with_an_error_message_or_json_and_writes_it_down(
    both_sides_on_duty, people, api, settings
):
    settings.CAP_MOST_BYTES = 10_000
    client = api(people.dgp_duty)
    people.dgp_duty.language = "lv"
    people.dgp_duty.save()
    old = message(identifier="OLD", infos=info(expires=when(minutes=-1)))
    no = client.post("/api/v1/cap/", old, content_type=TYPE, HTTP_ACCEPT=TYPE)
    error = parse(no.content, most=MOST)
    assert (no.status_code, error.kind, error.references[0].text) == (409, "Error", reference(old))
    row = CapMessage.objects.get(identifier="OLD")
    assert (row.state, row.code, row.xml, row.desk.code) == (
        "refused", "cap_expired", None, "DESK-DGP",
    )  # fmt: skip
    bad = client.post("/api/v1/cap/", b"<alert/>", content_type=TYPE, HTTP_ACCEPT=TYPE)
    assert bad.status_code == 400
    assert b"<msgType>Error</msgType>" in bad.content
    for _again in (1, 2):
        big = client.post("/api/v1/cap/", b"<" * 11_000, content_type=TYPE)
        assert (big.status_code, big.json()["code"]) == (413, "cap_too_large")
    large = CapMessage.objects.get(code="cap_too_large")
    assert (large.size, large.sha256) == (11_000, "")
    for body, kind, fields in (
        (b"<a/>", f"{TYPE}; charset=utf-16", "cap_encoding"),
        (b"<a/>", "application/pdf", "unsupported_media_type"),
        (b"", TYPE, "invalid"),
        (b'{"a": 1}', "application/json", "unsupported_media_type"),
    ):
        said = client.post("/api/v1/cap/", body, content_type=kind)
        assert said.status_code in (400, 415)
        assert said.json()["code"] == fields
    wrong = client.post("/api/v1/cap/?desk=NOWHERE", message(), content_type=TYPE)
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["desk"])
    theirs = client.post("/api/v1/cap/?desk=DESK-POL", message(), content_type=TYPE)
    assert theirs.status_code == 403
    keyed = client.post(
        "/api/v1/cap/", message(status="Draft"), content_type=TYPE, HTTP_IDEMPOTENCY_KEY="k2"
    )
    assert keyed.json()["code"] == "cap_status_not_taken"
    assert CapMessage.objects.filter(code="cap_status_not_taken").count() == 1
    assert api(people.lv_analyst).post("/api/v1/cap/", old, content_type=TYPE).status_code == 403
    assert not Alert.objects.exists()


def test_a_file_is_taken_in_on_the_page_and_a_refusal_stays_in_the_log(
    both_sides_on_duty, people, signed_in
):
    people.dgp_duty.language = "en"
    people.dgp_duty.save()
    browser = signed_in(people.dgp_duty)

    def upload(raw, **more):
        file = SimpleUploadedFile("a.xml", raw)
        return browser.post("/cap/", {"file": file, "desk": "", **more})

    done = upload(message())
    assert done.status_code == 302
    assert browser.get(done.url).status_code == 200
    no = upload((SAMPLES / "gcl__xee.cap").read_bytes())
    assert no.status_code == 400
    assert "which CAP forbids" in no.content.decode()
    assert browser.post("/cap/", {}).status_code == 400
    assert upload(message(), desk="DESK-POL").status_code == 400
    row = CapMessage.objects.get(state="refused")
    for language, word in (("en", "which CAP forbids"), ("lv", REASONS["doctype"])):
        people.dgp_duty.language = language
        people.dgp_duty.save()
        with translation.override(language):
            assert str(word) in browser.get(f"/cap/{row.uid}/").content.decode().replace(
                "&#x27;", "'"
            )
    error = parse_loose(browser.get(f"/cap/{row.uid}/receipt/").content)
    assert b"Error" in error
    assert signed_in(people.pol_duty).get(f"/cap/{row.uid}/").status_code == 404
    assert signed_in(people.pol_duty).get("/cap/").status_code == 200
    assert signed_in(people.dgp_officer).get("/cap/").status_code == 404


def parse_loose(raw):
    assert raw.startswith(b"<?xml")
    return raw


def test_every_reason_has_a_sentence_and_every_kept_row_stays(both_sides_on_duty, people):
    for code in REASONS:
        facts = dict.fromkeys(
            ("size", "most", "line", "version", "what", "element", "status", "addresses", "desks",
             "reference", "sender", "before", "number"), "x",
        )  # fmt: skip
        assert "%(" not in str(CapRefused(code, at=now().isoformat(), **facts))
    row = actions.receive_cap(message(), by=people.dgp_duty)
    for change in ({"state": "refused"}, {"sha256": "0"}, {"xml": b""}):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            CapMessage.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(Exception, match="Cannot"), transaction.atomic():
        CapMessage.objects.filter(pk=row.pk).delete()


def test_the_log_takes_as_many_statements_for_many_messages(
    released, people, signed_in, api, django_assert_max_num_queries
):
    people.dgp_duty.language = "en"
    people.dgp_duty.save()
    case, delivery = released()
    actions.write_cap(delivery, by=people.dgp_duty)
    for number in range(4):
        actions.receive_cap(message(identifier=f"A.{number}"), by=people.dgp_duty)
    browser, client = signed_in(people.dgp_duty), api(people.dgp_duty)
    browser.get("/cap/")
    with django_assert_max_num_queries(9):
        page = browser.get("/cap/").content.decode()
    with django_assert_max_num_queries(6):
        rows = client.get("/api/v1/cap/").json()["results"]
    assert case.number in page
    assert {row["way"] for row in rows} == {"in", "out"}
    assert client.get(f"/api/v1/cap/{rows[0]['uid']}/").json() == rows[0]
