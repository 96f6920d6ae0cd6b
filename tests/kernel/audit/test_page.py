"""The auditor's page: the own side's trail, its filters, its seals and what is taken out of it."""

import csv
import io
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bordercoop.audit.check_export import check
from bordercoop.audit.context import request_id
from bordercoop.audit.models import Entry, Seal, record
from bordercoop.audit.sealing import seal_days
from bordercoop.web.trail.sheet import safe
from tests.kernel.audit.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(people, signed_in, time_machine):
    """The Latvian auditor's browser, at noon of the 20th."""
    time_machine.move_to(NOON, tick=False)
    return signed_in(people.lv_auditor)


def shown(answer):
    return [row.about for row in answer.context["rows"]]


@pytest.mark.parametrize("who", ["dgp_head", "lv_hq", "lv_admin", "stranger"])
def test_to_others_the_trail_does_not_exist(who, people, signed_in):
    browser = signed_in(getattr(people, who))
    assert browser.get("/audit/").status_code == 404
    assert browser.post("/audit/sheet/").status_code == 404
    assert browser.post("/audit/sealed/").status_code == 404


def test_a_guest_is_led_to_sign_in(client):
    assert client.get("/audit/").status_code == 302


def test_each_auditor_reads_the_own_side_alone(people, signed_in):
    record("incident.reported", "incident:lv", by=people.dgp_duty)
    record("incident.reported", "incident:by", by=people.pol_duty)
    record("account.sign_in_failed", "user:pol.duty", by=None, trail="BY")
    latvian = shown(signed_in(people.lv_auditor).get("/audit/"))
    belarusian = shown(signed_in(people.by_auditor).get("/audit/"))
    assert "incident:lv" in latvian
    assert not {"incident:by", "user:pol.duty"} & set(latvian)
    assert {"incident:by", "user:pol.duty"} <= set(belarusian)
    assert "incident:lv" not in belarusian


def test_what_the_system_did_for_neither_side_both_read_alike(people, signed_in):
    record("rota.extended", "rota", by=None, shifts=3)
    for who in (people.lv_auditor, people.by_auditor):
        browser = signed_in(who)
        assert "rota" not in shown(browser.get("/audit/"))
        assert shown(browser.get("/audit/?trail=system")) == ["rota"]


def test_a_row_has_words_facts_and_both_clocks(auditor, people, time_machine):
    time_machine.move_to(NOON, tick=False)
    record("incident.supplemented", "incident:1", by=people.dgp_duty, changed=["place", "headline"])
    record("new.verb", "incident:2", by=people.dgp_duty, odd={"a": [1, None]})
    time_machine.move_to(NOON.replace(hour=13), tick=False)
    page = auditor.get("/audit/?officer=DGP.duty").content.decode()
    assert "An incident was supplemented" in page or "papildin" in page
    assert "place, headline" in page
    assert "new.verb" in page, "a verb without words is shown as its code"
    assert "14:00" in page, "in Riga"
    assert "15:00" in page, "in Minsk"


FILTERS = [
    ("officer=dgp.duty", ["incident:2", "incident:1"]),
    ("verb=incident.verified", ["incident:2"]),
    ("about=incident:1", ["incident:1"]),
    ("request=req-0001", ["incident:1"]),
    ("about=incident:1&verb=incident.verified", []),
    ("since=20.11.2026&until=20.11.2026&officer=dgp.duty", ["incident:1"]),
    ("since=2011&verb=incident.reported", ["incident:1"]),
    ("since=21.11.2026&officer=dgp.duty", ["incident:2"]),
    ("until=19.11.2026", []),
]


def test_the_filters_of_the_address(auditor, people, time_machine):
    officer = people.dgp_duty
    # 21:59 UTC is 23:59 in Riga; a minute later the Latvian day is another one.
    for minute, verb, about, request in (
        (59, "incident.reported", "incident:1", "req-0001"),
        (60, "incident.verified", "incident:2", "req-0002"),
    ):
        hour, rest = divmod(21 * 60 + minute, 60)
        time_machine.move_to(NOON.replace(hour=hour, minute=rest), tick=False)
        token = request_id.set(request)
        record(verb, about, by=officer)
        request_id.reset(token)
    time_machine.move_to(NOON.replace(day=23), tick=False)
    auditor.force_login(people.lv_auditor)
    for query, found in FILTERS:
        assert shown(auditor.get(f"/audit/?{query}")) == found, query


UNCLEAR = [
    "officer=pol.duty",
    "officer=nobody",
    "since=soon",
    "until=99.99.2026",
    "since=01.01.2200",
    "trail=BY",
    "about=" + "x" * 100_000,
    "cursor=forged",
    "verb=" + "x" * 121,
    "officer=%00",
]


def test_a_filter_that_cannot_be_meant_is_a_sentence(auditor, people):
    people.pol_duty
    for query in UNCLEAR:
        answer = auditor.get(f"/audit/?{query}")
        assert answer.status_code == 400, query[:40]
        assert 'role="alert"' in answer.content.decode() or query == "officer=%00", query[:40]


