"""Releasing: exactly these fields of this version to these desks, and nothing else ever."""

import pytest
from django.db import transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from contactpoints.models import Alert, Delivery
from incidents.actions import (
    close_part,
    release_incident,
    report_incident,
    supplement_incident,
    validate_incident,
    verify_incident,
)
from incidents.content import RELEASABLE
from incidents.models import Incident, Part, Release, Share
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db

ALL = {
    "category", "severity", "headline", "language", "happened_at", "happened_precision",
    "detected_at", "detected_precision", "place", "border_sign", "lat", "lon", "people_total",
    "people_minors", "people_injured", "narrative",
}  # fmt: skip


@pytest.fixture
def release(unit, people, both_sides_on_duty):
    def make(case, *desks, by=None, **more):
        return release_incident(
            case,
            desks=[unit(code) for code in desks or ("DESK-POL",)],
            by=by or people.dgp_duty,
            **more,
        )

    return make


def copy_of(case, code="DESK-POL"):
    return Share.objects.get(incident=case, unit__code=code)


# --- which fields


def test_without_fields_every_releasable_one_goes_and_never_the_internal_note(incident, release):
    case = incident()
    release(case)
    every = {"category", "severity", *(key for keys in RELEASABLE.values() for key in keys)}
    assert set(copy_of(case).fields) == every
    assert every >= ALL
    assert "internal_note" not in RELEASABLE


@pytest.mark.parametrize("name", RELEASABLE)
def test_a_field_released_alone_takes_only_itself_along(name, incident, release):
    case = incident(place="RIX", border_sign="214", people_minors=2, people_injured=1)
    release(case, fields=[name])
    copy = copy_of(case)
    assert set(copy.fields) == {"category", "severity", *RELEASABLE[name]}
    assert bool(copy.headline) == (name == "headline")
    assert bool(copy.place) == (name == "place")
    assert (copy.lat is not None) == (name == "position")
    assert (copy.happened_at is not None) == (name == "happened_at")


def test_with_no_field_ticked_the_desk_learns_category_and_severity(incident, release):
    case = incident()
    alert = release(case, fields=[])
    assert copy_of(case).fields == {"category": "UBC-LND", "severity": 3}
    assert set(alert.card) == {
        "number", "side", "version", "unverified", "exercise", "reported_at", "category",
        "severity", "handling", "tlp",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["language", "happened_precision", "detected_precision"])
def test_naming_the_language_or_a_precision_releases_no_text_and_no_time(name, incident, release):
    case = incident()
    release(case, fields=[name])
    assert copy_of(case).fields == {"category": "UBC-LND", "severity": 3}


@pytest.mark.parametrize("name", ["internal_note", "reported_by", "number", "x", "", "Headline"])
def test_a_field_that_cannot_be_released_is_refused(name, incident, release):
    case = incident()
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        release(case, fields=["headline", name])
    assert list(refusal.value.fields) == ["fields"]
    assert not Release.objects.exists()
    assert not Alert.objects.exists()


def test_the_card_of_the_alert_holds_released_fields_only(incident, release):
    case = incident(headline="SECRET-1", narrative="SECRET-2", internal_note="SECRET-3")
    alert = release(case, fields=["people_total"])
    assert "SECRET" not in str(alert.card)
    assert "lat" not in alert.card
    assert "happened_at" not in alert.card


def test_the_release_is_kept_as_it_was_decided(incident, release, people):
    case = incident()
    alert = release(case, fields=["headline", "place"])
    decision = Release.objects.get()
    assert (decision.version, decision.fields, decision.by) == (
        1, ["headline", "place"], people.dgp_duty,
    )  # fmt: skip
    assert decision.alert == alert
    with refused_by_database("[Cc]annot update"):
        sql("UPDATE incidents_release SET fields = '[]' WHERE id = %s", decision.pk)
    with refused_by_database("[Cc]annot (update or )?delete"):
        sql("DELETE FROM incidents_release WHERE id = %s", decision.pk)
    entry = Entry.objects.get(verb="incident.released")
    assert entry.facts == {
        "version": 1, "desks": ["DESK-POL"], "fields": ["headline", "place"], "handling": "H1",
        "tlp": "AMBER",
    }  # fmt: skip


# --- frozen, and again


def test_the_desks_copy_is_frozen_while_the_owner_goes_on(incident, release, people):
    case = incident()
    release(case)
    before = copy_of(case)
    supplement_incident(
        case, version=1, changes={"people_total": 99, "headline": "New"}, by=people.dgp_officer
    )
    after = copy_of(case)
    for name in ("fields", "version", "headline", "released_at", "severity"):
        assert getattr(after, name) == getattr(before, name)
    assert Share.objects.get(own=True).version == 2


