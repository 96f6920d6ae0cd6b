"""A recall takes along what came with the copy: passed-on copies, files and personal data; a
release with fewer fields takes those from passed-on copies."""

import pytest

from bordercoop.audit.models import Entry
from contactpoints.models import Delivery
from incidents import actions
from incidents.comparing import kept_for
from incidents.content import RELEASABLE
from incidents.handling import Marking
from incidents.models import Attachment, AttachmentCopy, Consent, Ground, Recall, SealedCopy, Share
from tests import made_files
from tests.incidents import sealed as makers
from tests.incidents.doors import refused_by_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(incident, unit, people, both_sides_on_duty):
    case = incident()
    actions.mark_incident(case, marking=Marking("H1", "GREEN"), by=people.dgp_duty)
    actions.release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    return case


def copies(case):
    return set(Share.objects.filter(incident=case).values_list("unit__code", flat=True))


def recall(case, people, unit, *desks):
    return actions.recall_release(
        case, desks=[unit(code) for code in desks], reason="The wrong incident.", by=people.dgp_head
    )


def test_copies_passed_on_from_holder_to_holder_go_too(held, people, unit, signed_in, api):
    actions.pass_on(held, to=unit("DESK-MSQ"), by=people.pol_duty)
    actions.pass_on(held, to=unit("BY-GPK"), by=people.msq_duty)
    assert copies(held) == {"LV-DGP", "DESK-POL", "DESK-MSQ", "BY-GPK"}
    (made,) = recall(held, people, unit, "DESK-POL")
    assert made.desk.code == "DESK-POL"
    assert made.alert is not None
    assert copies(held) == {"LV-DGP"}
    onward = Recall.objects.filter(incident=held).exclude(pk=made.pk)
    assert {row.desk.code for row in onward} == {"DESK-MSQ", "BY-GPK"}
    assert {row.alert for row in onward} == {None}
    page = signed_in(people.msq_duty).get(f"/incidents/{held.uid}/")
    assert page.status_code == 200
    assert "The wrong incident." in page.content.decode()
    answer = api(people.msq_duty).get(f"/api/v1/incidents/{held.uid}/")
    assert answer.status_code == 410


def test_a_copy_that_has_another_source_stays(held, people, unit):
    actions.pass_on(held, to=unit("DESK-MSQ"), by=people.pol_duty)
    people.msq_duty  # somebody answers there
    actions.release_incident(held, desks=[unit("DESK-MSQ")], by=people.dgp_duty)
    recall(held, people, unit, "DESK-POL")
    assert copies(held) == {"LV-DGP", "DESK-MSQ"}


def test_files_and_personal_data_and_requests_go_too(held, people, unit, signed_in):
    file = actions.attach_file(
        held, made_files.upload(made_files.pdf(b"1"), "a.pdf"), by=people.dgp_duty
    )
    actions.release_incident(
        held, desks=[unit("DESK-POL")], files={file.uid: False}, by=people.dgp_duty
    )
    makers.add(held, people.dgp_duty)
    given = makers.give(held, people.dgp_head, unit("DESK-POL"))
    consent = actions.ask_consent(
        held, to=unit("DESK-FP-MSQ"), purpose="They ask.", by=people.pol_duty
    )
    there = signed_in(people.pol_duty)
    address = f"/incidents/{held.uid}/files/{file.uid}/"
    assert there.get(address).status_code == 200
    recall(held, people, unit, "DESK-POL")
    assert not AttachmentCopy.objects.filter(attachment=file).exists()
    assert not Attachment.objects.visible_to(people.pol_duty, held).exists()
    assert there.get(address).status_code == 404
    given = SealedCopy.objects.get(pk=given.pk)
    assert given.recalled_at
    assert given.recall_reason == "The wrong incident."
    assert Consent.objects.get(pk=consent.pk).state == Consent.State.REFUSED
    # The desk still acknowledges that it kept nothing of the personal data.
    led = there.get(f"/incidents/{held.uid}/sealed/")
    assert led.status_code == 302
    stub = there.get(led["Location"]).content.decode()
    assert f"/incidents/{held.uid}/sealed/acknowledge/" in stub
    there.post(f"/incidents/{held.uid}/sealed/acknowledge/")
    assert SealedCopy.objects.get(pk=given.pk).acknowledged_at


def test_steps_of_the_report_restore_nothing(held, people, unit):
    recall(held, people, unit, "DESK-POL")
    actions.verify_incident(held, by=None)
    actions.withdraw_incident(held, reason="It was a drill.", by=people.dgp_head)
    assert copies(held) == {"LV-DGP"}
    keys = {key for d in Delivery.objects.about(held.ref).whole() for key in d.card}
    assert keys <= {"number", "side", "exercise", "reason"}


