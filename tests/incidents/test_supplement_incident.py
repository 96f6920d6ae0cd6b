"""Supplements add to an incident and overwrite nothing; a stale one loses nothing."""

import pytest
from django.db import transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from incidents.actions import close_part, supplement_incident
from incidents.models import Incident, Share
from tests.incidents.doors import refused_by_database, sql, typed

pytestmark = pytest.mark.django_db


def supplement(case, version, **changes):
    return {**typed(unit=None, **changes), "version": str(version)}


def path(case, door):
    return f"/incidents/{case.uid}/supplement/" if door == "html" else (
        f"/api/v1/incidents/{case.uid}/supplements/"
    )  # fmt: skip


def test_a_supplement_is_the_next_version_and_the_first_one_stays(incident, people):
    case = incident()
    done = supplement_incident(
        case, version=1, changes={"people_total": 9, "severity": 4}, by=people.dgp_leader
    )
    assert done.version == 2
    first, second = case.versions.order_by("number")
    assert (first.content["people_total"], second.content["people_total"]) == (8, 9)
    assert second.changed == ["severity", "people_total"]
    assert second.by == people.dgp_leader
    own = Share.objects.get(incident=case, own=True)
    assert (own.version, own.severity, own.fields["people_total"]) == (2, 4, 9)
    entry = Entry.objects.get(verb="incident.supplemented")
    assert entry.facts == {"version": 2, "changed": ["severity", "people_total"]}


@pytest.mark.parametrize("door", ["html", "api"])
def test_each_door_adds_a_version(door, incident, people, signed_in, api):
    case = incident()
    if door == "html":
        answer = signed_in(people.dgp_officer).post(
            path(case, door), supplement(case, 1, people_total="9")
        )
        assert answer.status_code == 302
    else:
        answer = api(people.dgp_officer).post(path(case, door), {"version": 1, "people_total": 9})
        assert (answer.status_code, answer.json()["version"]) == (200, 2)
        assert answer.json()["people_total"] == 9
        assert answer.json()["headline"] == "Eight people at border sign 214"
    assert Incident.objects.get().version == 2


