"""Applications for protection and serious incidents stay with their side; the database says so."""

import pytest
from django.db import transaction

from bordercoop.errors import Refused
from contactpoints.models import Alert
from incidents.actions import release_incident, supplement_incident
from incidents.models import Incident, Share
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db

stays = pytest.mark.parametrize("category", ["ASY", "SIR"])

COPY = """
    INSERT INTO incidents_share (incident_id, unit_id, own, precedence, version, fields,
        released_at, number, side, origin, exercise, state, category, severity, headline, place,
        happened_precision, reported_at)
    SELECT incident_id, %s, %s, 1, version, fields, now(), number, side, origin, exercise, state,
        {category}, severity, headline, place, happened_precision, reported_at
    FROM incidents_share WHERE incident_id = %s AND own
"""


@stays
@pytest.mark.parametrize("door", ["verb", "html", "api"])
def test_no_door_releases_it(
    door, category, incident, people, unit, signed_in, api, both_sides_on_duty
):
    case = incident(category=category)
    for who in ("dgp_duty", "dgp_head", "lv_hq"):
        by = getattr(people, who)
        if door == "verb":
            with pytest.raises(Refused) as refusal, transaction.atomic():
                release_incident(case, desks=[unit("DESK-POL")], fields=[], by=by)
            assert (refusal.value.code, refusal.value.status) == ("never_released", 403)
        elif door == "html":
            answer = signed_in(by).post(
                f"/incidents/{case.uid}/release/",
                {"chosen": "1", "version": "1", "desks": ["DESK-POL", "DESK-DGP"]},
            )
            assert answer.status_code == 403
        else:
            answer = api(by).post(
                f"/api/v1/incidents/{case.uid}/release/",
                {"desks": ["DESK-DGP", "DESK-POL"], "fields": []},
            )
            assert (answer.status_code, answer.json()["code"]) == (403, "never_released")
    assert Share.objects.count() == 1
    assert not Alert.objects.exists()


@stays
def test_a_desk_of_the_own_side_may_be_told(category, incident, people, unit, on_duty):
    people.rix_duty, people.lv_hq
    case = incident(category=category)
    release_incident(case, desks=[unit("DESK-RIX")], by=people.dgp_duty)
    assert Share.objects.filter(incident=case, unit__code="DESK-RIX").exists()


@stays
@pytest.mark.parametrize("code", ["DESK-POL", "BY-POL", "BY-GPK", "DESK-FP-MSQ", "EU-FRX"])
@pytest.mark.parametrize("own", [False, True])
def test_the_database_refuses_a_copy_for_another_side(own, code, category, incident, unit):
    case = incident(category=category)
    with refused_by_database("never_released|one_owner_per_incident"):
        sql(COPY.format(category="category"), unit(code).pk, own, case.pk)


@stays
def test_a_copy_that_lies_about_its_category_is_refused_too(category, incident, unit):
    case = incident(category=category)
    with refused_by_database("never_released"):
        sql(COPY.format(category="'OTH'"), unit("DESK-POL").pk, False, case.pk)


@stays
def test_a_copy_of_the_own_side_cannot_be_moved_over(category, incident, people, unit):
    people.rix_duty, people.lv_hq
    case = incident(category=category)
    release_incident(case, desks=[unit("DESK-RIX")], by=people.dgp_duty)
    there = unit("DESK-POL").pk
    for own in (True, False):
        with refused_by_database("never_released"):
            sql(
                "UPDATE incidents_share SET unit_id = %s WHERE incident_id = %s AND own = %s",
                there,
                case.pk,
                own,
            )


@stays
def test_what_the_other_side_holds_cannot_become_one_of_them(category, released):
    case, _delivery = released()
    with refused_by_database("never_released"):
        sql(
            "UPDATE incidents_incident SET category_id = (SELECT id FROM reference_term WHERE "
            "vocabulary = 'incident_category' AND code = %s) WHERE id = %s",
            category,
            case.pk,
        )
    assert Incident.objects.get().category.code == "UBC-LND"


def test_once_it_crosses_again_it_may_be_released(incident, people, unit, both_sides_on_duty):
    case = incident(category="ASY")
    supplement_incident(case, version=1, changes={"category": "OTH"}, by=people.dgp_officer)
    assert release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)


@stays
def test_the_page_says_before_the_click_that_it_stays(category, incident, people, signed_in):
    case = incident(category=category)
    browser = signed_in(people.dgp_duty)
    assert not browser.get(f"/incidents/{case.uid}/").context["may"]["release"]
    assert browser.get(f"/incidents/{case.uid}/release/").context["never"]
