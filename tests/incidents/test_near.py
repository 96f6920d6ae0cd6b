"""The warning of a double entry: what is near, what may be shown, and that nothing is lost."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from incidents import actions
from incidents.models import Incident, Link
from incidents.nearness import distance_km, near_copies
from tests.incidents.doors import sent, sql, typed

pytestmark = pytest.mark.django_db

RIGA = ZoneInfo("Europe/Riga")


@pytest.fixture
def near(people, content):
    """Numbers of what is near a report of now at the usual spot, for the officer of Daugavpils."""

    def ask(by=None, **changes):
        found = near_copies(by or people.dgp_officer, content(**changes))
        return [one.share.number for one in found]

    return ask


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({}, True),
        ({"category": "UBC"}, True),  # the same branch
        ({"category": "SMG"}, False),
        ({"lat": 55.85, "lon": 27.30}, True),  # 6.5 km
        ({"lat": 55.90, "lon": 27.30}, False),  # 12 km
        ({"lat": None, "lon": None}, False),  # no place says nothing
        ({"people_total": 90}, True),
    ],
)
def test_near_is_the_same_branch_within_ten_kilometres(incident, near, changes, warned):
    case = incident()
    assert near(**changes) == ([case.number] if warned else [])


@pytest.mark.parametrize(("hours", "warned"), [(5, True), (7, False)])
def test_near_is_within_six_hours(incident, near, hours, warned):
    case = incident()
    before = now() - timedelta(hours=hours, minutes=20)
    assert near(happened_at=before, detected_at=None) == ([case.number] if warned else [])


def test_a_border_sign_or_a_crossing_point_is_near_without_coordinates(incident, near):
    where = {"lat": None, "lon": None}
    sign = incident(**where, border_sign="214 / 2")
    assert near(**where, border_sign="214/2") == [sign.number]
    assert near(**where, border_sign="215") == []
    crossing = incident(**where, place="PAT-GRI")
    assert near(**where, place="PAT-GRI") == [crossing.number]


def test_a_time_known_to_the_day_is_near_all_that_day_and_a_month_says_nothing(incident, near):
    midnight = now().astimezone(RIGA).replace(hour=0, minute=0, second=0, microsecond=0)
    day = midnight - timedelta(days=2)
    whole = {"happened_at": day, "detected_at": None, "happened_precision": "day"}
    case = incident(**whole)
    noon = {"happened_at": day + timedelta(hours=14), "detected_at": None}
    assert near(**noon) == [case.number]
    assert near(**{**whole, "happened_precision": "month"}) == []
    assert near(happened_at=day + timedelta(hours=31), detected_at=None) == []


def test_the_likeliest_stands_first_and_at_most_five(incident, near):
    far = incident(lat=55.85)
    twin = incident()
    assert near() == [twin.number, far.number]
    for _n in range(6):
        incident()
    assert len(near()) == 5


def test_a_closed_one_is_near_too_and_a_withdrawn_one_and_an_exercise_are_not(
    incident, near, people
):
    closed = incident()
    actions.close_part(closed, ground="did_not_occur", by=people.dgp_leader)
    exercise = incident()
    Incident.objects.filter(pk=exercise.pk).update(exercise=True)
    exercise.shares.update(exercise=True)
    gone = incident()
    gone.shares.update(state="withdrawn")
    assert near() == [closed.number]


def test_both_sides_are_warned_of_what_each_may_read_and_of_nothing_else(
    incident, released, near, people
):
    told, _delivery = released()
    kept = incident()
    asylum = incident(category="ASY")
    assert sorted(near()) == sorted([told.number, kept.number])
    assert near(by=people.pol_officer) == [told.number]
    assert near(by=people.pol_officer, category="ASY") == []
    assert near(category="ASY") == [asylum.number]
    # Neither the place nor the time of this one was released, so nothing tells that it is near.
    released(fields=["headline"])
    assert near(by=people.pol_officer) == [told.number]


def test_the_other_sides_copy_is_compared_by_what_was_released(released, near, people):
    case, _delivery = released()
    actions.supplement_incident(case, version=1, changes={"lat": 56.9}, by=people.dgp_officer)
    assert near(by=people.pol_officer) == [case.number]
    assert near() == []


def test_a_merged_record_is_not_warned_of_beside_the_one_that_speaks_for_it(incident, near, people):
    into, from_ = incident(), incident()
    actions.merge_incidents(into, from_, reason="Twice.", by=people.lv_hq)
    assert near() == [into.number]


def test_the_distance_is_that_on_the_globe():
    riga, minsk = (56.9496, 24.1052), (53.9006, 27.5590)
    assert distance_km(riga, minsk) == pytest.approx(402, abs=3)


def test_without_scripts_the_form_asks_once_and_nothing_typed_is_lost(people, incident, signed_in):
    twin = incident(happened_at=now() - timedelta(minutes=5), detected_at=None)
    browser = signed_in(people.dgp_officer, strict=False)
    values = typed(near_live=None, happened_time=f"{now().astimezone(RIGA):%H:%M}",
                   narrative="Only typed here <b>once</b>.")  # fmt: skip
    asked = browser.post("/incidents/new/", values)
    assert asked.status_code == 409
    page = asked.content.decode()
    assert twin.number in page
    assert "Only typed here &lt;b&gt;once&lt;/b&gt;." in page
    assert values["client_ref"] in page
    assert f'name="near" value="{twin.uid}"' in page
    assert Incident.objects.count() == 1

    again = browser.post("/incidents/new/", {**values, "near": str(twin.uid), "anyway": "1"})
    assert again.status_code == 302
    link = Link.objects.get()
    assert {link.first_id, link.second_id} == set(Incident.objects.values_list("pk", flat=True))
    assert link.kind == "possible_duplicate"
    assert link.dismissed_at is not None
    assert link.audience == "own"


def test_sent_on_without_a_word_it_stays_a_possible_double_entry(people, incident, signed_in):
    twin = incident()
    values = typed(near=str(twin.uid))
    for _twice in range(2):
        assert signed_in(people.dgp_officer).post("/incidents/new/", values).status_code == 302
    assert Link.objects.get().dismissed_at is None
    assert Incident.objects.count() == 2


def test_the_same_form_sent_twice_is_not_asked_about_itself(people, signed_in):
    values = typed(near_live=None)
    browser = signed_in(people.dgp_officer)
    assert [browser.post("/incidents/new/", values).status_code for _ in range(2)] == [302, 302]
    assert Incident.objects.count() == 1


def test_what_the_officer_cannot_see_is_not_linked_by_its_public_id(people, incident, signed_in):
    hidden = incident()
    values = typed("BY", near=str(hidden.uid), anyway="1")
    assert signed_in(people.pol_officer).post("/incidents/new/", values).status_code == 302
    assert not Link.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"near": "x"}, {"near": "\x00"}, {"near": ["x" * 100_000] * 9}],
)
def test_nonsense_among_the_shown_ones_is_left_out(people, signed_in, wrong):
    answer = signed_in(people.dgp_officer).post("/incidents/new/", typed(**wrong))
    assert answer.status_code == 302


def test_the_part_for_the_script_says_how_near_it_is(people, released, signed_in):
    case, _delivery = released(happened_at=now() - timedelta(minutes=5), detected_at=None)
    wall = now().astimezone(ZoneInfo("Europe/Minsk"))
    values = typed("BY", happened_time=f"{wall:%H:%M}", coordinates="55.8012, 27.3010")
    browser = signed_in(people.pol_officer)
    answer = browser.post("/incidents/near/", values)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert case.number in page
    assert "1,1" in page or "1.1" in page
    assert 'name="anyway"' in page
    # Half a form is no error.
    assert browser.post("/incidents/near/", {"category": "UBC-LND"}).content.strip() == b""
    broken = {**values, "coordinates": "\x00", "happened_date": "x" * 100_000, "unit": "?"}
    assert browser.post("/incidents/near/", broken).status_code == 200


def test_who_may_not_report_is_not_warned(people, signed_in):
    assert signed_in(people.lv_analyst).post("/incidents/near/", typed()).status_code == 403
    assert signed_in(people.lv_analyst).get("/incidents/near/").status_code == 405


def test_a_program_asks_before_it_logs(people, incident, api):
    case = incident(happened_at=now() - timedelta(minutes=30), detected_at=None)
    asked = {
        "category": "UBC-LND",
        "happened_at": now().isoformat(),
        "lat": 55.7912,
        "lon": 27.301,
    }
    answer = api(people.dgp_officer).post("/api/v1/incidents/near/", asked)
    assert answer.status_code == 200, answer.content
    (found,) = answer.json()
    assert found["incident"]["number"] == case.number
    assert (found["km"], found["minutes"]) == (0.0, -30)
    assert 50 < found["score"] <= 100
    assert api(people.pol_officer).post("/api/v1/incidents/near/", asked).json() == []
    for wrong in ({"lat": 95}, {"lon": None}, {"happened_at": "2026"}, {"category": ""}):
        refused = api(people.dgp_officer).post("/api/v1/incidents/near/", {**asked, **wrong})
        assert refused.status_code == 400, wrong
    odd = {**asked, "category": "\u0416", "place": "NOWHERE"}
    assert api(people.dgp_officer).post("/api/v1/incidents/near/", odd).json() == []


def test_the_question_is_one_statement_and_logging_asks_nothing_more(
    people, incident, content, api
):
    incident()
    user = people.lv_hq  # the widest reach
    near_copies(user, content())
    with CaptureQueriesContext(connection) as queries:
        assert len(near_copies(user, content())) == 1
    assert len(queries) == 1
    program = api(people.dgp_officer)
    program.post("/api/v1/incidents/", sent())
    with CaptureQueriesContext(connection) as queries:
        program.post("/api/v1/incidents/", sent(headline="Once more"))
    assert not any('happened_at" BETWEEN' in query["sql"] for query in queries)


def copied(table, rows, **changed):
    """Insert rows like those of `rows`, but for what is changed: SQL by column."""
    columns = [
        name
        for (name,) in sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "AND is_generated = 'NEVER' AND column_name <> 'id'",
            table,
        )
    ]
    values = [changed.get(name, f'one."{name}"') for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    sql(f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {rows}")


def most_read(node):
    """The most rows that any step of a plan looked at."""
    looked = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    looked += node.get("Rows Removed by Index Recheck", 0)
    return max([looked * node["Actual Loops"], *map(most_read, node.get("Plans", []))])


def test_among_a_hundred_thousand_the_question_reads_an_index(people, incident, content):
    case = incident()
    copied(
        "incidents_incident",
        f"incidents_incident one, generate_series(1, 100000) n WHERE one.id = {case.pk}",
        uid="gen_random_uuid()",
        client_ref="gen_random_uuid()",
        number="'X-' || n",
        reported_at="one.reported_at - n * interval '5 min'",
    )
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    # A session that has lived long keeps plans for its foreign keys from when the table was small.
    sql("ANALYZE incidents_incident")
    sql("ALTER TABLE incidents_share DISABLE TRIGGER USER")
    copied(
        "incidents_share",
        f"incidents_share one, incidents_incident i WHERE one.incident_id = {case.pk} "
        f"AND i.id <> {case.pk}",
        incident_id="i.id",
        number="i.number",
        happened_at="i.reported_at",
        reported_at="i.reported_at",
    )
    sql("ANALYZE incidents_share")
    sql("ANALYZE incidents_incident")
    for user in (people.dgp_officer, people.lv_hq):
        with CaptureQueriesContext(connection) as queries:
            assert near_copies(user, content())
        asked = queries.captured_queries[-1]["sql"]
        plan = json.loads(
            json.dumps(sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked.replace('%', '%%')}")[0][0])
        )[0]
        text = json.dumps(plan)
        assert "share_near" in text
        assert "Seq Scan" not in text
        assert most_read(plan["Plan"]) < 5_000