def test_the_form_starts_from_what_stands(incident, people, signed_in):
    case = incident(narrative="Three tracks & a torn fence")
    page = signed_in(people.dgp_officer).get(path(case, "html"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Three tracks &amp; a torn fence" in text
    assert "Ask the second patrol." in text
    assert 'name="version"' in text


def test_sending_the_form_unchanged_adds_no_version(incident, people, signed_in):
    case = incident(detected_at=None)
    browser = signed_in(people.dgp_officer)
    form = browser.get(path(case, "html")).context["form"]
    values = {}
    for bound in form:
        widget = bound.field.widget
        if hasattr(widget, "widgets"):
            parts = widget.decompress(bound.value())
            names = [bound.name + suffix for suffix in widget.widgets_names]
            values.update(dict(zip(names, parts, strict=True)))
        else:
            values[bound.name] = bound.value() if bound.value() is not None else ""
    answer = browser.post(path(case, "html"), values)
    assert answer.status_code == 302, answer.context["form"].errors
    # The form shows minutes; the seconds of the time are what may change.
    changed = [version.changed for version in case.versions.order_by("number")[1:]]
    assert changed in ([], [["happened_at"]])


def test_a_stale_supplement_is_refused_by_the_verb_with_what_stands_now(incident, people):
    case = incident()
    supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_leader)
    with pytest.raises(Stale) as stale, transaction.atomic():
        supplement_incident(case, version=1, changes={"people_total": 7}, by=people.dgp_officer)
    assert stale.value.current.number == 2
    assert stale.value.current.content["people_total"] == 9
    assert Incident.objects.get().version == 2


def test_a_stale_supplement_by_html_shows_both_versions_and_keeps_what_was_typed(
    incident, people, signed_in
):
    case = incident()
    supplement_incident(case, version=1, changes={"people_total": 91}, by=people.dgp_leader)
    browser = signed_in(people.dgp_officer)
    values = supplement(case, 1, people_total="77", narrative="What I have typed for an hour.")
    answer = browser.post(path(case, "html"), values)
    assert answer.status_code == 409
    page = answer.content.decode()
    shown = {str(row["label"]): (row["theirs"], row["yours"])
             for row in answer.context["differences"]}  # fmt: skip
    assert ("91", "77") in shown.values()
    for words in ("91", "77", "What I have typed for an hour."):
        assert words in page
    assert answer.context["form"]["version"].value() == 2
    again = browser.post(path(case, "html"), {**values, "version": "2"})
    assert again.status_code == 302
    assert Share.objects.get().fields["people_total"] == 77


def test_a_stale_supplement_with_a_mistake_in_it_loses_nothing_either(incident, people, signed_in):
    case = incident()
    supplement_incident(case, version=1, changes={"people_total": 91}, by=people.dgp_leader)
    values = supplement(
        case, 1, people_total="2", people_minors="5", narrative="What I have typed for an hour."
    )
    answer = signed_in(people.dgp_officer).post(path(case, "html"), values)
    assert answer.status_code == 409
    assert "What I have typed for an hour." in answer.content.decode()
    assert "people_minors" in answer.context["form"].errors


def test_a_stale_supplement_by_the_api_is_a_conflict(incident, people, api):
    case = incident()
    supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_leader)
    for version in (1, 3, 2**31, 10**30):
        answer = api(people.dgp_officer).post(
            path(case, "api"), {"version": version, "people_total": 7}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    assert Incident.objects.get().version == 2


@pytest.mark.parametrize("version", [None, 0, -1, "x", 1.5, []])
def test_the_api_wants_the_version_that_was_read(version, incident, people, api):
    case = incident()
    body = {"people_total": 7} if version is None else {"version": version, "people_total": 7}
    answer = api(people.dgp_officer).post(path(case, "api"), body)
    assert answer.status_code == 400
    assert "version" in answer.json()["fields"]


def test_without_a_real_change_nothing_happens(incident, people, api):
    case = incident()
    same = supplement_incident(case, version=1, changes={"people_total": 8}, by=people.dgp_officer)
    assert same.version == 1
    answer = api(people.dgp_officer).post(path(case, "api"), {"version": 1})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert not Entry.objects.filter(verb="incident.supplemented").exists()


def test_a_wrong_value_changes_nothing_and_names_its_field(incident, people, api):
    case = incident()
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        supplement_incident(case, version=1, changes={"people_minors": 9}, by=people.dgp_officer)
    assert list(refusal.value.fields) == ["people_minors"]
    for changes in ({"lat": None}, {"category": "X"}, {"headline": ""}, {"number": "X"}):
        answer = api(people.dgp_officer).post(path(case, "api"), {"version": 1, **changes})
        assert answer.status_code == 400
        assert set(answer.json()["fields"]) & {"lat", "category", "headline", "number"}
    assert Incident.objects.get().version == 1


def test_a_value_can_be_taken_out_again(incident, people, api):
    case = incident()
    changes = {"version": 1, "people_total": None, "lat": None, "lon": None, "narrative": ""}
    answer = api(people.dgp_officer).post(path(case, "api"), changes)
    assert answer.status_code == 200
    for name in ("people_total", "lat", "lon"):
        assert answer.json()[name] is None
    assert case.versions.get(number=1).content["people_total"] == 8


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lv_analyst", 403),
        ("lv_representative", 403),
        ("lv_auditor", 403),
        ("pol_duty", 403),  # holds a released copy: may read it, never edit it
        ("by_hq", 403),
        ("rix_officer", 404),
        ("msq_duty", 404),
        ("pol_officer", 403),  # its unit is the desk's parent, so it reads what the desk holds
        ("lv_admin", 404),
        ("stranger", 404),
    ],
)
def test_nobody_without_the_right_adds_anything(who, status, released, people, signed_in, api):
    case, _delivery = released()
    by = getattr(people, who)
    answer = api(by).post(path(case, "api"), {"version": 1, "people_total": 9})
    assert answer.status_code == status
    answer = signed_in(by).post(path(case, "html"), supplement(case, 1, people_total="9"))
    assert answer.status_code == status
    assert signed_in(by).get(path(case, "html")).status_code == status
    with pytest.raises(NotAllowed), transaction.atomic():
        supplement_incident(case, version=1, changes={"people_total": 9}, by=by)
    assert Incident.objects.get().version == 1


