"""The list: filters in the address, pages that neither lose nor repeat a row."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now

from incidents.actions import close_part, verify_incident
from incidents.models import Incident, Share

pytestmark = pytest.mark.django_db


@pytest.fixture
def mixed(incident, people):
    """Four incidents of both sides that differ in everything a filter knows."""
    made = {
        "land": incident(category="UBC-LND", severity=3),
        "air": incident(category="UBC-AIR", severity=1, place="RIX"),
        "asylum": incident(category="ASY", severity=2),
        "drugs": incident(category="CBC-DRG", severity=4, lat=None, lon=None),
    }
    verify_incident(made["air"], by=people.dgp_leader)
    close_part(made["drugs"], ground="did_not_occur", by=people.dgp_leader)
    return made


FILTERS = {
    "category=UBC-LND": {"land"},
    "category=UBC": {"land", "air"},
    "category=CBC": {"drugs"},
    "category=SIR": set(),
    "state=submitted": {"land", "asylum"},
    "state=verified": {"air"},
    "state=closed": {"drugs"},
    "severity=4": {"drugs"},
    "severity=3": {"land"},
    "side=LV": {"land", "air", "asylum", "drugs"},
    "side=BY": set(),
    "place=RIX": {"air"},
    "origin=service": {"land", "air", "asylum", "drugs"},
    "origin=open_source": set(),
    "category=UBC&severity=1": {"air"},
    "category=UBC&state=closed": set(),
    "category=&state=": {"land", "air", "asylum", "drugs"},
}


@pytest.mark.parametrize("query", FILTERS)
def test_a_filter_says_the_same_in_the_page_and_in_the_api(query, mixed, people, signed_in, api):
    wanted = {mixed[name].number for name in FILTERS[query]}
    page = signed_in(people.dgp_officer).get(f"/incidents/?{query}")
    assert page.status_code == 200
    assert {row.number for row in page.context["rows"]} == wanted
    answer = api(people.dgp_officer).get(f"/api/v1/incidents/?{query}")
    assert {row["number"] for row in answer.json()["results"]} == wanted


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("category=XXX", "category"),
        ("state=open", "state"),
        ("severity=9", "severity"),
        ("severity=x", "severity"),
        ("side=XX", "side"),
        ("place=XX", "place"),
        ("origin=x", "origin"),
        ("since=yesterday", "since"),
        ("until=2026-13-01", "until"),
        ("since=0001-01-01", "since"),
        ("until=9999-12-31", "until"),
        ("cursor=x", "cursor"),
        ("cursor=" + "A" * 5000, "cursor"),
    ],
)
def test_a_filter_that_does_not_exist_is_told_and_kept(query, name, mixed, people, signed_in, api):
    page = signed_in(people.dgp_officer).get(f"/incidents/?{query}")
    assert page.status_code == 400
    assert list(page.context["wrong"]) == [name]
    answer = api(people.dgp_officer).get(f"/api/v1/incidents/?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [name]


@pytest.mark.parametrize("query", ["number=%00", "category=%00", "cursor=%00", "x=%00"])
def test_a_character_that_cannot_be_stored_is_refused_in_the_address(query, people, signed_in, api):
    assert signed_in(people.dgp_officer).get(f"/incidents/?{query}").status_code == 400
    answer = api(people.dgp_officer).get(f"/api/v1/incidents/?{query}")
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "detail", "fields"}


@pytest.mark.parametrize("number", ["LV-DGP", "lv-dgp", "%", "_", "LV%", "' OR 1=1"])
def test_a_number_is_found_by_its_beginning_and_no_wildcard_works(number, mixed, people, signed_in):
    page = signed_in(people.dgp_officer).get("/incidents/", {"number": number})
    assert page.status_code == 200
    assert len(page.context["rows"]) == (4 if number.upper() == "LV-DGP" else 0)


def test_days_are_those_of_the_readers_clock(incident, people, signed_in, time_machine):
    time_machine.move_to(datetime(2027, 2, 17, 21, 30, tzinfo=UTC), tick=True)  # 18th in Minsk
    incident()
    incident(by=people.pol_officer, at="BY-POL")

    def days(who, **query):
        return len(signed_in(getattr(people, who)).get("/incidents/", query).context["rows"])

    assert days("dgp_officer", since="2027-02-17", until="2027-02-17") == 1
    assert days("dgp_officer", since="2027-02-18") == 0
    assert days("pol_officer", since="2027-02-17", until="2027-02-17") == 0
    assert days("pol_officer", since="2027-02-18", until="2027-02-18") == 1


@pytest.fixture
def many(incident, people):
    """Twelve incidents, all of one instant: only their order in the table tells them apart."""
    made = [incident() for _ in range(12)]
    at = now() - timedelta(hours=1)
    Incident.objects.update(reported_at=at)
    Share.objects.update(reported_at=at)
    return [case.number for case in made][::-1]


def walk(program, address):
    pages = []
    while address:
        answer = program.get(address).json()
        pages.append(answer)
        address = answer["next"]
    return pages


def test_pages_of_equal_times_lose_and_repeat_nothing(many, people, api):
    program = api(people.dgp_officer)
    pages = walk(program, "/api/v1/incidents/?page_size=5")
    assert [row["number"] for page in pages for row in page["results"]] == many
    assert [len(page["results"]) for page in pages] == [5, 5, 2]
    back = program.get(pages[-1]["previous"]).json()
    assert back["results"] == pages[1]["results"]
    first = program.get(back["previous"]).json()
    assert first["results"] == pages[0]["results"]
    assert first["previous"] is None


def test_what_arrives_meanwhile_shifts_no_page(many, people, api, incident):
    program = api(people.dgp_officer)
    first = program.get("/api/v1/incidents/?page_size=5").json()
    new = incident().number
    second = program.get(first["next"]).json()
    assert [row["number"] for row in second["results"]] == many[5:10]
    assert program.get("/api/v1/incidents/?page_size=5").json()["results"][0]["number"] == new


def test_the_page_has_its_neighbours_and_keeps_the_filter(many, people, signed_in, monkeypatch):
    from incidents.views import lists

    monkeypatch.setattr(lists, "PAGE", 5)
    browser = signed_in(people.dgp_officer)
    shown, query = [], "?category=UBC"
    while query:
        page = browser.get(f"/incidents/{query}")
        shown += [row.number for row in page.context["rows"]]
        query = page.context["next"]
        assert query is None or "category=UBC" in query
    assert shown == many


def test_a_cursor_of_another_reader_opens_nothing(many, people, api, incident):
    incident(by=people.rix_officer, at="LV-RIX")
    cursor = api(people.dgp_officer).get("/api/v1/incidents/?page_size=5").json()["next"]
    rows = api(people.rix_officer).get(cursor).json()["results"]
    assert all(row["unit"] == "LV-RIX" for row in rows)


@pytest.mark.parametrize("size", ["0", "-1", "x", "9" * 400, "1.5"])
def test_a_page_size_that_cannot_be_is_refused(size, people, api):
    answer = api(people.dgp_officer).get(f"/api/v1/incidents/?page_size={size}")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["page_size"])


def test_the_newest_comes_first(incident, people, api, later):
    first = incident().number
    later(minutes=5)
    second = incident(happened_at=now() - timedelta(days=300), detected_at=None).number
    rows = api(people.dgp_officer).get("/api/v1/incidents/").json()["results"]
    assert [row["number"] for row in rows] == [second, first]


def test_an_empty_list_is_a_page_with_a_way_on(people, signed_in):
    page = signed_in(people.dgp_officer).get("/incidents/")
    assert page.status_code == 200
    assert "/incidents/new/" in page.content.decode()
