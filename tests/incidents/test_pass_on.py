"""Onward sharing: by the marking or by the originator's consent, never else, and always logged."""

import pytest
from django.db import transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints.models import Role
from incidents import actions
from incidents.access import share_for
from incidents.handling import Marking
from incidents.models import Consent, Incident, Part, PassOn, Share
from tests.incidents.doors import refused_by_database, rolled_back, sql

pytestmark = pytest.mark.django_db

GREEN, CLEAR = Marking("H1", "GREEN"), Marking("H0", "CLEAR")
AMBER, RED = Marking("H1", "AMBER"), Marking("H1", "RED")
H2_GREEN = Marking("H2", "GREEN")
H3_CLEAR = Marking("H3", "CLEAR", "Not to airlines.")


@pytest.fixture
def held(incident, unit, people, both_sides_on_duty):
    """An incident of Daugavpils, marked and released in part to Polotsk."""

    def make(marking=AMBER, fields=("headline", "people_total"), **changes):
        case = incident(**changes)
        actions.mark_incident(case, marking=marking, by=people.dgp_duty)
        actions.release_incident(case, desks=[unit("DESK-POL")], fields=fields, by=people.dgp_duty)
        return case

    return make


@pytest.fixture
def ask(unit, people):
    def make(case, to="DESK-MSQ", by=None, purpose="The flight leaves from there."):
        return actions.ask_consent(case, to=unit(to), purpose=purpose, by=by or people.pol_duty)

    return make


@pytest.fixture
def hand_on(unit, people):
    def make(case, to="DESK-MSQ", by=None):
        return actions.pass_on(case, to=unit(to), by=by or people.pol_duty)

    return make


def copies(case):
    return set(Share.objects.filter(incident=case).values_list("unit__code", flat=True))


# --- what the marking permits


@pytest.mark.parametrize(
    ("marking", "to", "permitted"),
    [(GREEN, "DESK-MSQ", True), (CLEAR, "BY-GPK", True), (CLEAR, "DESK-FP-MSQ", True),
     (CLEAR, "EU-FRX", True), (GREEN, "DESK-FP-MSQ", False), (GREEN, "EU-FRX", False),
     (AMBER, "DESK-MSQ", False), (Marking("H0", "AMBER+STRICT"), "BY-POL-VTB", False),
     (H2_GREEN, "DESK-MSQ", False), (H3_CLEAR, "DESK-MSQ", False)],
    ids=str,
)  # fmt: skip
def test_the_marking_says_what_is_passed_on_at_once(marking, to, permitted, held, hand_on, ask):
    case = held(marking)
    if permitted:
        assert hand_on(case, to).passed_by.code == "DESK-POL"
        with pytest.raises(Refused) as refusal:
            ask(case, to)
        assert refusal.value.code in ("no_consent_needed", "holds_it")
        return
    with pytest.raises(NotAllowed) as refusal, transaction.atomic():
        hand_on(case, to)
    assert refusal.value.code == "consent_needed"
    assert "originator" in str(refusal.value)
    assert to not in copies(case)


def test_red_is_passed_on_by_nobody_whatever_was_consented(held, hand_on, ask, people, unit):
    case = held(RED)
    for attempt in (hand_on, ask):
        with pytest.raises(NotAllowed) as refusal, transaction.atomic():
            attempt(case)
        assert refusal.value.code == "tlp_red"
    other = held(AMBER, headline="Another")
    actions.give_consent(ask(other), by=people.dgp_duty)
    actions.mark_incident(other, marking=RED, by=people.dgp_duty)
    with pytest.raises(NotAllowed), transaction.atomic():
        hand_on(other)
    assert not PassOn.objects.exists()


@pytest.mark.parametrize("to", ["DESK-RIX", "LV-SBG", "LV-DGP", "DESK-POL"])
def test_a_copy_goes_to_the_own_side_and_to_the_guests_only(to, held, hand_on):
    with pytest.raises(Refused) as refusal:
        hand_on(held(CLEAR), to)
    assert refusal.value.code == "not_a_target"