def test_a_closed_incident_takes_no_supplement(incident, people, api, signed_in):
    case = incident()
    close_part(case, ground="event_over_response_complete", by=people.dgp_duty)
    with pytest.raises(Refused) as refusal, transaction.atomic():
        supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_officer)
    assert refusal.value.code == "not_open"
    answer = api(people.dgp_officer).post(path(case, "api"), {"version": 1, "people_total": 9})
    assert answer.status_code == 409
    answer = signed_in(people.dgp_officer).post(path(case, "html"), supplement(case, 1))
    assert answer.status_code == 409


def test_a_version_is_never_changed_and_never_deleted(incident):
    case = incident()
    for statement in (
        "UPDATE incidents_incidentversion SET content = '{}' WHERE incident_id = %s",
        "DELETE FROM incidents_incidentversion WHERE incident_id = %s",
        "DELETE FROM incidents_incident WHERE id = %s",
    ):
        with refused_by_database("[Cc]annot (update|delete)|only a purge"):
            sql(statement, case.pk)


def test_the_category_of_what_the_other_side_holds_cannot_turn_into_one_that_stays(
    released, people, api
):
    case, _delivery = released()
    # A serious incident has a channel of its own, whoever holds this one.
    for category, code, status in (("ASY", "never_released", 409), ("SIR", "invalid", 400)):
        with pytest.raises(Refused) as refusal, transaction.atomic():
            supplement_incident(
                case, version=1, changes={"category": category}, by=people.dgp_officer
            )
        assert refusal.value.code == code
        answer = api(people.dgp_officer).post(
            path(case, "api"), {"version": 1, "category": category}
        )
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Incident.objects.get().category.code == "UBC-LND"


def test_the_category_may_change_otherwise(incident, people):
    case = incident()
    supplement_incident(case, version=1, changes={"category": "ASY"}, by=people.dgp_officer)
    assert Incident.objects.get().category.code == "ASY"
    assert Share.objects.get().category == "ASY"


def test_a_page_of_another_site_cannot_supplement(incident, people, signed_in):
    case = incident()
    answer = signed_in(people.dgp_officer, strict=True).post(
        path(case, "html"), supplement(case, 1, people_total="9")
    )
    assert answer.status_code == 403
    assert Incident.objects.get().version == 1


def test_what_was_typed_into_an_incident_that_was_closed_meanwhile_is_kept(
    incident, people, signed_in
):
    case = incident()
    close_part(case, ground="event_over_response_complete", by=people.dgp_leader)
    answer = signed_in(people.dgp_officer).post(
        path(case, "html"), supplement(case, 1, headline="Typed for long")
    )
    assert answer.status_code == 409
    assert "Typed for long" in answer.content.decode()
    assert answer.context["form"].non_field_errors()


def test_what_was_typed_with_a_category_that_must_stay_is_kept(released, people, signed_in):
    case, _delivery = released()
    answer = signed_in(people.dgp_officer).post(
        path(case, "html"), supplement(case, 1, headline="Typed for long", category="ASY")
    )
    assert answer.status_code == 409
    assert "Typed for long" in answer.content.decode()
    assert answer.context["form"].non_field_errors()
