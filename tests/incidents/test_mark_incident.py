"""The marking: on every object, page, export and alert; changed by its originator alone."""

import pytest
from django.db import transaction
from django.test import override_settings

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference.models import terms
from contactpoints.models import Alert
from incidents import actions, handling
from incidents.handling import Marking, parsed, stricter
from incidents.models import Incident, MarkingChange, Release, Share
from tests.incidents.doors import refused_by_database, sent, sql, typed
from tests.incidents.test_print_incident import printed

pytestmark = pytest.mark.django_db

H2_RED = Marking("H2", "RED")
H3 = Marking("H3", "AMBER", "Only for the patrols of this night.")


def copy_of(case, code="DESK-POL"):
    return Share.objects.get(incident=case, unit__code=code)


@pytest.fixture
def in_english(signed_in):
    """A browser of somebody who reads English."""

    def open_for(user):
        user.language = "en"
        user.save(update_fields=["language"])
        return signed_in(user)

    return open_for


def marked(row):
    return row.handling, row.tlp, row.restriction


# --- words and order


@pytest.mark.parametrize(
    ("typed_tlp", "stored"),
    [("WHITE", "CLEAR"), ("tlp:white", "CLEAR"), ("TLP:AMBER+STRICT", "AMBER+STRICT"),
     ("red", "RED"), (None, "AMBER"), ("", "AMBER")],
)  # fmt: skip
def test_a_tlp_is_taken_as_it_is_usually_written_and_white_is_clear(typed_tlp, stored):
    assert parsed(tlp=typed_tlp).tlp == stored


@pytest.mark.parametrize(
    ("given", "field"),
    [({"handling": "H4"}, "handling"), ({"tlp": "BLUE"}, "tlp"), ({"tlp": "x" * 100_000}, "tlp"),
     ({"handling": "H3"}, "restriction"), ({"restriction": "Not for the press."}, "restriction"),
     ({"handling": "H3", "restriction": "x" * 501}, "restriction"),
     ({"handling": "H3", "restriction": "x\x00"}, "restriction")],
)  # fmt: skip
def test_a_marking_that_does_not_exist_is_refused_with_a_sentence(given, field):
    with pytest.raises(Invalid) as refusal:
        parsed(**given)
    assert list(refusal.value.fields) == [field]


def test_the_stricter_code_of_each_scale_is_taken():
    assert stricter(Marking("H2", "GREEN"), Marking("H1", "RED")) == H2_RED
    assert stricter(H3, Marking("H0", "CLEAR")) == H3
    assert not Marking("H2", "GREEN").covers(Marking("H1", "RED"))
    assert Marking("H1", "AMBER+STRICT").covers(Marking("H1", "AMBER"))


def test_every_code_means_something_in_four_languages():
    for vocabulary, codes in (("handling", handling.HANDLING), ("tlp", handling.TLP)):
        known = terms(vocabulary)
        assert list(known) == codes
        assert [term.facts["rank"] for term in known.values()] == list(range(len(codes)))
        for term in known.values():
            assert len({term.name_in(code) for code in ("en", "lv", "be", "ru")}) == 4


# --- at the report


def test_without_a_word_the_settings_mark_a_report(incident):
    assert marked(incident()) == ("H1", "AMBER", "")
    with override_settings(DEFAULT_HANDLING="H2", DEFAULT_TLP="GREEN"):
        case = incident(headline="Another")
    assert marked(case) == marked(case.own_share) == ("H2", "GREEN", "")


def test_the_form_marks_a_report_and_loses_nothing_when_the_marking_is_wrong(people, in_english):
    client = in_english(people.dgp_officer)
    page = client.post("/incidents/new/", typed(handling="H3", tlp="RED", restriction=""))
    assert page.status_code == 400
    text = page.content.decode()
    assert "With H3, write what the restriction is." in text
    assert "Tracks across the control strip." in text
    assert '<option value="RED" selected>' in text
    asked = typed(handling="H3", tlp="RED", restriction=H3.restriction)
    assert client.post("/incidents/new/", asked).status_code == 302
    assert marked(Incident.objects.get()) == ("H3", "RED", H3.restriction)


def test_the_api_marks_a_report_and_tells_the_marking(people, api):
    client = api(people.dgp_officer)
    answer = client.post("/api/v1/incidents/", sent(handling="H2", tlp="WHITE"))
    assert answer.status_code == 201
    assert (answer.json()["handling"], answer.json()["tlp"]) == ("H2", "CLEAR")
    assert client.get("/api/v1/incidents/").json()["results"][0]["tlp"] == "CLEAR"
    wrong = client.post("/api/v1/incidents/", sent(handling="H9"))
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["handling"])


def test_the_same_form_with_another_marking_is_not_the_same_report(people, unit, content):
    import uuid

    words = {"unit": unit("LV-DGP"), "content": content(), "client_ref": uuid.uuid4(),
             "by": people.dgp_officer}  # fmt: skip
    first = actions.report_incident(**words)
    actions.mark_incident(first, marking=H2_RED, by=people.dgp_duty)
    assert actions.report_incident(**words) == first
    with pytest.raises(Refused) as refusal:
        actions.report_incident(**words, marking=H2_RED)
    assert refusal.value.code == "sent_before"