def test_the_same_release_again_is_once(incident, release):
    case = incident()
    first, again = release(case), release(case)
    assert first == again
    assert (Release.objects.count(), Delivery.objects.count()) == (1, 1)
    assert Entry.objects.filter(verb="incident.released").count() == 1


def test_a_newer_version_is_an_update_that_refers_to_the_first(incident, release, people):
    case = incident()
    first = release(case)
    supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_officer)
    second = release(case)
    assert (first.kind, second.kind) == ("alert", "update")
    assert second.references == first
    assert (copy_of(case).version, copy_of(case).fields["people_total"]) == (2, 9)
    assert Share.objects.filter(incident=case).count() == 2


def test_other_fields_of_the_same_version_are_an_update_too(incident, release):
    case = incident()
    release(case, fields=["headline"])
    assert release(case, fields=["headline", "narrative"]).kind == "update"
    assert "narrative" in copy_of(case).fields


def test_fewer_fields_take_the_others_back(incident, release):
    case = incident()
    release(case)
    release(case, fields=["headline"])
    assert set(copy_of(case).fields) == {"category", "severity", *RELEASABLE["headline"]}
    assert copy_of(case).lat is None


def test_a_second_desk_is_alerted_alone(incident, release, people):
    people.msq_duty
    case = incident()
    release(case)
    second = release(case, "DESK-POL", "DESK-MSQ")
    assert (second.kind, second.references) == ("alert", None)
    assert [d.desk.code for d in second.deliveries.all()] == ["DESK-MSQ"]


def test_the_owner_sees_which_version_each_desk_holds(released, people, signed_in):
    from incidents.reading import held_by_desks

    case, _delivery = released()
    supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_officer)
    (held,) = held_by_desks(Incident.objects.get())
    assert (held.share.version, held.behind) == (1, True)
    page = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/")
    assert page.context["held"][0].behind


# --- what was previewed is what goes