@pytest.mark.parametrize("category", ["ASY", "SIR"])
def test_what_never_crosses_is_passed_on_to_nobody(category, incident, unit, people):
    people.rix_duty, people.lv_hq
    case = incident(category=category)
    actions.mark_incident(case, marking=CLEAR, by=people.dgp_duty)
    actions.release_incident(case, desks=[unit("DESK-RIX")], by=people.dgp_duty)
    for to in ("LV-RIX", "DESK-FP-MSQ", "EU-FRX"):
        with pytest.raises(NotAllowed) as refusal, transaction.atomic():
            actions.pass_on(case, to=unit(to), by=people.rix_duty)
        assert refusal.value.code == "never_released"
        with pytest.raises(NotAllowed), transaction.atomic():
            actions.ask_consent(case, to=unit(to), purpose="x", by=people.rix_duty)


def test_the_owner_releases_and_does_not_pass_on(held, hand_on, people):
    with pytest.raises(NotAllowed) as refusal:
        hand_on(held(CLEAR), "DESK-MSQ", by=people.dgp_duty)
    assert refusal.value.code == "own_incident"


# --- the copy


def test_what_is_passed_on_is_the_holder_s_copy_and_nothing_more(
    held, hand_on, people, unit, signed_in, api
):
    case = held(GREEN)
    actions.supplement_incident(
        case, version=1, changes={"headline": "A later secret"}, by=people.dgp_officer
    )
    before = api(people.msq_duty).get(f"/api/v1/incidents/{case.uid}/")
    assert before.status_code == 404
    copy = hand_on(case)
    mine = Share.objects.get(incident=case, unit__code="DESK-POL")
    for name in ("fields", "version", "headline", "handling", "tlp", "category", "severity"):
        assert getattr(copy, name) == getattr(mine, name), name
    assert not copy.own
    answer = api(people.msq_duty).get(f"/api/v1/incidents/{case.uid}/").json()
    assert (answer["passed_by"], answer["version"]) == ("DESK-POL", 1)
    assert (answer["narrative"], answer["internal_note"]) == (None, None)
    page = signed_in(people.msq_duty).get(f"/incidents/{case.uid}/").content.decode()
    assert "A later secret" not in page
    assert "Tracks across" not in page
    people.msq_duty.language = "en"
    people.msq_duty.save(update_fields=["language"])
    for address in ("/incidents/", f"/incidents/{case.uid}/",
                    f"/why/?of=/incidents/{case.uid}/"):  # fmt: skip
        assert "assed" in signed_in(people.msq_duty).get(address).content.decode(), address


def test_passed_on_twice_is_once_and_a_later_version_replaces_it(held, hand_on, people, unit):
    case = held(GREEN)
    assert hand_on(case).pk == hand_on(case).pk
    assert PassOn.objects.count() == 1
    actions.supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_officer)
    actions.release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    assert hand_on(case).version == 2
    assert Share.objects.filter(incident=case, unit__code="DESK-MSQ").count() == 1
    assert [p.version for p in PassOn.objects.order_by("pk")] == [1, 2]


def test_who_holds_a_copy_from_the_originator_is_handed_none_and_may_still_get_one(
    held, hand_on, people, unit
):
    people.msq_duty
    case = held(GREEN)
    hand_on(case)
    alert = actions.release_incident(case, desks=[unit("DESK-MSQ")], by=people.dgp_duty)
    assert alert.deliveries.get().desk.code == "DESK-MSQ"
    copy = Share.objects.get(incident=case, unit__code="DESK-MSQ")
    assert copy.passed_by is None
    with pytest.raises(Refused) as refusal:
        hand_on(case)
    assert refusal.value.code == "holds_it"


def test_a_passed_on_copy_makes_its_unit_no_party(held, hand_on, people, officer):
    case = held(CLEAR)
    hand_on(case, "DESK-MSQ")
    hand_on(case, "EU-FRX")
    with pytest.raises(NotAllowed) as refusal, transaction.atomic():
        actions.close_part(case, ground="did_not_occur", by=people.msq_duty)
    assert refusal.value.code == "passed_on"
    actions.close_part(case, ground="did_not_occur", by=people.pol_duty)
    actions.close_part(case, ground="did_not_occur", by=people.dgp_duty)
    case = Incident.objects.get(pk=case.pk)
    assert case.state == "closed"
    assert set(Part.objects.filter(incident=case).values_list("side", flat=True)) == {"LV", "BY"}


