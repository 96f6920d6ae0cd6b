"""Indicators: each incident counts once for a reader, as its best copy within reach says."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import dist
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from contactpoints.models import ContactPoint, ExchangePause
from incidents.actions import (
    close_part,
    merge_incidents,
    recall_release,
    release_incident,
    supplement_incident,
)
from incidents.models import Share
from riskanalysis.actions import count_indicators, recount_indicators
from riskanalysis.completeness import arrived
from riskanalysis.indicators import asked_by, history, picture
from riskanalysis.models import Fact, Hexagon, IndicatorChange, Section, Tally
from riskanalysis.sections import cut, flat, whole_line

pytestmark = pytest.mark.django_db
SECTION_2, SECTION_6 = {"lat": 55.72, "lon": 26.87}, {"lat": 55.822, "lon": 27.6}


@pytest.fixture
def seen():
    """What a reader counts in the running week, after everything was counted."""

    def look(user, **filters):
        count_indicators()
        week = datetime.now(UTC).date().isocalendar()
        return picture(asked_by(user, week=f"{week.year}-W{week.week:02d}", **filters))

    return look


def test_the_line_is_cut_into_ten_sections_of_one_length_from_west_to_east(db):
    pieces = cut(whole_line())
    lengths = [sum(dist(flat(*a), flat(*b)) for a, b in pairwise(p)) for p in pieces]
    assert len(pieces) == 10
    assert max(lengths) - min(lengths) < 0.01
    assert 135 < sum(lengths) < 145
    assert [p[0] for p in pieces[1:]] == [p[-1] for p in pieces[:-1]]
    assert pieces[0][0][1] < pieces[-1][-1][1]
    assert Section.objects.count() == 10
    assert 120 < Hexagon.objects.count() < 260
    with connection.cursor() as cursor:
        cursor.execute("SELECT riskanalysis_flat(55.8, 27.3)")
        x, y = (float(n) for n in cursor.fetchone()[0].strip("()").split(","))
    assert (x, y) == pytest.approx(flat(55.8, 27.3))


def test_a_position_lies_in_the_cell_that_h3_names(incident, seen, people):
    import random

    import h3

    dice = random.Random(5)
    wanted = {}
    for _turn in range(12):
        at = {"lat": 55.8 + dice.random() / 20, "lon": 27.5 + dice.random() / 10}
        wanted[incident(**at).pk] = h3.latlng_to_cell(at["lat"], at["lon"], 6)
    count_indicators()
    assert dict(Fact.objects.values_list("incident_id", "cell")) == wanted


def test_every_dimension_of_a_report_is_counted(incident, seen, people):
    happened = now() - timedelta(hours=3)
    incident(
        **SECTION_6, happened_at=happened, means=["boat", "guide"],
        people=[{"count": 3, "nationality": "IRQ"}, {"count": 1, "nationality": "POL"},
                {"count": 1}],
        transit={"origin": "IRQ", "countries": ["TUR", "BLR"], "destination": "DEU",
                 "event_ticket": "yes"},
    )  # fmt: skip
    incident(lat=None, lon=None, place="SIL-URB", happened_precision="day", category="CRI-ACC")
    incident(lat=None, lon=None, place="RIX", public_event="IIHF2021")
    incident(lat=None, lon=None, border_sign="7")
    found = seen(people.dgp_officer)
    assert dict(found.sections()) == {**dict.fromkeys(range(1, 11), 0), 6: 1, 2: 1}
    assert (found.away, found.nowhere, found.total) == (1, 1, 4)
    assert found.of["c"] == {"UBC": 3, "CRI": 1}
    assert found.of["m"] == {"boat": 1, "guide": 1}
    assert found.of["n"] == {"other": 1, "EU": 1, "unknown": 1}
    assert found.of["r"] == {"IRQ>TUR>BLR>DEU": 1}
    assert found.of["e"] == {"claimed": 1, "IIHF2021": 1}
    assert found.events[-1].count == 2
    there = happened.astimezone(ZoneInfo("Europe/Riga"))
    assert found.of["t"][str(there.weekday() * 24 + there.hour)] >= 1
    assert sum(found.of["t"].values()) == 3
    assert seen(people.dgp_officer, category="UBC").total == 3
    assert seen(people.dgp_officer, side="BY").total == 0


def test_what_does_not_count_counts_for_nobody(incident, people, seen, both_sides_on_duty, unit):
    incident(category="SIR")
    one, other, gone, kept = (incident(**SECTION_2) for _ in range(4))
    Share.objects.filter(incident=gone).update(exercise=True)
    merge_incidents(one, other, reason="One event.", by=people.lv_hq)
    close_part(kept, ground="did_not_occur", by=people.lv_hq)
    Share.objects.filter(incident=kept).update(outcome="did_not_occur")
    assert seen(people.lv_hq).total == 1
    # Asylum counts at home and nowhere else.
    incident(category="ASY", **SECTION_2)
    assert seen(people.lv_hq).total == 2
    assert seen(people.by_hq).total == 0


def test_a_reader_counts_each_once_and_only_what_its_copy_says(
    incident, people, seen, both_sides_on_duty, unit
):
    people.msq_duty, people.rix_duty
    one = incident(**SECTION_6, means=["boat"])
    hidden = incident(**SECTION_6)
    desks = [unit("DESK-POL"), unit("DESK-RIX")]
    release_incident(one, desks=desks, fields=["headline"], by=people.dgp_duty)
    assert seen(people.pol_duty).nowhere == 1
    assert seen(people.pol_duty).of["m"] == {}
    assert dict(seen(people.dgp_duty).sections())[6] == 2
    assert seen(people.rix_duty).total == 1
    assert seen(people.lv_hq).total == 2  # holds it by two units
    assert seen(people.msq_duty).total == 0
    supplement_incident(one, version=1, changes=SECTION_2, by=people.dgp_officer)
    one.refresh_from_db()
    release_incident(one, desks=[unit("DESK-MSQ")], by=people.dgp_duty)
    # The later version through the other desk is the better one.
    by_hq = seen(people.by_hq)
    assert (by_hq.total, dict(by_hq.sections())[2], by_hq.nowhere) == (1, 1, 0)
    assert seen(people.pol_duty).nowhere == 1
    recall_release(one, desks=[unit("DESK-MSQ")], reason="By mistake.", by=people.dgp_head)
    assert seen(people.msq_duty).total == 0
    assert seen(people.by_hq).nowhere == 1
    assert hidden.pk


def test_tallies_equal_a_full_recount_after_any_history(
    incident, people, both_sides_on_duty, unit, capsys
):
    for turn in range(8):
        one = incident(lat=55.5 + turn / 12, lon=26.5 + turn / 5, means=["boat"][: turn % 2])
        if turn % 2:
            release_incident(one, desks=[unit("DESK-POL")], by=people.dgp_duty)
        if turn % 3 == 0:
            count_indicators()
            changes = SECTION_6 if turn else {"lat": None, "lon": None}
            supplement_incident(one, version=1, changes=changes, by=people.dgp_officer)
    wrong, kept = recount_indicators()
    assert wrong == 0
    assert kept > 20
    assert not IndicatorChange.objects.exists()
    rows = ("span", "kind", "start", "value", "side", "category", "holders", "better", "count")
    before = sorted(Tally.objects.values_list(*rows), key=str)
    call_command("recount_indicators")
    assert sorted(Tally.objects.values_list(*rows), key=str) == before
    said = capsys.readouterr().out
    assert "counted 8 of 8 incidents" in said
    assert "tallies equal a full recount" in said
    Tally.objects.filter(kind="s", span="d").update(count=7)
    with pytest.raises(CommandError, match="differ from a recount"):
        call_command("recount_indicators", "--check")
    call_command("recount_indicators", verbosity=0)
    assert count_indicators() == 0


def test_what_waits_is_said_and_a_moved_place_is_counted_anew(
    incident, people, seen, both_sides_on_duty, unit
):
    from bordercoop.reference.models import Place

    one = incident(lat=None, lon=None, place="SIL-URB")
    week = datetime.now(UTC).date().isocalendar()
    asked = asked_by(people.dgp_officer, week=f"{week.year}-W{week.week:02d}")
    assert picture(asked).counted_to is not None
    theirs = asked_by(people.pol_duty, week=asked.code)
    assert picture(theirs).counted_to is None  # nobody hears of what others wait for
    assert dict(seen(people.dgp_officer).sections())[2] == 1
    assert picture(asked).counted_to is None
    Place.objects.filter(code="SIL-URB").update(lat=55.822, lon=27.6)
    assert dict(seen(people.dgp_officer).sections())[6] == 1
    incident(category="SIR")
    assert IndicatorChange.objects.exists()
    assert picture(asked).counted_to is None
    release_incident(one, desks=[unit("DESK-POL")], by=people.dgp_duty)
    assert picture(theirs).counted_to is not None
    assert seen(people.pol_duty).total == 1
    recall_release(one, desks=[unit("DESK-POL")], reason="By mistake.", by=people.dgp_head)
    assert picture(theirs).counted_to is not None  # it still counts what is gone
    assert seen(people.pol_duty).total == 0
    assert picture(theirs).counted_to is None


def test_missing_days_are_left_out_and_never_zero(incident, people, seen):
    """A day that a side did not sum up, and the running one, are in no week of a trend."""
    from incidents.actions.summaries import _summarise_day

    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday(), weeks=1)
    days = (-14, 0, 1, 2, 3, 4, 5, 6)
    for n, pk in zip(days, [incident(**SECTION_2).pk for _ in days], strict=True):
        at = datetime(*(monday + timedelta(days=n)).timetuple()[:3], 12, tzinfo=UTC)
        Share.objects.filter(incident_id=pk).update(reported_at=at)
    for n in (-7, 0, 1, 2, 5, 6):  # not the fourth and fifth
        _summarise_day("LV", monday + timedelta(days=n))
    count_indicators()
    code = "{}-W{:02d}".format(*monday.isocalendar()[:2])
    found = picture(asked_by(people.dgp_officer, week=code))
    lv, by = found.here
    assert [day.weekday() for day in lv.missing] == [3, 4]
    assert (lv.here, by.here) == (5, 7)
    assert found.total == 7  # what is there is shown
    assert (found.weeks[-1].count, found.weeks[-1].days) == (5, 5)
    assert found.weeks[-2].days == 1  # before its first summary it was not watched: taken as it is
    assert picture(asked_by(people.dgp_officer, week=code, side="BY")).weeks[-1].days == 7
    assert found.weeks[0].count is None  # nothing was held yet: no zero either
    past = history(asked_by(people.dgp_officer, week=code))
    assert [(week.count, week.days) for week in past] == [(0, 1), (5, 5)]


@pytest.mark.parametrize("clock", ["00:30", "12:00", "23:30"])
def test_a_readers_weeks_begin_with_the_own_first_whatever_others_had(incident, people, clock):
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday(), weeks=1)
    hour, minute = map(int, clock.split(":"))
    # On the first and on the last day of a week, by a clock that is ahead of UTC.
    rows = (("LV-DGP", -42), ("LV-DGP", 0), ("LV-RIX", -15), ("LV-RIX", -7))
    for code, days in rows:
        by = people.dgp_officer if code == "LV-DGP" else people.rix_officer
        pk = incident(by=by, at=code, **SECTION_2).pk
        at = datetime(*(monday + timedelta(days=days)).timetuple()[:3], hour, minute, tzinfo=UTC)
        Share.objects.filter(incident_id=pk).update(reported_at=at)
    count_indicators()
    code = "{}-W{:02d}".format(*monday.isocalendar()[:2])
    for who in (people.dgp_officer, people.rix_officer, people.lv_hq):
        asked = asked_by(who, week=code)
        held = Tally.objects.filter(span="w", kind="s", holders__overlap=list(asked.units))
        first = min(held.values_list("start", flat=True))
        shown = picture(asked).weeks
        assert [week.start for week in shown if week.count is not None] == [
            week.start for week in shown if week.start >= first
        ]
        assert history(asked)[0].start == first + timedelta(weeks=1)


def test_while_the_exchange_is_paused_the_other_sides_days_are_missing(incident, people, seen):
    ExchangePause.objects.create(
        point=ContactPoint.objects.get(code="CCP-LAND"), side="LV", reason="Works on the line.",
        starts_at=now() - timedelta(days=2), until=now() + timedelta(hours=1), by=people.lv_hq,
    )  # fmt: skip
    monday = datetime.now(UTC).date() - timedelta(days=datetime.now(UTC).weekday() + 7)
    for reader, own in ((people.lv_hq, "LV"), (people.by_hq, "BY")):
        last = monday + timedelta(days=13)
        for one in arrived(monday, last, sides=("LV", "BY"), reader=own):
            held = 0 if one.side == own else 2
            assert (len(one.missing), one.paused) == (held, bool(held)), (reader, one.side)