def test_a_version_saved_after_the_preview_is_not_released_unseen(
    incident, release, people, api, signed_in
):
    case = incident()
    supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_officer)
    with pytest.raises(Stale), transaction.atomic():
        release(case, version=1)
    body = {"desks": ["DESK-POL"], "version": 1}
    answer = api(people.dgp_duty).post(f"/api/v1/incidents/{case.uid}/release/", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    answer = signed_in(people.dgp_duty).post(
        f"/incidents/{case.uid}/release/", {**body, "chosen": "1", "fields": ["headline"]}
    )
    assert answer.status_code == 409
    assert answer.context["version"] == 2
    assert not Release.objects.exists()


@pytest.mark.parametrize("version", [None, "", "x", "²", "9" * 5000, "-1", "1.0"])
def test_a_form_without_the_previewed_version_releases_nothing(
    version, incident, people, signed_in, both_sides_on_duty
):
    case = incident()
    body = {"chosen": "1", "desks": ["DESK-POL"], "fields": ["headline"]}
    if version is not None:
        body["version"] = version
    answer = signed_in(people.dgp_duty).post(f"/incidents/{case.uid}/release/", body)
    assert answer.status_code == 409
    assert not Release.objects.exists()


def test_a_form_without_ticks_releases_no_field_that_nobody_ticked(
    incident, people, signed_in, both_sides_on_duty
):
    case = incident()
    answer = signed_in(people.dgp_duty).post(
        f"/incidents/{case.uid}/release/", {"version": "1", "desks": ["DESK-POL"]}
    )
    assert answer.status_code == 302
    assert set(copy_of(case).fields) == {"category", "severity"}
    case = incident()
    answer = signed_in(people.dgp_duty).post(f"/incidents/{case.uid}/release/", {"version": "1"})
    assert answer.status_code == 400
    assert not Share.objects.filter(incident=case, own=False).exists()


@pytest.mark.parametrize("ticked", [[], ["headline"], ["people_total", "position"], None])
def test_the_preview_is_exactly_what_the_desk_gets(
    ticked, incident, people, signed_in, both_sides_on_duty
):
    case = incident(border_sign="214/3", people_minors=2)
    browser = signed_in(people.dgp_duty)
    address = f"/incidents/{case.uid}/release/"
    names = list(RELEASABLE) if ticked is None else ticked
    asked = {"chosen": "1", "desks": ["DESK-POL"], "fields": names}
    for query in (asked, {**asked, "part": "preview"}):
        shown = browser.get(address, query)
        assert shown.status_code == 200
    preview, drawn = shown.context["preview"], shown.context["preview_facts"]
    answer = browser.post(address, {**asked, "version": "1"})
    assert answer.status_code == 302
    copy = copy_of(case)
    for field in Share._meta.concrete_fields:
        if field.name not in ("id", "released_at"):
            assert getattr(copy, field.attname) == getattr(preview, field.attname), field.name
    there = signed_in(people.pol_duty).get(f"/incidents/{case.uid}/")
    assert [(f.key, f.value) for f in there.context["facts"]] == [(f.key, f.value) for f in drawn]


def test_the_first_visit_of_the_release_page_releases_nothing(
    incident, people, signed_in, both_sides_on_duty
):
    case = incident()
    page = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/release/")
    assert page.status_code == 200
    assert [d["unit"].code for d in page.context["desks"] if d["ticked"]] == ["DESK-POL"]
    assert not Release.objects.exists()


def test_the_release_page_shows_nothing_of_the_internal_note(incident, people, signed_in):
    case = incident(internal_note="SECRET-NOTE")
    page = signed_in(people.dgp_duty).get(
        f"/incidents/{case.uid}/release/", {"part": "preview", "chosen": "1"}
    )
    assert "SECRET-NOTE" not in page.content.decode()


@pytest.mark.parametrize("query", ["fields=internal_note", "fields=x&fields=headline"])
def test_the_preview_of_a_field_that_cannot_be_released_is_refused(
    query, incident, people, signed_in
):
    case = incident()
    page = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/release/?chosen=1&{query}")
    assert page.status_code == 400


# --- each door


@pytest.mark.parametrize("door", ["html", "api"])
def test_each_door_releases(door, incident, people, signed_in, api, both_sides_on_duty):
    case = incident()
    if door == "html":
        answer = signed_in(people.dgp_duty).post(
            f"/incidents/{case.uid}/release/",
            {"chosen": "1", "version": "1", "desks": ["DESK-POL"], "fields": ["headline"],
             "priority": "P1"},
        )  # fmt: skip
        assert answer.status_code == 302
    else:
        answer = api(people.dgp_duty).post(
            f"/api/v1/incidents/{case.uid}/release/",
            {"desks": ["DESK-POL"], "fields": ["headline"], "priority": "P1"},
        )
        assert answer.status_code == 201
        assert answer.json()["alert"]["priority"] == "P1"
        assert [d["desk"] for d in answer.json()["deliveries"]] == ["DESK-POL"]
    assert copy_of(case).fields["headline"]
    assert Delivery.objects.get().priority == "P1"


@pytest.mark.parametrize("door", ["html", "api"])
def test_nobody_on_duty_there_is_told_before_anything_is_sent(
    door, incident, people, signed_in, api
):
    people.pol_head
    case = incident()
    if door == "html":
        answer = signed_in(people.dgp_duty).post(
            f"/incidents/{case.uid}/release/",
            {"chosen": "1", "version": "1", "desks": ["DESK-POL"], "fields": ["headline"]},
        )
    else:
        answer = api(people.dgp_duty).post(
            f"/api/v1/incidents/{case.uid}/release/", {"desks": ["DESK-POL"]}
        )
        assert answer.json()["code"] == "nobody_on_duty"
    assert answer.status_code == 409
    assert "Pol Head" in answer.content.decode() or "pol.head" in answer.content.decode()
    assert not Share.objects.filter(own=False).exists()
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "desks"),
        ({"desks": []}, "desks"),
        ({"desks": ["DESK-XXX"]}, "desks"),
        ({"desks": "DESK-POL"}, "desks"),
        ({"desks": [["DESK-POL"]]}, "desks"),
        ({"desks": ["DESK-POL"], "priority": "P9"}, "priority"),
        ({"desks": ["DESK-POL"], "fields": ["internal_note"]}, "fields"),
        ({"desks": ["DESK-POL"], "fields": "headline"}, "fields"),
        ({"desks": ["DESK-POL"], "version": "x"}, "version"),
    ],
)
def test_the_api_names_what_is_wrong_with_a_release(
    body, field, incident, people, api, both_sides_on_duty
):
    answer = api(people.dgp_duty).post(f"/api/v1/incidents/{incident().uid}/release/", body)
    assert answer.status_code == 400
    assert any(name.split(".")[0] == field for name in answer.json()["fields"])
    assert not Release.objects.exists()