def test_a_guest_reads_the_copy_and_not_what_the_sides_say_beside_it(
    held, hand_on, people, officer, signed_in
):
    expert = officer("ex.pert", "EU-FRX", Role.OFFICER)
    case = held(CLEAR)
    actions.add_note(case, text="Between the two sides.", audience="shared", by=people.dgp_duty)
    hand_on(case, "EU-FRX")
    page = signed_in(expert).get(f"/incidents/{case.uid}/").content.decode()
    assert "Eight people at border sign 214" in page
    assert "Between the two sides." not in page
    page = signed_in(people.pol_duty).get(f"/incidents/{case.uid}/").content.decode()
    assert "Between the two sides." in page


def test_a_stricter_marking_reaches_copies_that_were_passed_on(held, hand_on, people):
    case = held(GREEN)
    hand_on(case)
    actions.mark_incident(case, marking=RED, by=people.dgp_duty)
    assert {s.tlp for s in Share.objects.filter(incident=case)} == {"RED"}


def test_the_unit_is_told_by_mail_and_whoever_may_not_open_it_is_not(
    held, hand_on, people, carry_out, mailbox
):
    people.msq_duty
    case = held(GREEN)
    carry_out()
    hand_on(case)
    carry_out()
    letter = mailbox.to(people.msq_duty)[-1]
    assert case.number in letter["Subject"]
    assert "TLP:GREEN" in letter["Subject"]
    assert "Eight people" not in letter.as_string() + letter.get_content()
    other = held(GREEN, headline="Another")
    carry_out()
    hand_on(other)
    people.msq_duty.postings.update(ended_at="2020-01-01T00:00:00Z")
    before = len(mailbox.letters)
    carry_out()
    assert len(mailbox.letters) == before


# --- consent


def test_with_the_originator_s_consent_the_copy_is_passed_on(held, hand_on, ask, people):
    case = held()
    consent = ask(case)
    with pytest.raises(NotAllowed), transaction.atomic():
        hand_on(case)
    actions.give_consent(consent, conditions="Not to airlines.", by=people.dgp_duty)
    hand_on(case)
    passed = PassOn.objects.get()
    assert (passed.consent, passed.to.code, passed.by) == (consent, "DESK-MSQ", people.pol_duty)
    verbs = Entry.objects.filter(verb__startswith="consent.").order_by("pk")
    assert [entry.verb for entry in verbs] == ["consent.asked", "consent.given"]
    assert Entry.objects.get(verb="incident.passed_on").facts["consent"] == str(consent.uid)


def test_a_consent_covers_this_copy_this_unit_and_no_stricter_marking(
    held, hand_on, ask, people, unit
):
    case = held()
    actions.give_consent(ask(case), by=people.dgp_duty)
    with pytest.raises(NotAllowed), transaction.atomic():
        hand_on(case, "BY-POL-VTB")
    with rolled_back():
        hand_on(case)
    with transaction.atomic():
        actions.mark_incident(case, marking=Marking("H2", "AMBER"), by=people.dgp_duty)
        with pytest.raises(NotAllowed), transaction.atomic():
            hand_on(case)
        transaction.set_rollback(True)
    case = Incident.objects.get(pk=case.pk)
    actions.release_incident(case, desks=[unit("DESK-POL")], fields=None, by=people.dgp_duty)
    with pytest.raises(NotAllowed), transaction.atomic():
        hand_on(case)


def test_a_refused_consent_lets_nothing_through_and_may_be_asked_anew(held, hand_on, ask, people):
    case = held()
    consent = ask(case)
    actions.refuse_consent(consent, reason="The case is open.", by=people.dgp_duty)
    with pytest.raises(NotAllowed), transaction.atomic():
        hand_on(case)
    assert ask(case).pk != consent.pk


def test_asked_twice_is_one_request_and_the_first_decision_stands(held, ask, people):
    case = held()
    consent = ask(case)
    assert ask(case, purpose="Again.") == consent
    actions.give_consent(consent, conditions="One.", by=people.dgp_duty)
    actions.give_consent(consent, conditions="Two.", by=people.dgp_head)
    consent.refresh_from_db()
    assert (consent.text, consent.decided_by) == ("One.", people.dgp_duty)
    with pytest.raises(Refused) as refusal, transaction.atomic():
        actions.refuse_consent(consent, reason="No.", by=people.dgp_duty)
    assert (refusal.value.status, refusal.value.code) == (409, "decided")
    assert ask(case) == consent


