"""Headquarters stands behind a verified report."""

import pytest
from django.db import transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, Refused
from contactpoints.models import Delivery
from incidents.actions import (
    release_incident,
    revise_impact,
    supplement_incident,
    validate_incident,
    verify_incident,
)
from incidents.grading import confidence, in_words
from incidents.models import Confidence, Grading, Incident, Share, Validation
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["html", "api"])
def door(request, signed_in, api):
    def validate(user, case, impact="high", scale="4x4", source="B", information="3"):
        """Refusals answer with their status, a browser that is sent on counts as 200."""
        if request.param == "html":
            body = {
                "impact": impact, "scale": scale,
                f"source_{scale}": source, f"information_{scale}": information,
            }  # fmt: skip
            answer = signed_in(user).post(f"/incidents/{case.uid}/validate/", body)
            return {302: 200}.get(answer.status_code, answer.status_code)
        grading = {"scale": scale, "source": source, "information": information}
        body = {"impact": impact, "grading": grading}
        return api(user).post(f"/api/v1/incidents/{case.uid}/validate/", body).status_code

    return validate


@pytest.fixture
def verified(released, people):
    case, delivery = released()
    verify_incident(case, by=people.dgp_leader)
    return case, delivery


def test_headquarters_validates_and_nothing_released_says_unverified_any_more(
    verified, people, door
):
    case, delivery = verified
    assert door(people.lv_hq, case) == 200
    case.refresh_from_db()
    assert (case.state, case.validated_by) == ("validated", people.lv_hq)
    assert {share.unverified for share in Share.objects.all()} == {False}
    delivery.alert.refresh_from_db()
    assert delivery.alert.card["unverified"] is False
    assert Entry.objects.filter(verb="incident.validated").count() == 1


def test_validating_adds_nothing_to_the_card_that_was_not_released(incident, people, unit,
                                                                   both_sides_on_duty):  # fmt: skip
    case = incident()
    alert = release_incident(case, desks=[unit("DESK-POL")], fields=[], by=people.dgp_duty)
    before = set(alert.card)
    verify_incident(case, by=people.dgp_leader)
    validate_incident(case, by=people.lv_hq)
    alert.refresh_from_db()
    assert set(alert.card) == before | {"validated_at"}


def test_a_report_that_nobody_verified_is_not_validated(incident, people, door):
    case = incident()
    assert door(people.lv_hq, case) == 409
    with pytest.raises(Refused), transaction.atomic():
        validate_incident(case, by=people.lv_hq)
    assert Incident.objects.get().state == "submitted"


VALIDATORS = {
    "dgp_officer": 403,
    "dgp_leader": 403,
    "dgp_duty": 403,
    "dgp_head": 403,
    "lv_analyst": 403,
    "pol_duty": 403,
    "by_hq": 403,
    "rix_leader": 404,
    "lv_admin": 404,
    "stranger": 404,
}


def test_nobody_but_the_own_headquarters_validates(verified, people, door):
    case, _delivery = verified
    for who, status in VALIDATORS.items():
        assert door(getattr(people, who), case) == status, who
    assert Incident.objects.get().state == "verified"


def test_validated_twice_is_validated_once(verified, people, door):
    case, _delivery = verified
    assert door(people.lv_hq, case) == 200
    first = Incident.objects.get().validated_at
    assert door(people.lv_hq, case) == 200
    assert Incident.objects.get().validated_at == first
    assert Entry.objects.filter(verb="incident.validated").count() == 1


# --- impact and grading


def test_who_holds_a_copy_reads_impact_and_grading_and_is_told(
    verified, people, door, signed_in, api
):
    case, delivery = verified
    before = Delivery.objects.count()
    reader = people.pol_duty
    reader.language = "en"
    reader.save(update_fields=["language"])
    page = signed_in(reader).get(f"/incidents/{case.uid}/").content.decode()
    assert "has not validated this report" in page
    assert door(people.lv_hq, case, impact="critical", source="B", information="3") == 200
    page = signed_in(reader).get(f"/incidents/{case.uid}/").content.decode()
    assert "has not validated this report" not in page
    assert "validated the report" in page  # in the timeline
    assert "B3" in page
    assert "B2" in page  # the same in the other scale
    assert "Probable" in page
    shown = api(reader).get(f"/api/v1/incidents/{case.uid}/").json()
    assert (shown["impact"], shown["confidence"]) == ("critical", "probable")
    assert (shown["unverified"], shown["validation"]) == (False, "validated")
    assert shown["grading"] == {"scale": "4x4", "source": "B", "information": "3"}
    delivery.alert.refresh_from_db()
    assert delivery.alert.card["validated_at"]
    assert Delivery.objects.count() == before  # nobody is asked to acknowledge it again


