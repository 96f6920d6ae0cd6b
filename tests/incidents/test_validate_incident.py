"""Headquarters stands behind a verified report."""

import pytest
from django.db import transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import Refused
from incidents.actions import validate_incident, verify_incident
from incidents.models import Incident, Share

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["html", "api"])
def door(request, signed_in, api):
    def validate(user, case):
        if request.param == "html":
            answer = signed_in(user).post(f"/incidents/{case.uid}/validate/")
            return {302: 200}.get(answer.status_code, answer.status_code)
        return api(user).post(f"/api/v1/incidents/{case.uid}/validate/").status_code

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
    from incidents.actions import release_incident

    case = incident()
    alert = release_incident(case, desks=[unit("DESK-POL")], fields=[], by=people.dgp_duty)
    before = set(alert.card)
    verify_incident(case, by=people.dgp_leader)
    validate_incident(case, by=people.lv_hq)
    alert.refresh_from_db()
    assert set(alert.card) == before


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