@pytest.mark.parametrize("text", ["", "   ", "x\x00", "x" * 1001])
def test_purpose_and_reason_are_said_in_words_that_fit(text, held, ask, people):
    case = held()
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        ask(case, purpose=text)
    assert list(refusal.value.fields) == ["purpose"]
    consent = ask(case)
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        actions.refuse_consent(consent, reason=text, by=people.dgp_duty)
    assert list(refusal.value.fields) == ["reason"]


def test_only_the_originator_decides(held, ask, people, signed_in, api):
    consent = ask(held())
    for verb in (
        lambda by: actions.give_consent(consent, by=by),
        lambda by: actions.refuse_consent(consent, reason="x", by=by),
    ):
        for who in (people.pol_duty, people.by_hq, people.dgp_officer):
            with pytest.raises(NotAllowed), transaction.atomic():
                verb(who)
    for answer in ("give", "refuse"):
        page = signed_in(people.pol_duty).post(f"/incidents/consents/{consent.uid}/{answer}/")
        assert page.status_code == 403
        for who, status in ((people.pol_duty, 403), (people.msq_duty, 404)):
            told = api(who).post(f"/api/v1/consents/{consent.uid}/{answer}/", {"reason": "x"})
            assert told.status_code == status
    with refused_by_database("the_originator_consents"):
        sql(
            "UPDATE incidents_consent SET state = 'given', decided_at = now(), decided_by_id = %s",
            people.pol_duty.pk,
        )


def test_the_originator_s_duty_officer_finds_the_request_and_decides(
    held, ask, people, signed_in, carry_out, mailbox
):
    case = held()
    carry_out()
    consent = ask(case)
    carry_out()
    letter = mailbox.to(people.dgp_duty)[-1]
    assert case.number in letter["Subject"]
    client = signed_in(people.dgp_duty)
    address = f"/incidents/{case.uid}/consents/"
    assert address in client.get("/").content.decode()
    assert address not in signed_in(people.pol_duty).get("/").content.decode()
    page = client.get(address).content.decode()
    assert "The flight leaves from there." in page
    assert f"/incidents/consents/{consent.uid}/give/" in page
    missing = client.post(f"/incidents/consents/{consent.uid}/refuse/", {"text": ""})
    assert missing.status_code == 400
    given = client.post(f"/incidents/consents/{consent.uid}/give/", {"text": "Not to airlines."})
    assert given.status_code == 302
    for who in (people.dgp_duty, people.pol_duty):
        page = signed_in(who).get(address).content.decode()
        for said in ("The flight leaves from there.", "Not to airlines."):
            assert said in page
        assert "The flight leaves" in signed_in(who).get(f"/incidents/{case.uid}/").content.decode()
    assert f"/consents/{consent.uid}/give/" not in page
    carry_out()
    assert "TLP:AMBER" in mailbox.to(people.pol_duty)[-1]["Subject"]


# --- doors


def test_without_consent_each_door_refuses_in_a_sentence_and_the_audit_has_it(
    held, people, signed_in, api
):
    case = held()
    page = signed_in(people.pol_duty).post(
        f"/incidents/{case.uid}/pass-on/", {"to": "DESK-MSQ", "purpose": "My words."}
    )
    assert page.status_code == 403
    assert "My words." in page.content.decode()
    assert case.number in page.content.decode()
    answer = api(people.pol_duty).post(f"/api/v1/incidents/{case.uid}/pass-on/", {"to": "DESK-MSQ"})
    assert (answer.status_code, answer.json()["code"]) == (403, "consent_needed")
    entries = Entry.objects.filter(verb="access.refused", about=case.ref, actor=people.pol_duty)
    assert {entry.facts["code"] for entry in entries} == {"consent_needed"}
    assert not PassOn.objects.exists()


