"""The map: each incident counts once for a reader, where its own copy says, at any moment."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from incidents.actions import (
    count_cells,
    merge_incidents,
    rebuild_cells,
    recount_cells,
    release_incident,
    supplement_incident,
    unmerge_incidents,
)
from incidents.cells import cells
from incidents.models import Cell, CellChange, Share

pytestmark = pytest.mark.django_db
HERE, THERE = (26.0, 55.5, 27.0, 56.0), (29.0, 55.5, 30.0, 56.0)


def count(user, **asked):
    return sum(cell.count for cell in cells(user, **asked))


@pytest.fixture(params=["waiting", "counted"])
def settled(request):
    """The same must hold before and after the cells are counted."""
    return count_cells if request.param == "counted" else lambda: None


def test_an_incident_of_several_copies_counts_once_for_each_reader(
    incident, people, both_sides_on_duty, unit, settled
):
    people.msq_duty
    one = incident(lat=55.6, lon=26.5)
    assert count(people.pol_duty) == 0
    release_incident(one, desks=[unit("DESK-POL"), unit("DESK-MSQ")], by=people.dgp_duty)
    settled()
    for who in ("dgp_officer", "lv_hq", "pol_duty", "msq_duty", "by_hq"):
        assert count(getattr(people, who)) == 1, who
        assert count(getattr(people, who), box=HERE) == 1, who
        assert count(getattr(people, who), box=THERE) == 0, who
    assert count(people.rix_duty) == 0


def test_a_day_at_the_end_of_all_calendars_finds_nothing(incident, people):
    incident(lat=55.6, lon=26.5)
    assert count(people.dgp_officer, since=date(9999, 12, 31)) == 0


def test_merged_records_are_one_on_the_map_of_their_side_and_two_again_when_undone(
    incident, people, both_sides_on_duty, unit, settled
):
    one, other = incident(lat=55.6, lon=26.5), incident(lat=55.6, lon=26.5)
    release_incident(other, desks=[unit("DESK-POL")], by=people.dgp_duty)
    settled()
    merge_incidents(one, other, reason="One event.", by=people.lv_hq)
    settled()
    assert count(people.dgp_officer) == 1
    assert count(people.pol_duty) == 1
    unmerge_incidents(other, reason="Two after all.", by=people.lv_hq)
    settled()
    assert count(people.dgp_officer) == 2


def test_a_position_that_was_not_released_is_on_no_map_of_the_other_side(
    incident, people, both_sides_on_duty, unit, settled
):
    one = incident(lat=55.6, lon=26.5)
    release_incident(one, desks=[unit("DESK-POL")], fields=["headline"], by=people.dgp_duty)
    settled()
    assert count(people.pol_duty) == 0
    assert count(people.dgp_officer) == 1


def test_a_reader_sees_the_position_of_its_own_version(
    incident, people, both_sides_on_duty, unit, settled
):
    people.msq_duty
    one = incident(lat=55.6, lon=26.5)
    release_incident(one, desks=[unit("DESK-POL")], by=people.dgp_duty)
    settled()
    supplement_incident(one, version=1, changes={"lat": 55.6, "lon": 29.5}, by=people.dgp_officer)
    settled()
    assert (count(people.dgp_officer, box=HERE), count(people.dgp_officer, box=THERE)) == (0, 1)
    assert (count(people.pol_duty, box=HERE), count(people.pol_duty, box=THERE)) == (1, 0)
    one.refresh_from_db()
    release_incident(one, desks=[unit("DESK-MSQ")], by=people.dgp_duty)
    settled()
    # Headquarters holds both versions through its desks and sees the later one, once.
    assert (count(people.by_hq, box=HERE), count(people.by_hq, box=THERE)) == (0, 1)


@pytest.mark.parametrize("days", [0, 1, 20, 40, 400, 800])
def test_since_counts_what_was_reported_on_that_day_or_later(days, incident, people, settled):
    ages = (0, 1, 2, 19, 21, 39, 45, 200, 399, 401, 700, 1200)
    for age in ages:
        one = incident(lat=55.6, lon=26.5)
        Share.objects.filter(incident=one).update(reported_at=now() - timedelta(days=age))
    settled()
    since = (now() - timedelta(days=days)).date()
    assert count(people.dgp_officer, since=since) == sum(age <= days for age in ages)


def test_cells_equal_a_full_recount_after_any_history(incident, people, both_sides_on_duty, unit):
    for turn in range(8):
        one = incident(lat=55.0 + turn / 7, lon=26.0 + turn / 3)
        if turn % 2:
            release_incident(one, desks=[unit("DESK-POL")], by=people.dgp_duty)
        if turn % 3 == 0:
            count_cells()
            changes = {"lat": 55.9, "lon": 27.9} if turn else {"lat": None, "lon": None}
            supplement_incident(one, version=1, changes=changes, by=people.dgp_officer)
    wrong, kept = recount_cells()
    assert wrong == 0
    assert kept > 10
    assert not CellChange.objects.exists()
    before = sorted(Cell.objects.values_list("level", "span", "x", "y", "count"))
    rebuild_cells()
    assert sorted(Cell.objects.values_list("level", "span", "x", "y", "count")) == before
    call_command("rebuild_cells", "--check")


def test_the_command_says_when_a_cell_is_wrong_and_mends_it(incident, capsys):
    incident(lat=55.6, lon=26.5)
    count_cells()
    Cell.objects.filter(level=0, span="a").update(count=7)
    with pytest.raises(CommandError, match="differ from a recount"):
        call_command("rebuild_cells", "--check")
    call_command("rebuild_cells")
    assert "equal a full recount" in capsys.readouterr().out


def test_counting_twice_counts_once(incident, people):
    incident(lat=55.6, lon=26.5)
    assert count_cells() == 1
    assert count_cells() == 0
    assert count(people.dgp_officer) == 1


@pytest.mark.parametrize(
    "query",
    ["box=a", "box=1,2,3", "box=27,55,26,56", "box=nan,1,2,3", "box=1,2,3,400", "since=x",
     "box=" + "9" * 10_000],
)  # fmt: skip
def test_a_wrong_box_or_day_is_said_in_a_sentence(query, people, api, signed_in):
    answer = api(people.dgp_officer).get(f"/api/v1/incidents/map/?{query}")
    assert answer.status_code == 400
    assert answer.json()["fields"]
    page = signed_in(people.dgp_officer).get(f"/incidents/map/?{query}")
    assert page.status_code == 400
    assert b'role="alert"' in page.content


def test_page_and_api_show_the_same_cells(incident, people, api, signed_in):
    for lon in (26.5, 26.5, 27.5):
        incident(lat=55.6, lon=lon)
    answer = api(people.dgp_officer).get("/api/v1/incidents/map/").json()
    assert [cell["count"] for cell in answer["cells"]] == [2, 1]
    page = signed_in(people.dgp_officer).get("/incidents/map/")
    assert [cell.count for cell, _place in page.context["rows"]] == [2, 1]
    assert page.context["total"] == 3


def test_a_finer_box_has_finer_cells(incident, people, api):
    incident(lat=55.61, lon=26.51)
    incident(lat=55.69, lon=26.59)
    for box, many in (("20,50,30,60", 1), ("26.4,55.5,26.9,55.8", 2)):
        answer = api(people.dgp_officer).get(f"/api/v1/incidents/map/?box={box}").json()
        assert len(answer["cells"]) == many


def test_a_report_waits_for_no_other_on_the_map(incident):
    """What a report adds is a row of its own, so nothing shared is locked."""
    incident(lat=55.6, lon=26.5)
    assert CellChange.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM incidents_cell")
        assert cursor.fetchone()[0] == 0