# --- at the release


def test_a_copy_goes_out_under_the_marking_of_its_release(incident, unit, people, released):
    case, _delivery = released()
    assert marked(copy_of(case)) == ("H1", "AMBER", "")
    alert = actions.release_incident(
        case, desks=[unit("DESK-POL")], marking=Marking("H2", "AMBER+STRICT"), by=people.dgp_duty
    )
    assert marked(copy_of(case)) == ("H2", "AMBER+STRICT", "")
    assert (alert.card["handling"], alert.card["tlp"]) == ("H2", "AMBER+STRICT")
    assert [marked(r)[:2] for r in Release.objects.order_by("pk")] == [
        ("H1", "AMBER"), ("H2", "AMBER+STRICT"),
    ]  # fmt: skip
    assert marked(Incident.objects.get()) == ("H1", "AMBER", "")


def test_a_copy_never_goes_out_looser_than_the_incident(
    incident, unit, people, both_sides_on_duty, in_english, api
):
    case = incident()
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        actions.release_incident(
            case, desks=[unit("DESK-POL")], marking=Marking("H0", "GREEN"), by=people.dgp_duty
        )
    assert set(refusal.value.fields) == {"handling", "tlp"}
    body = {"desks": ["DESK-POL"], "tlp": "CLEAR"}
    answer = api(people.dgp_duty).post(f"/api/v1/incidents/{case.uid}/release/", body)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["tlp"])
    asked = {"chosen": "1", "desks": "DESK-POL", "fields": "headline", "version": "1",
             "handling": "H1", "tlp": "GREEN", "restriction": ""}  # fmt: skip
    address = f"/incidents/{case.uid}/release/"
    page = in_english(people.dgp_duty).post(address, asked)
    assert page.status_code == 400
    assert "under TLP:AMBER or stricter" in page.content.decode()
    assert not Release.objects.exists()
    page = in_english(people.dgp_duty).post(address, {**asked, "tlp": "RED"})
    assert page.status_code == 302
    assert copy_of(case).tlp == "RED"


def test_the_preview_shows_the_marking_that_was_chosen(incident, people, signed_in):
    case = incident()
    query = "?part=preview&chosen=1&desks=DESK-POL&handling=H2&tlp=RED&restriction="
    page = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/release/{query}")
    assert "TLP:RED" in page.content.decode()
    query = query.replace("RED", "CLEAR")
    page = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/release/{query}")
    assert "TLP:CLEAR" not in page.content.decode()


# --- everywhere


def test_the_marking_stands_on_every_page_alert_mail_and_paper(
    released, people, signed_in, api, carry_out, mailbox
):
    case, delivery = released()
    carry_out()
    for who in (people.dgp_duty, people.pol_duty):
        browser, meaning = signed_in(who), terms("handling")["H1"].name_in(who.language)
        for address in ("/incidents/", f"/incidents/{case.uid}/",
                        f"/incidents/{case.uid}/consents/"):  # fmt: skip
            page = browser.get(address).content.decode()
            assert "TLP:AMBER" in page, address
            assert ">H1</abbr>" in page, address
            assert meaning in page, address
        text = printed(case, who, "shared")
        assert "H1 · TLP:AMBER" in text
        assert "Not to be disclosed in judicial proceedings" in text
        answer = api(who).get(f"/api/v1/incidents/{case.uid}/").json()
        assert (answer["handling"], answer["tlp"]) == ("H1", "AMBER")
    assert "TLP:AMBER" in signed_in(people.pol_duty).get("/console/").content.decode()
    card = api(people.pol_duty).get(f"/api/v1/deliveries/{delivery.uid}/").json()
    assert "AMBER" in str(card)
    letter = mailbox.to(people.pol_duty)[-1]
    assert "TLP:AMBER" in letter["Subject"]
    assert "H1 – " in letter.get_content()


def test_an_open_source_record_binds_nobody(people, unit, content):
    case, _new = actions.record_open_source(
        unit=unit("LV-SBG"), content=content(internal_note=""), source_ref="x",
        readers=[unit("BY-GPK")], by=people.lv_hq,
    )  # fmt: skip
    assert {marked(s) for s in case.shares.all()} == {("H0", "CLEAR", "")}
    with pytest.raises(Refused) as refusal:
        actions.mark_incident(case, marking=H2_RED, by=people.lv_hq)
    assert refusal.value.code == "open_source"


def test_the_glossary_explains_every_code(client, db):
    page = client.get("/glossary/").content.decode()
    for word in ("H0", "H1", "H2", "H3", "TLP:CLEAR", "TLP:AMBER+STRICT", "TLP:RED"):
        assert word in page


# --- changed