def test_an_officer_of_the_other_side_is_as_unknown_as_none(auditor, people):
    people.pol_duty
    one, other = (
        auditor.get(f"/audit/?officer={name}").context["wrong"]["officer"][0]
        for name in ("pol.duty", "pol.none")
    )
    assert one.replace("pol.duty", "pol.none") == other


def test_pages_follow_each_other_by_place(auditor, people):
    for number in range(60):
        record("incident.reported", f"incident:{number}", by=people.dgp_duty)
    first = auditor.get("/audit/?verb=incident.reported")
    second = auditor.get("/audit/" + first.context["next"])
    assert shown(first) + shown(second) == [f"incident:{n}" for n in range(59, -1, -1)]
    assert second.context["next"] is None


def test_a_row_says_whether_its_day_is_sealed(auditor, people, time_machine):
    time_machine.move_to(NOON, tick=False)
    record("incident.reported", "incident:1", by=people.dgp_duty)
    time_machine.move_to(NOON.replace(day=21), tick=False)
    auditor.force_login(people.lv_auditor)
    rows = auditor.get("/audit/?about=incident:1").context["rows"]
    assert rows[0].seal is None
    seal_days()
    answer = auditor.get("/audit/?about=incident:1")
    seal = Seal.objects.get(side="LV", day=NOON.date())
    assert answer.context["rows"][0].seal == seal
    assert str(seal) in answer.content.decode(), "the whole digest can be noted"


def test_reading_the_trail_is_in_the_trail(auditor, people):
    for _ in range(2):
        auditor.get("/audit/")
    assert Entry.objects.get(verb="personal_data.read").about == "trail:LV"


def test_the_list_goes_out_as_a_table_and_that_is_recorded(auditor, people):
    record("incident.reported", "incident:1", by=people.dgp_duty, number="=1+1")
    record("incident.reported", "incident:by", by=people.pol_duty)
    answer = auditor.post("/audit/sheet/?verb=incident.reported")
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 2
    assert "incident:1" in rows[1]
    assert "dgp.duty" in rows[1]
    entry = Entry.objects.get(verb="data.exported")
    assert (entry.actor, entry.about) == (people.lv_auditor, "export:audit")
    assert entry.facts == {"filter": {"verb": "incident.reported"}, "rows": 1}


def test_a_table_longer_than_a_batch_is_whole(auditor, people, monkeypatch):
    from bordercoop.web.trail import sheet

    monkeypatch.setattr(sheet, "BATCH", 2)
    for number in range(5):
        record("incident.reported", f"incident:{number}", by=people.dgp_duty)
    answer = auditor.post("/audit/sheet/?verb=incident.reported")
    assert b"".join(answer.streaming_content).decode().count("incident:") == 5


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "  =1+1"])
def test_no_cell_is_a_formula(text):
    assert safe(text) == f"'{text}"
    assert safe("a=1") == "a=1"


def test_a_wrong_filter_takes_nothing_out(auditor):
    assert auditor.post("/audit/sheet/?since=soon").status_code == 400
    assert not Entry.objects.filter(verb="data.exported").exists()


def test_the_sealed_trail_goes_out_whole_and_that_is_recorded(auditor, people, time_machine):
    time_machine.move_to(NOON, tick=False)
    record("incident.reported", f"incident:{uuid.uuid4()}", by=people.dgp_duty)
    record("incident.reported", "incident:by", by=people.pol_duty)
    time_machine.move_to(NOON.replace(day=21), tick=False)
    seal_days()
    auditor.force_login(people.lv_auditor)
    answer = auditor.post("/audit/sealed/")
    text = b"".join(answer.streaming_content).decode()
    assert check(text.splitlines()).side == "LV"
    assert "incident:by" not in text
    entry = Entry.objects.get(verb="data.exported")
    assert entry.facts["rows"] == Seal.objects.get(side="LV", day=NOON.date()).count


def test_downloads_are_asked_for_by_post(auditor):
    assert auditor.get("/audit/sheet/").status_code == 405
    assert auditor.get("/audit/sealed/").status_code == 405


def test_an_auditor_finds_the_trail_in_the_menu_and_on_the_first_page(auditor, people, signed_in):
    record("account.sign_in_failed", "user:dgp.duty", by=None, trail="LV")
    page = auditor.get("/")
    assert 'href="/audit/"' in page.content.decode()
    tile = next(tile for tile in page.context["tiles"] if tile["url"] == "/audit/")
    assert tile["count"] == 1
    assert 'href="/audit/"' not in signed_in(people.dgp_duty).get("/").content.decode()


def test_the_trail_costs_the_same_for_two_rows_and_for_forty(auditor, people):
    counts = []
    for rows in (2, 38):
        for number in range(rows):
            record("incident.reported", f"incident:{number}", by=people.dgp_duty)
        auditor.get("/audit/")
        with CaptureQueriesContext(connection) as queries:
            auditor.get("/audit/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
