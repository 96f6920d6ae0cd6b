"""Four eyes: whoever reported may not verify."""

import pytest
from django.db import transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed, Refused
from contactpoints import actions as duty
from contactpoints.access import forget_grants
from contactpoints.models import Role
from incidents.actions import close_part, verify_incident
from incidents.models import Incident, Share
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["html", "api"])
def door(request, signed_in, api):
    def verify(user, case):
        if request.param == "html":
            answer = signed_in(user).post(f"/incidents/{case.uid}/verify/")
            return {302: 200}.get(answer.status_code, answer.status_code)
        return api(user).post(f"/api/v1/incidents/{case.uid}/verify/").status_code

    return verify


def test_the_shift_leader_verifies_what_another_reported(incident, people, door):
    case = incident()
    assert door(people.dgp_leader, case) == 200
    case.refresh_from_db()
    assert (case.state, case.verified_by) == ("verified", people.dgp_leader)
    assert Share.objects.get().state == "verified"
    assert Entry.objects.get(verb="incident.verified").actor == people.dgp_leader


def test_whoever_reported_may_not_verify(incident, people, door):
    case = incident(by=people.dgp_leader)
    assert door(people.dgp_leader, case) == 403
    with pytest.raises(NotAllowed) as refusal, transaction.atomic():
        verify_incident(case, by=people.dgp_leader)
    assert refusal.value.code == "four_eyes"
    assert Incident.objects.get().state == "submitted"


def test_not_even_with_a_second_posting(incident, people, unit, door):
    duty.post_officer(people.dgp_officer, unit=unit("LV-DGP"), role=Role.SHIFT_LEADER, by=None)
    forget_grants(people.dgp_officer)
    assert door(people.dgp_officer, incident()) == 403


def test_the_database_keeps_four_eyes_too(incident, people):
    case = incident()
    with refused_by_database("reporter_may_not_verify"):
        sql("UPDATE incidents_incident SET verified_by_id = reported_by_id WHERE id = %s", case.pk)
    verify_incident(case, by=people.dgp_leader)
    with refused_by_database("reporter_may_not_verify"):
        sql("UPDATE incidents_incident SET reported_by_id = verified_by_id WHERE id = %s", case.pk)


VERIFIERS = {
    "dgp_officer": 403,
    "dgp_duty": 403,
    "dgp_head": 403,
    "lv_hq": 403,
    "lv_analyst": 403,
    "lv_auditor": 403,
    "pol_duty": 403,
    "by_hq": 403,
    "pol_leader": 403,
    "rix_leader": 404,
    "lv_admin": 404,
    "stranger": 404,
}


def test_only_a_shift_leader_or_unit_head_of_the_unit_verifies(released, people, door):
    case, _delivery = released()
    for who, status in VERIFIERS.items():
        assert door(getattr(people, who), case) == status, who
    assert Incident.objects.get().state == "submitted"


def test_verified_twice_is_verified_once_and_the_first_stands(incident, people, officer, door):
    case = incident()
    assert door(people.dgp_leader, case) == 200
    first = Incident.objects.get().verified_at
    other = officer("a.b", "LV-DGP", Role.UNIT_HEAD)
    assert door(other, case) == 200
    case.refresh_from_db()
    assert (case.verified_at, case.verified_by) == (first, people.dgp_leader)
    assert Entry.objects.filter(verb="incident.verified").count() == 1


def test_a_closed_report_is_not_verified_any_more(incident, people, door):
    case = incident()
    close_part(case, ground="did_not_occur", by=people.dgp_duty)
    assert door(people.dgp_leader, case) == 409
    with pytest.raises(Refused, match=case.number), transaction.atomic():
        verify_incident(case, by=people.dgp_leader)


def test_what_was_released_still_says_unverified_until_headquarters_validates(released, people):
    case, delivery = released()
    verify_incident(case, by=people.dgp_leader)
    copy = Share.objects.get(incident=case, own=False)
    assert (copy.state, copy.unverified) == ("verified", True)
    delivery.alert.refresh_from_db()
    assert delivery.alert.card["unverified"] is True


def test_a_link_or_another_site_cannot_verify(incident, people, signed_in):
    case = incident()
    address = f"/incidents/{case.uid}/verify/"
    assert signed_in(people.dgp_leader).get(address).status_code == 405
    assert signed_in(people.dgp_leader, strict=True).post(address).status_code == 403
    assert Incident.objects.get().state == "submitted"