def test_through_the_pages_it_is_asked_for_and_passed_on(held, people, signed_in):
    case = held()
    client, base = signed_in(people.pol_duty), f"/incidents/{case.uid}"
    page = client.get(f"{base}/consents/").content.decode()
    assert 'value="DESK-MSQ"' in page
    assert 'value="DESK-RIX"' not in page
    missing = client.post(f"{base}/consents/ask/", {"to": "DESK-MSQ", "purpose": ""})
    assert missing.status_code == 400
    wrong = client.post(f"{base}/consents/ask/", {"to": "nowhere", "purpose": "My words."})
    assert wrong.status_code == 400
    assert "My words." in wrong.content.decode()
    asked = client.post(f"{base}/consents/ask/", {"to": "DESK-MSQ", "purpose": "My words."})
    assert asked.status_code == 302
    actions.give_consent(Consent.objects.get(), by=people.dgp_duty)
    assert client.post(f"{base}/pass-on/", {"to": "DESK-MSQ"}).status_code == 302
    assert "DESK-MSQ" in copies(case)
    own = signed_in(people.dgp_duty).get(f"{base}/consents/").content.decode()
    assert Share.objects.get(unit__code="DESK-MSQ").unit.name_lv in own


def test_through_the_api_it_is_asked_for_decided_and_passed_on(held, people, api):
    case = held()
    there, here = api(people.pol_duty), api(people.dgp_duty)
    base = f"/api/v1/incidents/{case.uid}"
    asked = there.post(f"{base}/consents/", {"to": "DESK-MSQ", "purpose": "A flight."})
    assert asked.status_code == 201
    uid = asked.json()["uid"]
    assert [c["uid"] for c in here.get(f"{base}/consents/").json()] == [uid]
    given = here.post(f"/api/v1/consents/{uid}/give/", {"conditions": "Read only."})
    assert (given.json()["state"], given.json()["text"]) == ("given", "Read only.")
    passed = there.post(f"{base}/pass-on/", {"to": "DESK-MSQ"})
    assert (passed.status_code, passed.json()["unit"]) == (201, "DESK-MSQ")
    unknown = there.post(f"{base}/pass-on/", {"to": "DESK-XXX"})
    assert (unknown.status_code, list(unknown.json()["fields"])) == (400, ["to"])
    refused = there.post(f"/api/v1/consents/{uid}/refuse/", {"reason": "x"})
    assert refused.status_code == 403


def test_who_holds_nothing_finds_nothing(held, people, signed_in, api):
    case = held()
    client, program = signed_in(people.msq_duty), api(people.msq_duty)
    assert client.get(f"/incidents/{case.uid}/consents/").status_code == 404
    for door in ("pass-on", "consents/ask", "marking"):
        asked = client.post(f"/incidents/{case.uid}/{door}/", {"to": "DESK-MSQ"})
        assert asked.status_code == 404
    for door in ("pass-on", "consents"):
        asked = program.post(f"/api/v1/incidents/{case.uid}/{door}/", {"to": "X", "purpose": "x"})
        assert asked.status_code == 404


def test_an_officer_who_may_not_release_may_not_pass_on(held, people, officer, signed_in):
    reader = officer("re.ader", "DESK-POL", Role.OFFICER)
    case = held(CLEAR)
    assert share_for(reader, case)
    page = signed_in(reader).post(f"/incidents/{case.uid}/pass-on/", {"to": "DESK-MSQ"})
    assert page.status_code == 403
    page = signed_in(reader).get(f"/incidents/{case.uid}/consents/").content.decode()
    assert 'name="to"' not in page


# --- the database


def test_the_database_refuses_a_copy_passed_on_without_consent(held, unit):
    case = held()
    for marking in ("tlp = 'AMBER'", "tlp = 'RED'"):
        with refused_by_database("passed_on_within_its_marking"):
            sql(
                f"UPDATE incidents_share SET {marking}, passed_by_id = %s, unit_id = %s "
                "WHERE incident_id = %s AND NOT own",
                unit("DESK-POL").pk, unit("DESK-MSQ").pk, case.pk,
            )  # fmt: skip


def test_the_database_keeps_what_was_asked_and_passed_on(held, hand_on, ask, people):
    case = held()
    consent = ask(case)
    with refused_by_database("a_consent_stays_as_it_was_asked|[Cc]annot|read only"):
        sql("UPDATE incidents_consent SET purpose = 'x'")
    actions.give_consent(consent, by=people.dgp_duty)
    hand_on(case)
    with refused_by_database("[Ii]nvalid transition|a_consent_is_decided_once"):
        sql("UPDATE incidents_consent SET state = 'refused', text = 'x'")
    with refused_by_database("[Cc]annot (update or )?delete"):
        sql("DELETE FROM incidents_passon")