def test_a_stricter_marking_binds_every_copy_and_card_at_once(released, people, carry_out, mailbox):
    case, _delivery = released()
    carry_out()
    before = len(mailbox.to(people.pol_duty))
    actions.mark_incident(case, marking=H2_RED, by=people.dgp_duty)
    carry_out()
    assert {marked(s) for s in case.shares.all()} == {("H2", "RED", "")}
    card = Alert.objects.get().card
    assert (card["handling"], card["tlp"]) == ("H2", "RED")
    letter = mailbox.to(people.pol_duty)[before]
    assert case.number in letter["Subject"]
    assert "TLP:RED" in letter["Subject"]
    assert case.own_share.headline not in letter.get_content()
    change = MarkingChange.objects.get()
    assert change.before == {"handling": "H1", "tlp": "AMBER", "restriction": ""}
    entry = Entry.objects.get(verb="incident.marked")
    assert entry.facts == {"before": "H1 AMBER", "handling": "H2", "tlp": "RED"}


def test_a_looser_marking_goes_with_the_next_release_only(released, unit, people):
    case, _delivery = released()
    actions.mark_incident(case, marking=Marking("H0", "GREEN"), by=people.dgp_duty)
    assert marked(copy_of(case, "LV-DGP")) == ("H0", "GREEN", "")
    assert marked(copy_of(case)) == ("H1", "AMBER", "")
    assert Alert.objects.get().card["tlp"] == "AMBER"
    actions.release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    assert marked(copy_of(case)) == ("H0", "GREEN", "")


def test_a_copy_that_went_out_stricter_stays_stricter(released, unit, people):
    case, _delivery = released()
    actions.release_incident(
        case, desks=[unit("DESK-POL")], marking=Marking("H1", "RED"), by=people.dgp_duty
    )
    actions.mark_incident(case, marking=Marking("H2", "AMBER"), by=people.dgp_duty)
    assert marked(copy_of(case)) == ("H2", "RED", "")


def test_the_same_marking_again_changes_nothing(released, people):
    case, _delivery = released()
    for _round in range(2):
        actions.mark_incident(case, marking=H3, by=people.dgp_duty)
    assert MarkingChange.objects.count() == 1
    assert Entry.objects.filter(verb="incident.marked").count() == 1
    assert copy_of(case).restriction == H3.restriction


def test_the_history_is_read_by_the_own_side_and_the_binding_part_by_the_other(
    released, people, in_english
):
    case, _delivery = released()
    actions.mark_incident(case, marking=Marking("H0", "GREEN"), by=people.dgp_duty)
    actions.mark_incident(case, marking=H2_RED, by=people.dgp_duty)
    address = f"/incidents/{case.uid}/consents/"
    own = in_english(people.dgp_duty).get(address).content.decode()
    assert "changed the marking to H0 · TLP:GREEN" in own
    theirs = in_english(people.pol_duty).get(address).content.decode()
    assert "changed the marking to H2 · TLP:RED" in theirs
    assert "TLP:GREEN" not in theirs


def test_only_the_originator_s_releasing_officers_mark(released, people, signed_in, api):
    case, _delivery = released()
    with pytest.raises(NotAllowed), transaction.atomic():
        actions.mark_incident(case, marking=H2_RED, by=people.pol_duty)
    asked = {"handling": "H2", "tlp": "RED", "restriction": ""}
    for who in (people.pol_duty, people.dgp_officer):
        page = signed_in(who).post(f"/incidents/{case.uid}/marking/", asked)
        assert page.status_code == 403
        answer = api(who).post(f"/api/v1/incidents/{case.uid}/marking/", {"tlp": "RED"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    stranger = signed_in(people.msq_duty)
    assert stranger.post(f"/incidents/{case.uid}/marking/", asked).status_code == 404
    assert not MarkingChange.objects.exists()
    page = signed_in(people.dgp_duty).post(f"/incidents/{case.uid}/marking/", asked)
    assert page.status_code == 302
    answer = api(people.dgp_duty).post(
        f"/api/v1/incidents/{case.uid}/marking/", {"handling": "H3", "restriction": "Ask first."}
    )
    assert (answer.json()["handling"], answer.json()["tlp"]) == ("H3", "RED")
    assert answer.json()["restriction"] == "Ask first."


def test_a_wrong_marking_is_shown_again_beside_its_sentence(incident, people, in_english):
    case = incident()
    page = in_english(people.dgp_duty).post(
        f"/incidents/{case.uid}/marking/", {"handling": "H1", "tlp": "RED", "restriction": "Mine."}
    )
    assert page.status_code == 400
    text = page.content.decode()
    assert "A restriction in words belongs to H3." in text
    assert 'value="Mine."' in text


def test_the_database_keeps_the_history_and_knows_the_codes(incident, people):
    case = incident()
    actions.mark_incident(case, marking=H2_RED, by=people.dgp_duty)
    with refused_by_database("[Cc]annot update"):
        sql("UPDATE incidents_markingchange SET tlp = 'CLEAR'")
    with refused_by_database("incident_has_a_known_marking"):
        sql("UPDATE incidents_incident SET tlp = 'WHITE'")
    with refused_by_database("share_says_its_restriction_only_with_h3"):
        sql("UPDATE incidents_share SET handling = 'H3'")