def test_a_copy_released_after_the_validation_carries_it(
    incident, people, unit, both_sides_on_duty
):
    case = incident()
    verify_incident(case, by=people.dgp_leader)
    grading = {"scale": "6x6", "source": "A", "information": "1"}
    validate_incident(case, impact="low", grading=grading, by=people.lv_hq)
    alert = release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    copy = Share.objects.get(own=False)
    assert (copy.unverified, copy.impact, copy.grading) == (False, "low", grading)
    assert alert.card["unverified"] is False


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"impact": "huge"}, "impact"),
        ({"scale": "5x5"}, "scale"),
        ({"source": "F"}, "source"),
        ({"information": "6"}, "information"),
        ({"information": ""}, "information"),
        ({"source": "\x00"}, "source"),
        ({"source": "x" * 100_000}, "source"),
    ],
)
def test_a_grade_that_the_scale_does_not_have_is_refused(verified, people, door, changes, field):
    case, _delivery = verified
    assert door(people.lv_hq, case, **changes) == 400
    assert Incident.objects.get().state == "verified"
    given = {"scale": "4x4", "source": "B", "information": "3", **changes}
    impact = given.pop("impact", "low")
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        validate_incident(case, impact=impact, grading=given, by=people.lv_hq)
    assert field in refusal.value.fields


def test_a_form_that_was_wrong_keeps_what_was_chosen(verified, people, signed_in):
    case, _delivery = verified
    body = {"impact": "critical", "scale": "6x6", "source_6x6": "C", "information_6x6": ""}
    page = signed_in(people.lv_hq).post(f"/incidents/{case.uid}/validate/", body)
    text = page.content.decode()
    assert page.status_code == 400
    assert 'value="critical" checked' in text
    assert 'value="C" selected' in text


def test_the_page_of_a_step_that_is_not_possible_is_refused(verified, people, signed_in):
    case, _delivery = verified
    pages = {"validate": 200, "return": 200, "withdraw": 200, "impact": 403, "reopen": 403}
    for name, status in pages.items():
        answer = signed_in(people.lv_hq).get(f"/incidents/{case.uid}/{name}/")
        assert answer.status_code == status, name
        assert signed_in(people.rix_duty).get(f"/incidents/{case.uid}/{name}/").status_code == 404
        assert signed_in(people.pol_duty).get(f"/incidents/{case.uid}/{name}/").status_code == 403


CONFIDENCE = [
    ("4x4", "A", "1", "validated", "confirmed"),
    ("4x4", "A", "1", "verified", "probable"),
    ("4x4", "A", "1", "unverified", "possible"),
    ("4x4", "B", "3", "validated", "probable"),
    ("4x4", "C", "3", "validated", "possible"),
    ("4x4", "X", "4", "validated", "unconfirmed"),
    ("6x6", "A", "1", "validated", "confirmed"),
    ("6x6", "F", "6", "validated", "unconfirmed"),
    ("6x6", "C", "3", "validated", "possible"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("scale", "source", "information", "validation", "level"), CONFIDENCE)
def test_confidence_is_made_of_source_information_and_validation(
    scale, source, information, validation, level
):
    grading = {"scale": scale, "source": source, "information": information}
    assert confidence(grading, validation) == Confidence(level)
    assert confidence(None, Validation.VALIDATED) == ""


def test_each_grade_of_either_scale_has_one_in_the_other():
    for scale, sources, informations in (("4x4", "ABCX", "1234"), ("6x6", "ABCDEF", "123456")):
        for source in sources:
            for information in informations:
                words = in_words({"scale": scale, "source": source, "information": information})
                assert words.other_source.code
                assert words.other_information.code


def test_the_owner_revises_the_impact_and_the_earlier_one_is_kept(verified, people, signed_in, api):
    case, _delivery = verified
    grading = {"scale": "4x4", "source": "A", "information": "1"}
    validate_incident(case, impact="low", grading=grading, by=people.lv_hq)
    body = {"impact": "high", "reason": "Two more groups were found."}
    answer = signed_in(people.lv_hq).post(f"/incidents/{case.uid}/impact/", body)
    assert answer.status_code == 302
    assert [(g.number, g.impact, g.source) for g in Grading.objects.order_by("number")] == [
        (1, "low", "A"), (2, "high", "A"),
    ]  # fmt: skip
    assert set(Share.objects.values_list("impact", flat=True)) == {"high"}
    page = signed_in(people.pol_duty).get(f"/incidents/{case.uid}/").content.decode()
    assert "Two more groups were found." in page
    again = api(people.lv_hq).post(f"/api/v1/incidents/{case.uid}/impact/", body)
    assert again.status_code == 200
    assert Grading.objects.count() == 2
    for who in (people.dgp_leader, people.dgp_duty, people.by_hq):
        answer = api(who).post(f"/api/v1/incidents/{case.uid}/impact/", body)
        assert answer.status_code == 403
    with refused_by_database("grading_is_kept|[Cc]annot"):
        sql("UPDATE incidents_grading SET impact = 'low'")


def test_what_was_not_validated_has_no_impact_to_revise(verified, people):
    case, _delivery = verified
    with pytest.raises(Refused), transaction.atomic():
        revise_impact(case, impact="high", reason="x", by=people.lv_hq)
    supplement_incident(case, version=1, changes={"severity": 1}, by=people.dgp_officer)
    verify_incident(case, by=people.dgp_leader)
    validate_incident(case, by=people.lv_hq)  # follows the severity, not graded
    copy = Share.objects.get(own=True)
    assert (copy.impact, copy.grading) == ("low", None)
