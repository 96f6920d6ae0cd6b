"""Each side closes its own part; the incident is closed when every involved side has."""

import pytest
from django.db import transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed
from incidents.actions import close_part, release_incident, validate_incident, verify_incident
from incidents.models import Ground, Incident, Part, Share
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db

OVER = "event_over_response_complete"


@pytest.fixture(params=["html", "api"])
def door(request, signed_in, api):
    def close(user, case, ground=OVER):
        body = {"ground": ground}
        if request.param == "html":
            answer = signed_in(user).post(f"/incidents/{case.uid}/close/", body)
            return {302: 200}.get(answer.status_code, answer.status_code)
        return api(user).post(f"/api/v1/incidents/{case.uid}/close/", body).status_code

    return close


def test_an_incident_that_nobody_else_holds_closes_with_the_owners_part(incident, people, door):
    case = incident()
    assert door(people.dgp_leader, case) == 200
    case.refresh_from_db()
    assert (case.state, case.closed_at is None) == ("closed", False)
    assert Share.objects.get().state == "closed"


def test_both_sides_close_and_only_then_it_is_closed(released, people, door):
    case, _delivery = released()
    assert door(people.pol_duty, case) == 200
    case.refresh_from_db()
    assert case.state == "submitted"
    assert {p.side: bool(p.closed_at) for p in Part.objects.all()} == {"BY": True, "LV": False}
    assert door(people.dgp_duty, case) == 200
    case.refresh_from_db()
    assert case.state == "closed"
    assert set(Share.objects.values_list("state", flat=True)) == {"closed"}
    assert Entry.objects.filter(verb="incident.closed").count() == 1


def test_the_other_order_ends_the_same(released, people, door):
    case, _delivery = released()
    for who in (people.dgp_leader, people.pol_head):
        assert door(who, case) == 200
    assert Incident.objects.get().state == "closed"


def test_nobody_closes_the_part_of_the_other_side(released, people):
    case, _delivery = released()
    close_part(case, ground=OVER, by=people.dgp_duty)
    close_part(case, ground="did_not_occur", by=people.dgp_duty)
    parts = {part.side: part for part in Part.objects.all()}
    assert (parts["LV"].ground, parts["BY"].closed_at) == (OVER, None)


def test_closed_twice_is_closed_once_and_the_first_ground_stands(released, people, door):
    case, _delivery = released()
    assert door(people.pol_duty, case, "did_not_occur") == 200
    first = Part.objects.get(side="BY").closed_at
    assert door(people.pol_head, case, OVER) == 200
    part = Part.objects.get(side="BY")
    assert (part.closed_at, part.ground, part.closed_by) == (
        first, "did_not_occur", people.pol_duty,
    )  # fmt: skip


def test_a_desk_of_the_owners_side_that_was_only_told_does_not_close_the_owners_part(
    incident, people, unit, both_sides_on_duty, door
):
    people.rix_duty
    case = incident()
    release_incident(case, desks=[unit("DESK-RIX")], by=people.dgp_duty)
    assert door(people.rix_duty, case) == 403
    assert Incident.objects.get().state == "submitted"


CLOSERS = {
    "dgp_officer": 403,
    "lv_analyst": 403,
    "lv_auditor": 403,
    "by_auditor": 403,
    "pol_officer": 403,
    "msq_duty": 404,
    "rix_duty": 404,
    "by_admin": 404,
    "stranger": 404,
}


def test_nobody_without_the_right_closes(released, people, door):
    case, _delivery = released()
    for who, status in CLOSERS.items():
        assert door(getattr(people, who), case) == status, who
    with pytest.raises(NotAllowed), transaction.atomic():
        close_part(case, ground=OVER, by=people.dgp_officer)
    assert not Part.objects.exclude(closed_at=None).exists()


@pytest.mark.parametrize("ground", ["", "because", "x" * 10_000])
def test_a_ground_is_one_of_the_three(ground, incident, people, door):
    case = incident()
    assert door(people.dgp_leader, case, ground) == 400
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        close_part(case, ground=ground, by=people.dgp_leader)
    assert list(refusal.value.fields) == ["ground"]
    assert Incident.objects.get().state == "submitted"


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.parametrize("reached", ["submitted", "verified", "validated"])
def test_it_closes_from_every_open_state_on_every_ground(reached, ground, incident, people):
    case = incident()
    if reached != "submitted":
        verify_incident(case, by=people.dgp_leader)
    if reached == "validated":
        validate_incident(case, by=people.lv_hq)
    close_part(case, ground=ground, by=people.dgp_leader)
    assert Incident.objects.get().state == "closed"


def test_the_database_wants_a_ground_for_a_closed_part_and_one_part_a_side(released):
    case, _delivery = released()
    with refused_by_database("closed_part_has_a_ground"):
        sql("UPDATE incidents_part SET closed_at = now() WHERE incident_id = %s", case.pk)
    with refused_by_database("one_part_per_side"):
        sql(
            "INSERT INTO incidents_part (incident_id, side, ground) VALUES (%s, 'BY', '')",
            case.pk,
        )


def test_the_last_of_an_escalation_may_close_too(released, people, door):
    case, _delivery = released()
    assert door(people.by_hq, case) == 200
    assert door(people.lv_hq, case) == 200
    assert Incident.objects.get().state == "closed"


def test_closed_without_headquarters_it_still_says_unverified(released, people, api):
    case, delivery = released()
    for by in (people.pol_duty, people.dgp_leader):
        close_part(case, ground=OVER, by=by)
    for reader in (people.dgp_duty, people.pol_duty):
        said = api(reader).get(f"/api/v1/incidents/{case.uid}/").json()
        assert (said["state"], said["unverified"]) == ("closed", True)
    delivery.alert.refresh_from_db()
    assert delivery.alert.card["unverified"] is True
