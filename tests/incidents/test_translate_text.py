"""Texts per language: marked, kept with their version, and released only with the text itself."""

import pytest
from django.db import transaction
from django.test import override_settings

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from contactpoints.models import Alert, Role
from incidents.access import share_for
from incidents.actions import release_incident, supplement_incident, translate_text
from incidents.models import Share, Translation
from incidents.texts import tabs
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db
LV = {"language": "lv", "headline": "Astoņi cilvēki", "narrative": "Pēdas joslā."}
BE = {"language": "be", "headline": "Восем чалавек", "narrative": "Сляды на паласе."}


@pytest.fixture
def interpreter(officer):
    return officer("in.terpreter", "LV-DGP", Role.INTERPRETER, "lv")


@pytest.fixture
def release(people, unit, both_sides_on_duty):
    def go(case, fields=None, desk="DESK-POL"):
        return release_incident(case, desks=[unit(desk)], fields=fields, by=people.dgp_duty)

    return go


def copy(case, desk="DESK-POL"):
    return Share.objects.get(incident=case, unit__code=desk)


def marks(case, reader):
    return {tab.language: tab.mark.value for tab in tabs(case, share_for(reader, case), reader)}


def words(case, reader, language):
    found = tabs(case, share_for(reader, case), reader)
    return [text.headline for tab in found if tab.language == language for text in tab.texts]


def test_each_language_is_original_human_machine_or_none(incident, people, interpreter):
    case = incident()
    translate_text(case, **LV, by=interpreter)
    translate_text(case, **BE, mark="machine", by=people.dgp_officer)
    assert marks(case, people.dgp_officer) == {
        "en": "original", "lv": "human", "be": "machine", "ru": "none",
    }  # fmt: skip
    assert next(iter(marks(case, people.dgp_duty))) == "lv"
    row = Translation.objects.get(language="lv")
    assert (row.by, row.version, row.whole) == (interpreter, 1, True)


def test_it_is_refused_to_who_may_not_translate(incident, people, officer):
    case = incident()
    with pytest.raises(NotAllowed), transaction.atomic():
        translate_text(case, **LV, by=officer("an.alyst", "LV-DGP", Role.ANALYST))
    with pytest.raises(Refused) as hidden, transaction.atomic():
        translate_text(case, **LV, by=people.pol_duty)
    assert hidden.value.status == 404
    assert not Translation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"language": "en"}, "language"),
        ({"language": "xx"}, "language"),
        ({"mark": "original"}, "mark"),
        ({"headline": ""}, "headline"),
        ({"headline": "a\0b"}, "headline"),
        ({"headline": "x" * 201}, "headline"),
        ({"narrative": "x" * 100_000}, "narrative"),
        ({"narrative": "NATO SECRET"}, "narrative"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field_and_kept(
    changes, field, incident, people, signed_in, api
):
    case = incident()
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        translate_text(case, **{**LV, "mark": "human", **changes}, by=people.dgp_officer)
    assert field in refusal.value.fields
    typed = {**LV, "mark": "human", "version": 1, **changes}
    answer = signed_in(people.dgp_officer).post(f"/incidents/{case.uid}/texts/", typed)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    if "narrative" not in changes:
        assert LV["narrative"] in answer.content.decode()
    answer = api(people.dgp_officer).post(f"/api/v1/incidents/{case.uid}/texts/", typed)
    assert answer.status_code == 400
    assert not Translation.objects.exists()


def test_the_same_again_is_one_and_a_better_one_replaces_none_before(incident, people):
    case = incident()
    for _ in range(2):
        translate_text(case, **LV, by=people.dgp_officer)
    assert Translation.objects.count() == 1
    assert Entry.objects.filter(verb="incident.translated").count() == 1
    translate_text(case, **{**LV, "headline": "Astoņi"}, by=people.dgp_officer)
    assert Translation.objects.count() == 2
    assert words(case, people.dgp_officer, "lv") == ["Astoņi"]
    with refused_by_database("Cannot update or delete"):
        sql("DELETE FROM incidents_translation")


def test_it_belongs_to_the_version_that_it_translated(incident, people, signed_in):
    case = incident()
    translate_text(case, **LV, by=people.dgp_officer)
    supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_officer)
    (text,) = tabs(case, share_for(people.dgp_duty, case), people.dgp_duty)[0].texts
    assert not text.stale  # the text itself did not move on
    supplement_incident(case, version=2, changes={"narrative": "New."}, by=people.dgp_officer)
    (text,) = tabs(case, share_for(people.dgp_duty, case), people.dgp_duty)[0].texts
    assert (text.stale, text.version) == (True, 1)
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    page = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/?text=lv").content.decode()
    assert "Of version 1; the original has changed since" in page