def test_a_unit_that_is_no_desk_gets_nothing(incident, people, api, both_sides_on_duty):
    case = incident()
    answer = api(people.dgp_duty).post(
        f"/api/v1/incidents/{case.uid}/release/", {"desks": ["BY-POL"]}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not_a_desk")
    assert not Share.objects.filter(own=False).exists()


def test_the_form_without_a_desk_says_so(incident, people, signed_in):
    case = incident()
    answer = signed_in(people.dgp_duty).post(
        f"/incidents/{case.uid}/release/", {"chosen": "1", "version": "1", "fields": ["headline"]}
    )
    assert answer.status_code == 400
    assert answer.context["refusal"]


# --- who may

RELEASERS = {
    "dgp_officer": 403,
    "dgp_leader": 403,
    "lv_analyst": 403,
    "lv_representative": 403,
    "lv_auditor": 403,
    "pol_duty": 403,  # holds a copy; never passes on what is not its own
    "pol_head": 403,
    "by_hq": 403,
    "msq_duty": 404,
    "rix_duty": 404,
    "lv_admin": 404,
    "stranger": 404,
}


@pytest.mark.parametrize("door", ["html", "api"])
def test_nobody_without_the_right_releases(door, released, people, signed_in, api):
    case, _delivery = released()
    for who, status in RELEASERS.items():
        by = getattr(people, who)
        if door == "html":
            address = f"/incidents/{case.uid}/release/"
            assert signed_in(by).get(address).status_code == status, who
            answer = signed_in(by).post(
                address, {"chosen": "1", "version": "1", "desks": ["DESK-DGP"]}
            )
        else:
            answer = api(by).post(f"/api/v1/incidents/{case.uid}/release/", {"desks": ["DESK-DGP"]})
        assert answer.status_code == status, who
    for who in RELEASERS:
        with pytest.raises(NotAllowed), transaction.atomic():
            release_incident(case, desks=[], by=getattr(people, who))
    assert Release.objects.count() == 1


@pytest.mark.parametrize("who", ["dgp_duty", "dgp_head", "lv_hq"])
def test_the_desk_its_head_and_headquarters_release(who, incident, release, people):
    release(incident(), by=getattr(people, who))
    assert Release.objects.get().by == getattr(people, who)


def test_the_alert_goes_out_in_the_name_of_the_officers_desk(incident, release, people):
    assert release(incident()).sender.code == "DESK-DGP"
    assert release(incident(), by=people.lv_hq).sender.code == "LV-DGP"


# --- when


def test_each_open_state_may_be_released_and_keeps_saying_unverified_until_validated(
    incident, release, people
):
    for steps in ([], [(verify_incident, "dgp_leader")],
                  [(verify_incident, "dgp_leader"), (validate_incident, "lv_hq")]):  # fmt: skip
        case = incident()
        for verb, who in steps:
            verb(case, by=getattr(people, who))
        alert = release(case)
        assert alert.card["unverified"] is (len(steps) < 2)
        assert copy_of(case).unverified is (len(steps) < 2)


def test_a_closed_incident_may_still_be_released(incident, release, people):
    case = incident()
    close_part(case, ground="event_over_response_complete", by=people.dgp_leader)
    assert release(case)


@pytest.mark.parametrize("state", ["withdrawn", "returned", "merged"])
def test_what_was_taken_back_is_not_released(state, incident, release):
    case = incident()
    sql("UPDATE incidents_incident SET state = %s WHERE id = %s", state, case.pk)
    with pytest.raises(Refused) as refusal, transaction.atomic():
        release(case)
    assert refusal.value.code == "not_releasable"


def test_both_sides_have_a_part_from_the_release_on(released):
    case, _delivery = released()
    assert sorted(Part.objects.values_list("side", flat=True)) == ["BY", "LV"]
    assert case.shares.count() == 2


def test_an_exercise_is_released_as_an_exercise(people, unit, content, release):
    case = report_incident(
        unit=unit("LV-DGP"), content=content(), exercise=True, by=people.dgp_officer
    )
    alert = release(case)
    assert (alert.status, alert.card["exercise"]) == ("exercise", True)
    assert alert.deliveries.get().escalate_at is None
    assert copy_of(case).exercise


def test_the_other_direction_works_alike(people, unit, incident, both_sides_on_duty):
    case = incident(by=people.pol_officer, at="BY-POL")
    alert = release_incident(case, desks=[unit("DESK-DGP")], fields=["headline"],
                             by=people.pol_duty)  # fmt: skip
    assert alert.sender.code == "DESK-POL"
    assert set(copy_of(case, "DESK-DGP").fields) == {
        "category", "severity", *RELEASABLE["headline"],
    }  # fmt: skip


@pytest.mark.parametrize("code", ["LV-DGP", "LV-SBG", "BY-POL"])
def test_a_unit_that_is_no_desk_is_refused_at_its_field_even_the_owners_own(
    code, incident, people, api, both_sides_on_duty
):
    case = incident()
    answer = api(people.dgp_duty).post(
        f"/api/v1/incidents/{case.uid}/release/", {"desks": ["DESK-POL", code]}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not_a_desk")
    assert list(answer.json()["fields"]) == ["desks"]
    assert Share.objects.filter(incident=case).count() == 1
