"""The states of an incident, kept by the database."""

import pytest

from incidents.models import MOVES, Incident, State
from tests.incidents.doors import refused_by_database, rolled_back, sql

pytestmark = pytest.mark.django_db

# From DOMAIN: submitted, verified, validated, closed; returned, withdrawn, merged, reopened beside.
# A supplement is checked like the report (docs/adr/0017).
WANTED = {
    "draft": {"submitted"},
    "submitted": {"verified", "returned", "withdrawn", "merged", "closed"},
    "verified": {"submitted", "validated", "returned", "withdrawn", "merged", "closed"},
    "validated": {"submitted", "returned", "withdrawn", "merged", "closed"},
    "returned": {"submitted", "withdrawn"},
    "withdrawn": set(),
    "merged": {"submitted", "verified", "validated", "reopened"},
    "closed": {"reopened"},
    "reopened": {"verified", "returned", "withdrawn", "merged", "closed"},
}
WAY = {
    "draft": [],
    "submitted": [],
    "verified": ["verified"],
    "validated": ["verified", "validated"],
    "returned": ["returned"],
    "withdrawn": ["withdrawn"],
    "merged": ["merged"],
    "closed": ["closed"],
    "reopened": ["closed", "reopened"],
}


def move(case, state):
    sql("UPDATE incidents_incident SET state = %s WHERE id = %s", state, case.pk)


def test_the_moves_are_those_of_the_procedure():
    assert {(a, b) for a, after in WANTED.items() for b in after} == set(MOVES)
    assert set(WANTED) == set(State.values)


@pytest.mark.parametrize("before", [state for state in WANTED if state != "draft"])
def test_the_database_refuses_every_other_move(before, incident):
    case = incident()
    for state in WAY[before]:
        move(case, state)
    for after in State.values:
        if after == before:
            continue
        if after in WANTED[before]:
            with rolled_back():
                move(case, after)
        else:
            with refused_by_database("[Ii]nvalid|transition"):
                move(case, after)
    assert Incident.objects.get().state == before


def test_a_draft_is_submitted_and_nothing_else(incident):
    case = incident()
    sql(
        "INSERT INTO incidents_incident (uid, client_ref, unit_id, side, category_id, origin, "
        "exercise, state, version, reported_at) SELECT gen_random_uuid(), gen_random_uuid(), "
        "unit_id, side, category_id, origin, exercise, 'draft', 1, now() FROM incidents_incident "
        "WHERE id = %s",
        case.pk,
    )
    draft = Incident.objects.get(state="draft")
    for after in set(State.values) - {"draft", "submitted"}:
        with refused_by_database("[Ii]nvalid|transition"):
            move(draft, after)
    with refused_by_database("submitted_has_a_number"):
        move(draft, "submitted")


def test_an_open_source_record_has_no_author(incident):
    case = incident()
    with refused_by_database("no_service_is_author_of_an_open_source_record"):
        sql("UPDATE incidents_incident SET origin = 'open_source' WHERE id = %s", case.pk)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("severity_is_1_to_4", "severity = 5"),
        ("severity_is_1_to_4", "severity = 0"),
        ("position_is_on_earth", "lat = 91"),
        ("position_is_on_earth", "lon = -181"),
        ("position_is_on_earth", "lat = NULL"),
        ("position_is_on_earth", "lon = NULL"),
        ("position_is_on_earth", "lat = 'NaN'"),
    ],
)
def test_a_copy_holds_only_what_can_be(rule, change, incident):
    case = incident()
    with refused_by_database(rule):
        sql(f"UPDATE incidents_share SET {change} WHERE incident_id = %s", case.pk)


def test_an_incident_has_one_owners_copy_and_one_copy_a_unit(released, unit):
    case, _delivery = released()
    with refused_by_database("one_owner_per_incident|never_released"):
        sql("UPDATE incidents_share SET own = true WHERE incident_id = %s", case.pk)
    with refused_by_database("one_copy_per_unit|one_owner|never_released"):
        sql(
            "UPDATE incidents_share SET unit_id = %s WHERE incident_id = %s",
            unit("DESK-DGP").pk,
            case.pk,
        )