def test_a_translation_of_a_text_that_changed_meanwhile_is_stale(incident, people, signed_in):
    case = incident()
    supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_leader)
    translate_text(case, **LV, version=1, by=people.dgp_officer)
    assert Translation.objects.get().version == 2
    supplement_incident(case, version=2, changes={"headline": "Nine"}, by=people.dgp_leader)
    with pytest.raises(Stale), transaction.atomic():
        translate_text(case, **BE, version=2, by=people.dgp_officer)
    typed = {**BE, "mark": "human", "version": 2}
    answer = signed_in(people.dgp_officer).post(f"/incidents/{case.uid}/texts/", typed)
    assert answer.status_code == 409
    assert BE["narrative"] in answer.content.decode()
    assert 'name="version" value="3"' in answer.content.decode()


def test_it_goes_with_a_release_of_its_text_alone(incident, people, release):
    case = incident()
    translate_text(case, **BE, by=people.dgp_officer)
    release(case, ["people_total"])
    assert copy(case).texts == {}
    assert marks(case, people.pol_duty) == {}
    release(case, ["headline"])
    held = copy(case).texts["be"]
    assert (held["headline"], held["narrative"], held["mark"]) == (BE["headline"], "", "human")
    assert BE["narrative"] not in str(list(Alert.objects.values_list("card", flat=True)))
    release(case, ["headline", "narrative"])
    assert copy(case).texts["be"]["narrative"] == BE["narrative"]


def test_what_was_taken_out_of_the_text_does_not_go_with_an_old_translation(
    incident, people, release
):
    case = incident()
    translate_text(case, **BE, by=people.dgp_officer)
    supplement_incident(case, version=1, changes={"narrative": "Less."}, by=people.dgp_officer)
    release(case)
    held = copy(case).texts["be"]
    assert (held["headline"], held["narrative"], held["stale"]) == (BE["headline"], "", False)


def test_a_desk_keeps_the_translation_it_was_given_as_of_its_version(incident, people, release):
    case = incident()
    translate_text(case, **BE, by=people.dgp_officer)
    release(case)
    supplement_incident(case, version=1, changes={"narrative": "Less."}, by=people.dgp_officer)
    release(case)
    held = copy(case).texts["be"]
    assert (held["narrative"], held["version"], held["stale"]) == (BE["narrative"], 1, True)
    translate_text(case, **{**BE, "narrative": "Менш."}, by=people.dgp_officer)
    release(case)
    held = copy(case).texts["be"]
    assert (held["narrative"], held["version"], held["stale"]) == ("Менш.", 2, False)


def test_releasing_again_tells_the_desk_of_a_new_translation_once(incident, people, release):
    case = incident()
    first = release(case)
    assert release(case) == first
    translate_text(case, **BE, by=people.dgp_officer)
    second = release(case)
    assert second.kind == "update"
    assert release(case) == second


def test_the_desk_reads_its_own_language_first_everywhere(
    incident, people, release, signed_in, carry_out, mailbox, api
):
    case = incident()
    translate_text(case, **BE, mark="machine", by=people.dgp_officer)
    release(case)
    carry_out()
    browser = signed_in(people.pol_duty)
    page = browser.get(f"/incidents/{case.uid}/").content.decode()
    assert f'<h1 lang="be">{BE["headline"]}</h1>' in page
    assert BE["narrative"] in page
    assert "?text=en#d" in page
    assert "Tracks across" in browser.get(f"/incidents/{case.uid}/?text=en").content.decode()
    for address in ("/console/", "/incidents/"):
        shown = browser.get(address).content.decode()
        assert BE["headline"] in shown
        assert "Eight people" not in shown
    assert BE["headline"] in mailbox.to(people.pol_duty)[-1].get_content()
    record = api(people.pol_duty).get(f"/api/v1/incidents/{case.uid}/").json()
    assert record["texts"]["be"]["mark"] == "machine"
    listed = api(people.pol_duty).get(f"/api/v1/incidents/{case.uid}/texts/").json()
    assert [(text["language"], text["mark"]) for text in listed] == [
        ("be", "machine"), ("en", "original"), ("lv", "none"), ("ru", "none"),
    ]  # fmt: skip
    assert not any(text["by"] for text in listed)


