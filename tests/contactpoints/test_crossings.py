"""How long one waits at a crossing point: each side says so for itself, and both read both."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference.models import Place
from contactpoints import actions
from contactpoints.crossing_tiles import line, tasks_of
from contactpoints.crossings import (
    bands,
    crossings,
    figures,
    now_of,
    of_the_present,
    span_of,
)
from contactpoints.models import WaitingTime, units
from tests.incidents.doors import refused_by_database

pytestmark = pytest.mark.django_db
API = "/api/v1/crossings/"


def crossing_of(user, code="PAT-GRI"):
    return now_of([code], user)[0]


def test_each_side_says_its_own_and_what_is_not_said_is_not_there(say, people, place):
    ours = say(90, waiting=40)
    assert (ours.side, ours.via, ours.recorded_by) == ("LV", "page", people.dgp_duty)
    entry = Entry.objects.get(verb="waiting.recorded")
    assert (entry.side, entry.about) == ("LV", "place:PAT-GRI")
    theirs = crossing_of(people.pol_duty)
    assert [(view.side, [w.row.pk for w in waits]) for view, waits in theirs.views] == [
        ("BY", []), ("LV", [ours.pk]),
    ]  # fmt: skip
    assert theirs.differences == []
    # Leaving Latvia is entering Belarus: the same road, so the two are compared.
    people.pol_duty.language = "en"
    say(400, by=people.pol_duty, direction="entry")
    (sentence,) = crossing_of(people.pol_duty).differences
    assert sentence == (
        "From Latvia to Belarus, Trucks: Belarus says 6 h 40 min, Latvia says 1 h 30 min."
    )
    say(30, by=people.pol_duty, direction="exit")
    assert len(crossing_of(people.pol_duty).differences) == 1, "the other way is another road"


def test_what_was_said_long_ago_is_old_and_no_longer_compared(say, people, settings):
    say(10, ago=5)
    say(390, by=people.pol_duty, direction="entry", ago=settings.WAITING_OLD_AFTER + 1)
    found = crossing_of(people.lv_hq)
    (wait,) = found.waits["BY"]
    assert wait.old
    assert not wait.long
    assert found.differences == []
    with time_machine.travel(now() + timedelta(days=8)):
        assert crossing_of(people.lv_hq).waits == {}, "after a week it is history"


@pytest.mark.parametrize(
    ("who", "code", "lane"),
    [
        ("dgp_duty", "PAT-GRI", "cars"), ("dgp_head", "PAT-GRI", "buses"),
        ("dgp_officer", "PAT-GRI", "pedestrians"), ("pol_duty", "PAT-GRI", "trucks"),
        ("lv_hq", "IND-BIG", "train"), ("rix_duty", "RIX", "air"), ("by_hq", "MSQ", "air"),
    ],
)  # fmt: skip
def test_who_reports_for_a_unit_there_says_how_long_one_waits(who, code, lane, say, people):
    by = getattr(people, who)
    assert say(code=code, lane=lane, by=by).side == by.side


@pytest.mark.parametrize(
    ("who", "code", "lane"),
    [
        ("rix_duty", "PAT-GRI", "cars"), ("lv_auditor", "PAT-GRI", "cars"),
        ("lv_admin", "PAT-GRI", "cars"), ("stranger", "PAT-GRI", "cars"),
        # At the other side's airport a side has no passport control.
        ("lv_hq", "MSQ", "air"), ("by_hq", "RIX", "air"),
    ],
)  # fmt: skip
def test_nobody_else_does(who, code, lane, say, people):
    with pytest.raises(NotAllowed):
        say(code=code, lane=lane, by=getattr(people, who))
    assert not WaitingTime.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"minutes": 4321}, "exit_trucks_minutes"),
        ({"minutes": -1}, "exit_trucks_minutes"),
        ({"minutes": float("nan")}, "exit_trucks_minutes"),
        ({"minutes": 10**9}, "exit_trucks_minutes"),
        ({"minutes": True}, "exit_trucks_minutes"),
        ({"minutes": "90"}, "exit_trucks_minutes"),
        ({"minutes": None}, "exit_trucks_minutes"),
        ({"minutes": None, "waiting": 10**9}, "exit_trucks_waiting"),
        ({"lane": "air"}, "lane"),
        ({"lane": "\0"}, "lane"),
        ({"direction": "transit"}, "direction"),
        ({"ago": -2}, "observed_at"),
        ({"ago": 7 * 24 * 60 + 1}, "observed_at"),
        ({"note": "x" * 301}, "note"),
        ({"note": "a\0"}, "note"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(given, field, say):
    with pytest.raises(Invalid) as refusal:
        say(**given)
    assert field in refusal.value.fields
    assert not WaitingTime.objects.exists()


def test_nothing_twice_and_too_much_are_refused(place, people, say):
    one = {"direction": "exit", "lane": "cars", "minutes": 1, "waiting": None}
    for lines, field in (([], "lines"), ([one, one], "lane"), ([one] * 9, "lines")):
        with pytest.raises(Invalid) as refusal:
            actions.record_waiting(place(), lines=lines, observed_at=now(), by=people.dgp_duty)
        assert field in refusal.value.fields
    with pytest.raises(NotAllowed):
        say(code="POLOTSK", by=people.by_hq)
    Place.objects.filter(code="PAT-GRI").update(retired_at=now())
    with pytest.raises(Refused) as refusal:
        say()
    assert refusal.value.code == "retired"


def test_a_correction_names_what_it_corrects_and_the_first_stays_readable(say, people):
    wrong = say(300)
    given = {"minutes": 30, "waiting": None, "reason": "Two queues were added up."}
    right = actions.correct_waiting(wrong, **given, by=people.dgp_head)
    assert (right.corrects, right.observed_at) == (wrong, wrong.observed_at)
    assert [w.row for w in crossing_of(people.by_hq).waits["LV"]] == [right]
    assert Entry.objects.get(verb="waiting.corrected").facts["before"]["minutes"] == 300
    assert actions.correct_waiting(wrong, **given, by=people.dgp_head) == right
    for reason, by, raised in (
        ("Otherwise.", people.dgp_duty, Refused), ("", people.dgp_head, Invalid),
        ("Ours.", people.pol_head, NotAllowed), ("Not there.", people.rix_duty, NotAllowed),
    ):  # fmt: skip
        with pytest.raises(raised):
            actions.correct_waiting(wrong, minutes=1, waiting=None, reason=reason, by=by)
    for minutes, more in ((4321, {}), (3, {"observed_at": now() + timedelta(hours=1)})):
        with pytest.raises(Invalid):
            actions.correct_waiting(
                right, minutes=minutes, waiting=None, reason="x", **more, by=people.dgp_duty
            )
    with pytest.raises(Refused) as refusal:
        actions.correct_waiting(right, minutes=30, waiting=None, reason="x", by=people.dgp_duty)
    assert refusal.value.code == "same"
    gone = actions.correct_waiting(
        right, minutes=None, waiting=None, reason="Another lane.", by=people.dgp_duty
    )
    assert gone.taken_back
    assert crossing_of(people.by_hq).waits == {}, "what was taken back is not zero"


def test_the_database_keeps_what_was_said_and_whose_it_is(say, people, place):
    row = say()
    for change in ({"minutes": 1}, {"note": "x"}):
        with refused_by_database("a_waiting_time_stays_as_it_was_said"):
            WaitingTime.objects.filter(pk=row.pk).update(**change)
    with refused_by_database("a_waiting_time_stays_as_it_was_said"):
        WaitingTime.objects.filter(pk=row.pk).delete()

    def made(**changes):
        at = now()
        given = {"place": place(), "side": "LV", "direction": "exit", "lane": "trucks",
                 "minutes": 5, "observed_at": at, "recorded_at": at,
                 "recorded_by": people.dgp_duty, **changes}  # fmt: skip
        return WaitingTime.objects.create(**given)

    for changes, rule in (
        ({"side": "BY"}, "a_side_says_only_its_own_waiting_times"),
        ({"minutes": None}, "a_waiting_time_says_something"),
        ({"minutes": 4321}, "one_waits_at_most_three_days"),
        ({"waiting": 100_001}, "so_many_cannot_wait"),
        ({"lane": "boats"}, "a_waiting_time_has_its_direction_and_lane"),
        ({"reason": "x"}, "a_correction_has_a_reason"),
        ({"corrects": row}, "a_correction_has_a_reason"),
        ({"corrects": row, "reason": "x", "lane": "cars"}, "a_correction_is_of_the_same_lane"),
        ({"observed_at": now() + timedelta(hours=1)}, "a_waiting_time_was_seen_before_it_is_said"),
    ):
        with refused_by_database(rule):
            made(**changes)
    assert made()


def test_figures_of_a_day_have_gaps_where_nothing_was_said(say, people, place):
    with time_machine.travel("2026-10-24T09:30:00Z", tick=False):
        for minutes, ago in ((60, 30), (120, 35), (600, 300)):
            say(minutes, ago=ago, waiting=minutes)
        span = span_of("24h", "LV")
        assert (len(span.steps), span.steps[-1].isoformat()) == (24, "2026-10-24T09:00:00+00:00")
        (key, sides), = figures(place(), span).items()  # fmt: skip
        assert key == ("LV", "trucks")
        found = {step.hour: (f.mean, f.longest, f.most, f.count) for step, f in sides["LV"].items()}
        assert found == {
            9: (60.0, 60, 60, 1), 8: (120.0, 120, 120, 1), 4: (600.0, 600, 600, 1),
        }  # fmt: skip
        assert "BY" not in sides
        (side, unsaid), _other = bands(place(), span, people.lv_hq)
        assert (side, [band.status for band in unsaid]) == ("LV", [None])
        days = span_of("90d", "BY")
        assert (len(days.steps), days.steps[-1].isoformat()) == (90, "2026-10-23T21:00:00+00:00")
        assert span_of("nonsense", "EU").period == "24h"


def test_pages_show_both_sides_and_cost_the_same_however_many(
    say, people, signed_in, place, django_assert_max_num_queries
):
    actions.record_status(
        place("IND-BIG"), state="restricted", since=now() - timedelta(hours=1),
        reason="One track.", by=people.dgp_head,
    )  # fmt: skip
    say(400, note="Scanner broken.")
    people.pol_duty.language = "en"
    people.pol_duty.save()
    client = signed_in(people.pol_duty)
    page = client.get("/crossings/").content.decode()
    for word in ("6 h 40 min", "One track.", "Has said nothing about waiting.", "/crossings/RIX/"):
        assert word in page
    rail = client.get("/crossings/?mode=rail").content.decode()
    assert ("IND-BIG" in rail, "PAT-GRI" in rail) == (True, False)
    shut = client.get("/crossings/?show=not_open&mode=x").content.decode()
    assert ("IND-BIG" in shut, "PAT-GRI" in shut) == (True, False)
    with django_assert_max_num_queries(2):
        crossings(people.pol_duty)
    one = client.get("/crossings/PAT-GRI/").content.decode()
    assert "Scanner broken." in one
    assert 'name="entry_cars_minutes"' in one
    assert "crossing_correct" not in one
    for query in ("?period=7d", "?period=90d", "?period=x"):
        assert client.get(f"/crossings/PAT-GRI/{query}").status_code == 200
    assert client.get("/crossings/PAT-GRI/?cursor=x").status_code == 400
    for gone in ("NOWHERE", "POLOTSK"):
        assert client.get(f"/crossings/{gone}/").status_code == 404
    reader = signed_in(people.lv_auditor).get("/crossings/PAT-GRI/").content.decode()
    assert 'name="entry_cars_minutes"' not in reader
    csv = b"".join(client.get("/crossings/export/?as=csv&mode=road").streaming_content).decode()
    assert "Scanner" not in csv
    assert "PAT-GRI" in csv
    assert "RIX" not in csv


def test_the_form_takes_what_is_known_and_keeps_what_was_typed(people, signed_in):
    client, path = signed_in(people.dgp_duty), "/crossings/PAT-GRI/waiting/"
    ref = str(uuid.uuid4())
    typed = {"observed_at_date": "", "observed_at_time": "0000", "observed_at_zone": "Europe/Riga",
             "client_ref": ref}  # fmt: skip
    bad = client.post(path, {**typed, "exit_cars_minutes": "1e9", "entry_cars_minutes": "45"})
    assert bad.status_code == 400
    page = bad.content.decode()
    assert 'value="1e9"' in page
    # The page stands at the form's address now, which is only sent to.
    assert 'href="?' not in page
    assert 'href="/crossings/PAT-GRI/?period=7d"' in page
    assert 'data-live-from="/crossings/PAT-GRI/?period=24h"' in page
    assert client.get(path).url == "/crossings/PAT-GRI/"
    assert 'value="45"' in page
    assert ref in page
    for nonsense in ("NaN", "-3", "4321", "٣", "1:75", "99:99"):
        assert client.post(path, {**typed, "exit_cars_minutes": nonsense}).status_code == 400
    assert client.post(path, typed).status_code == 400, "an empty form says nothing"
    assert not WaitingTime.objects.exists()
    good = {**typed, "exit_cars_minutes": "1:30", "entry_cars_minutes": "0",
            "entry_cars_waiting": "7"}  # fmt: skip
    for _twice in range(2):
        assert client.post(path, good).status_code == 302
    said = WaitingTime.objects.values_list("direction", "minutes", "waiting")
    assert sorted(said) == [("entry", 0, 7), ("exit", 90, None)]
    assert signed_in(people.rix_duty).post(path, good).status_code == 403
    row = WaitingTime.objects.get(direction="exit")
    fix = f"/crossings/waiting/{row.uid}/correct/"
    assert signed_in(people.pol_duty).get(fix).status_code == 403
    assert b'value="90"' in client.get(fix).content
    assert client.post(fix, {"minutes": "20", "waiting": "", "reason": ""}).status_code == 400
    assert client.post(fix, {"minutes": "20", "waiting": "", "reason": "Typo"}).status_code == 302
    late = client.post(fix, {"minutes": "25", "waiting": "", "reason": "Again"})
    assert (late.status_code, b'value="25"' in late.content) == (409, True)


def test_systems_say_and_read_the_same_through_the_api(people, api, say):
    duty, there = api(people.dgp_duty), api(people.pol_duty)
    lane = {"direction": "entry", "lane": "cars", "minutes": 130, "waiting": None}
    said = {"lines": [lane], "observed_at": now().isoformat(), "client_ref": str(uuid.uuid4())}
    path = f"{API}PAT-GRI/waiting/"
    for _twice in range(2):
        answer = duty.post(path, said)
        assert (answer.status_code, answer.json()[0]["via"]) == (201, "api")
    assert WaitingTime.objects.count() == 1
    for wrong in ({"minutes": "NaN"}, {"minutes": 4321}, {"lane": "air"}, {"minutes": None}):
        bad = {**said, "lines": [{**lane, **wrong}], "client_ref": str(uuid.uuid4())}
        assert duty.post(path, bad).status_code == 400
    naive = f"{now() - timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}"
    for observed in ("yesterday", naive):
        answer = duty.post(path, {**said, "observed_at": observed})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["observed_at"])
    assert api(people.rix_duty).post(path, said).json()["code"] == "not_allowed"
    found = there.get(f"{API}?mode=road").json()
    (one,) = [row for row in found if row["code"] == "PAT-GRI"]
    assert [(w["side"], w["minutes"], w["long"]) for w in one["waiting"]] == [("LV", 130, True)]
    assert [view["side"] for view in one["opening"]] == ["BY", "LV"]
    assert there.get(f"{API}PAT-GRI/").json() == one
    listed = there.get(path).json()["results"]
    uid = listed[0]["uid"]
    assert there.get(f"{path}?until={listed[0]['observed_at']}").json()["results"] == []
    for nonsense in ("x", "2026-01-01T00:00:00", "0001-01-01T00:00:00+14:00"):
        assert there.get(path, {"since": nonsense}).status_code == 400
    fix = {"minutes": None, "waiting": None, "reason": "Test of the line."}
    assert there.post(f"{API}waiting/{uid}/correct/", fix).status_code == 403
    naive_fix = {**fix, "observed_at": naive}
    assert duty.post(f"{API}waiting/{uid}/correct/", naive_fix).status_code == 400
    assert duty.post(f"{API}waiting/{uid}/correct/", fix).json()["corrects"] == uid
    assert there.get(f"{API}PAT-GRI/").json()["waiting"] == []
    for gone in ("NOWHERE/", "POLOTSK/", "POLOTSK/waiting/"):
        assert there.get(f"{API}{gone}").status_code == 404
    assert there.get(f"{API}export/?as=csv").status_code == 200


def test_the_other_side_is_told_quietly_on_the_console_and_on_the_first_page(
    say, people, place, settings
):
    assert tasks_of(people.stranger) == []
    # What a source says of Silene is no news: it has been so for years.
    (tile,) = tasks_of(people.pol_duty)
    assert tile["sentence"] == "1 crossing point is not fully open."
    desk = [units()["DESK-POL"]]
    assert line(people.pol_duty, desk) == ""
    say(359)
    assert line(people.pol_duty, desk) == "", "short enough"
    say(360)
    assert "6 h 00 min" in line(people.pol_duty, desk)
    actions.record_status(place("IND-BIG"), state="closed", since=now() - timedelta(minutes=1),
                          reason="Repairs.", by=people.dgp_head)  # fmt: skip
    assert "IND-BIG" in line(people.pol_duty, desk)
    assert line(people.pol_duty, []) == ""
    say(400, lane="cars", ago=settings.WAITING_OLD_AFTER + 1)
    lately = {wait.row.lane for row in crossings(people.pol_duty, since=of_the_present())
              for wait in row.waits.get("LV", [])}  # fmt: skip
    assert lately == {"trucks"}, "what is old is not even read"
    (tile,) = tasks_of(people.pol_duty)
    assert tile["sentence"].startswith("2 crossing points are not fully open. Longest wait:")
    with time_machine.travel(now() + timedelta(hours=25)):
        assert line(people.pol_duty, desk) == "", "after a day it is no news"
        assert tasks_of(people.pol_duty)[0]["count"] == 2, "but it is still closed"