def test_after_a_new_release_the_earlier_versions_stay_away(held, people, unit):
    recall(held, people, unit, "DESK-POL")
    actions.release_incident(held, desks=[unit("DESK-POL")], fields=[], by=people.dgp_duty)
    copy = Share.objects.get(incident=held, unit__code="DESK-POL")
    (only,) = kept_for(held, copy)
    assert only.content.keys() <= copy.fields.keys()


def test_a_release_with_fewer_fields_takes_them_from_copies_that_were_passed_on(
    incident, people, unit, both_sides_on_duty, api, carry_out, mailbox
):
    people.msq_duty.language = "en"
    people.msq_duty.save(update_fields=["language"])
    case = incident(
        headline="", headline_template={"code": "crossed_at_sign"}, people_total=7341,
        border_sign="EX-9917", direction="BY>LV", narrative="Tracks.", place="",
    )  # fmt: skip
    actions.mark_incident(case, marking=Marking("H1", "GREEN"), by=people.dgp_duty)
    told = actions.translate_text(
        case, language="lv", headline="", narrative="Pēdas.", mark="human", version=1,
        by=people.dgp_officer,
    )  # fmt: skip
    assert told
    desk = [unit("DESK-POL")]
    actions.release_incident(case, desks=desk, by=people.dgp_duty)
    actions.pass_on(case, to=unit("DESK-MSQ"), by=people.pol_duty)
    actions.pass_on(case, to=unit("BY-GPK"), by=people.msq_duty)
    passed = Share.objects.filter(incident=case).exclude(passed_by=None)
    assert {"7341" in copy.headline for copy in passed.all()} == {True}
    assert all("lv" in copy.texts for copy in passed.all())
    # No consent to the stricter marking is there, and none is needed to take something away.
    actions.mark_incident(case, marking=Marking("H1", "RED"), by=people.dgp_duty)
    actions.supplement_incident(
        case, version=1, changes={"people_injured": 2}, by=people.dgp_officer
    )
    carry_out()
    before = len(mailbox.to(people.msq_duty))
    fewer = [name for name in RELEASABLE if name not in ("people_total", "narrative")]
    for _twice in range(2):
        actions.release_incident(case, desks=desk, fields=fewer, by=people.dgp_duty)
    assert passed.count() == 2
    for copy in passed.all():
        gone = {"people_total", "narrative", "headline", "headline_template"}
        assert not gone & copy.fields.keys()
        assert (copy.version, copy.headline, copy.texts) == (1, "", {})
        assert copy.fields["border_sign"] == "EX-9917"
    shown = api(people.msq_duty).get(f"/api/v1/incidents/{case.uid}/").content.decode()
    assert "7341" not in shown
    carry_out()
    letters = mailbox.to(people.msq_duty)[before:]
    assert [case.number in letter["Subject"] for letter in letters] == [True]
    assert "shows less now" in letters[0]["Subject"]
    assert "EX-9917" not in letters[0].get_content()
    released = Entry.objects.filter(verb="incident.released", about=case.ref)
    assert sorted(released.latest("pk").facts["onward"]) == ["BY-GPK", "DESK-MSQ"]
    for changed in ({"border_sign": "X"}, {"people_total": 1}):
        with refused_by_database("passed_on_within_its_marking"):
            passed.filter(unit__code="DESK-MSQ").update(fields={**copy.fields, **changed})
    # What grew since goes to nobody who was passed the earlier copy.
    actions.supplement_incident(
        case, version=2, changes={"people_injured": 3}, by=people.dgp_officer
    )
    actions.release_incident(case, desks=desk, by=people.dgp_duty)
    assert {copy.fields.get("people_injured") for copy in passed.all()} == {None}


def test_cards_of_desks_to_which_it_was_passed_on_lose_what_their_copies_lose(
    incident, people, unit, both_sides_on_duty
):
    case, _there = incident(people_total=7341), people.msq_duty
    actions.mark_incident(case, marking=Marking("H1", "GREEN"), by=people.dgp_duty)
    desks = [unit("DESK-POL"), unit("DESK-MSQ")]
    actions.release_incident(case, desks=desks, by=people.dgp_duty)
    actions.recall_release(case, desks=desks[1:], reason="Wrong desk.", by=people.dgp_head)
    actions.pass_on(case, to=desks[1], by=people.pol_duty)
    for by in (people.dgp_duty, people.pol_duty):
        actions.close_part(case, ground=Ground.OVER, by=by)
    actions.reopen_incident(case, reason="New facts.", by=people.dgp_duty)
    cards = Delivery.objects.about(case.ref).at([desks[1].pk]).filter(recalled_at=None)
    cards = cards.filter(alert__card__has_key="reopened")
    assert [card.card["headline"] for card in cards.all()] == ["Eight people at border sign 214"]
    fewer = [name for name in RELEASABLE if name not in ("headline", "headline_template", "place")]
    actions.release_incident(case, desks=desks[:1], fields=fewer, by=people.dgp_duty)
    shown = cards.get().card
    assert not {"headline", "language", "texts", "place"} & shown.keys()
    assert shown["number"] == case.number