def test_a_translation_by_who_was_told_stays_there_unless_it_is_given_back(
    released, people, officer
):
    case, _delivery = released()
    theirs = officer("they.translate", "DESK-POL", Role.INTERPRETER, "be")
    translate_text(case, **BE, by=theirs)
    assert words(case, people.pol_duty, "be") == [BE["headline"]]
    assert words(case, people.dgp_duty, "be") == []
    translate_text(case, **BE, audience="shared", by=theirs)
    assert words(case, people.dgp_duty, "be") == [BE["headline"]]
    assert copy(case).texts == {}


def test_another_desk_reads_of_it_what_it_holds_itself(incident, people, release):
    case = incident()
    people.msq_duty
    release(case, ["headline", "narrative"])
    release(case, ["headline"], desk="DESK-MSQ")
    translate_text(case, **BE, by=people.pol_duty)
    (text,) = next(
        tab for tab in tabs(case, share_for(people.msq_duty, case), people.msq_duty)
        if tab.language == "be"
    ).texts  # fmt: skip
    assert (text.headline, text.narrative) == (BE["headline"], "")


def test_without_a_text_there_is_nothing_to_translate(released, people, signed_in, api):
    case, _delivery = released(fields=["people_total"])
    with pytest.raises(Refused, match="no text"), transaction.atomic():
        translate_text(case, **BE, by=people.pol_duty)
    page = signed_in(people.pol_duty).get(f"/incidents/{case.uid}/texts/")
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()
    assert api(people.pol_duty).get(f"/api/v1/incidents/{case.uid}/texts/").json() == []


def test_a_text_that_was_not_released_is_not_translated_for_them(released, people):
    case, _delivery = released(fields=["headline"])
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        translate_text(case, **BE, by=people.pol_duty)
    assert list(refusal.value.fields) == ["narrative"]


def test_an_answer_of_the_api_repeats_no_word_of_it(incident, people, api):
    case, program = incident(), api(people.dgp_officer)
    typed = {**LV, "mark": "human", "version": 1}
    for _ in range(2):
        answer = program.post(
            f"/api/v1/incidents/{case.uid}/texts/", typed, HTTP_IDEMPOTENCY_KEY="k"
        )
        assert answer.json() == {
            "language": "lv", "mark": "human", "version": 1, "audience": "own",
        }  # fmt: skip
    assert Translation.objects.count() == 1


def upper(text, source, target):
    return f"{source}-{target}: {text.upper()}"


def test_no_machine_is_asked_unless_the_installation_names_one(incident, people, signed_in):
    case, browser = incident(), signed_in(people.dgp_officer)
    path = f"/incidents/{case.uid}/texts/?language=lv"
    assert 'name="draft"' not in browser.get(path).content.decode()
    with override_settings(MACHINE_TRANSLATION=f"{__name__}.upper"):
        assert 'name="draft"' in browser.get(path).content.decode()
        page = browser.post(path, {"language": "lv", "draft": "1"}).content.decode()
    assert "en-lv: EIGHT PEOPLE" in page
    assert '<input type="radio" name="mark" value="machine" checked>' in page
    assert not Translation.objects.exists()


def test_the_marks_stand_on_paper(incident, people, release, signed_in):
    from tests.incidents.test_nothing_leaks import written

    case = incident()
    translate_text(case, language="lv", headline="Astoni cilveki", mark="machine",
                   by=people.dgp_officer)  # fmt: skip
    release(case, ["headline"])
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    answer = signed_in(people.dgp_duty).get(
        f"/incidents/{case.uid}/print/?chosen=1&second=ru&copy=DESK-POL"
    )
    text = " ".join(written(answer.content).split())
    assert "Astoni cilveki" in text
    assert "Translated by a machine" in text
