"""Whether a place is open: each side says so for itself, with a history that stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference.models import Place, PlaceStatus, views_of
from contactpoints import actions
from contactpoints.listing import openings
from tests.incidents.doors import refused_by_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db):
    return lambda code="PAT-GRI": Place.objects.get(code=code)


@pytest.fixture
def say(place, people):
    def make(state="closed", code="PAT-GRI", by=None, ago=60, **more):
        given = {"reason": "" if state == "open" else "Repairs.", **more}
        since = given.pop("since", now() - timedelta(minutes=ago))
        return actions.record_status(
            place(code), state=state, since=since, by=by or people.dgp_head, **given
        )

    return make


def test_until_a_side_has_said_something_nothing_is_known(place, people):
    (opening,) = openings([place()], people.lv_hq)
    assert [(view.side, view.status) for view in opening.views] == [("LV", None), ("BY", None)]
    assert opening.differ is False
    assert views_of([place()]) == {}


def test_each_side_says_its_own_and_the_page_says_where_they_differ(say, people, place):
    ours = say("closed")
    assert (ours.side, ours.until, ours.recorded_by) == ("LV", None, people.dgp_head)
    assert openings([place()], people.by_hq)[0].differ is False, "silence is no difference"
    say("open", by=people.pol_head)
    (opening,) = openings([place()], people.by_hq)
    assert [(view.side, view.status.state) for view in opening.views] == [
        ("BY", "open"), ("LV", "closed"),
    ]  # fmt: skip
    assert opening.differ
    entry = Entry.objects.get(verb="place.status", side="LV")
    assert (entry.about, entry.facts["state"]) == ("place:PAT-GRI", "closed")


def test_a_new_status_ends_the_old_one_and_the_history_stays(say, place):
    first, second = say("closed", ago=60), say("restricted", ago=30)
    first.refresh_from_db()
    assert first.until == second.since
    assert PlaceStatus.objects.current().get(place=place()) == second
    assert Entry.objects.filter(verb="place.status").latest("pk").facts["before"] == "closed"


def test_the_same_status_recorded_twice_is_one(say):
    since = now() - timedelta(minutes=9)
    assert say(since=since) == say(since=since)
    assert PlaceStatus.objects.filter(place__code="PAT-GRI").count() == 1


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("dgp_head", "PAT-GRI"), ("pol_head", "PAT-GRI"), ("lv_hq", "PAT-GRI"),
        ("by_hq", "PAT-GRI"), ("lv_admin", "PAT-GRI"), ("rix_head", "RIX"), ("lv_hq", "MSQ"),
    ],
)  # fmt: skip
def test_heads_of_the_point_headquarters_and_administrators_record(who, code, say, people):
    by = getattr(people, who)
    assert say(code=code, by=by).side == by.side


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("dgp_duty", "PAT-GRI"), ("dgp_officer", "PAT-GRI"), ("lv_auditor", "PAT-GRI"),
        ("rix_head", "PAT-GRI"), ("dgp_head", "MSQ"), ("stranger", "PAT-GRI"),
    ],
)  # fmt: skip
def test_nobody_else_records(who, code, say, people):
    with pytest.raises(NotAllowed):
        say(code=code, by=getattr(people, who))
    assert not PlaceStatus.objects.filter(place__code=code).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"state": "shut"}, "state"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "a\0"}, "reason"),
        ({"ago": -30}, "since"),
        ({"since": datetime(1980, 1, 1, tzinfo=UTC)}, "since"),
        ({"expected_on": (now() - timedelta(days=30)).date()}, "expected_on"),
        ({"state": "open", "expected_on": (now() + timedelta(days=3)).date()}, "expected_on"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(given, field, say):
    with pytest.raises(Invalid) as refusal:
        say(**given)
    assert list(refusal.value.fields) == [field]


def test_a_status_begins_after_the_one_before(say):
    say(ago=30)
    with pytest.raises(Invalid) as refusal:
        say("open", ago=45)
    assert list(refusal.value.fields) == ["since"]


def test_a_town_neither_opens_nor_closes(say, people):
    with pytest.raises(Refused) as refusal:
        say(code="POLOTSK", by=people.by_hq)
    assert refusal.value.code == "never_opens"


# What the database refuses whatever the code does


def make(place, **changes):
    return PlaceStatus.objects.create(
        **{
            "place": place, "side": "LV", "state": "open", "recorded_at": now(), "source": "x",
            "period": DateTimeTZRange(now(), None), **changes,
        }
    )  # fmt: skip


def test_the_database_knows_one_status_of_a_side_at_a_time(say, place):
    say(ago=30)
    with refused_by_database("a_side_says_one_thing_about_a_place_at_a_time"):
        make(place())
    assert make(place(), side="BY")


def test_the_database_takes_no_word_of_one_side_from_an_officer_of_the_other(place, people):
    with refused_by_database("a_side_records_only_its_own_view"):
        make(place(), side="BY", recorded_by=people.lv_hq)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"source": ""}, "a_status_comes_from_an_officer_or_a_source"),
        ({"side": "EU"}, "only_the_two_sides_say_what_is_open"),
        ({"expected_on": "2027-01-01"}, "only_what_is_not_open_is_expected_to_reopen"),
        ({"period": DateTimeTZRange(None, None)}, "a_status_begins_at_a_time"),
    ],
)
def test_the_database_refuses_half_a_status(changes, rule, place):
    with refused_by_database(rule):
        make(place(), **changes)


def test_the_database_keeps_the_history_as_it_was_recorded(say):
    first = say(ago=60)
    say("open", ago=30)
    rows = PlaceStatus.objects.filter(pk=first.pk)
    for change, rule in (
        ({"state": "open"}, "Cannot update"),
        ({"reason": "Another"}, "Cannot update"),
        ({"period": DateTimeTZRange(first.since, now())}, "a_status_is_ended_once"),
    ):
        with refused_by_database(rule):
            rows.update(**change)
    with refused_by_database("Cannot delete"):
        rows.delete()
