"""The ledger: what crossed between two sides in a month, the same numbers for both."""

import csv
import io
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid
from contactpoints import actions as duty
from contactpoints.models import Delivery
from incidents.actions import (
    add_note,
    answer_proposal,
    propose_fields,
    recall_release,
    release_incident,
    supplement_incident,
)
from incidents.exchange import DELIVERIES, Row, ledger, month_of, months
from incidents.models import Share
from tests.incidents.doors import sql

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def middle_of_a_month(time_machine):
    """So that no test runs over the end of one."""
    time_machine.move_to((now().replace(day=15) + timedelta(days=31)).replace(day=15), tick=True)


def this_month():
    return month_of("")


def pair(side, sender="LV", receiver="BY"):
    pairs, _desks = ledger(side, this_month())
    return next((row for row in pairs if (row.sender, row.receiver) == (sender, receiver)), None)


def test_it_counts_what_was_sent_acknowledged_answered_and_late(released, people, unit, later):
    people.dgp_head, people.dgp_duty
    deliveries = [released(priority="P3")[1] for _ in range(5)]
    first, second, third, fourth, _fifth = deliveries
    later(minutes=10)
    duty.acknowledge_delivery(first, by=people.pol_duty)
    duty.accept_delivery(second, by=people.pol_duty)
    case = Share.objects.get(incident__uid=third.alert.about.partition(":")[2], own=False)
    add_note(case.incident, text="x", audience="shared", by=people.pol_duty)
    add_note(case.incident, text="x", audience="own", by=people.pol_duty)
    made = propose_fields(case, values={"people_total": 9}, reason="x", by=people.pol_duty)
    propose_fields(case, values={"people_total": 7}, reason="x", by=people.pol_duty)
    answer_proposal(made, answers={"people_total": "accept"}, by=people.dgp_duty)
    gone = Share.objects.get(incident__uid=fourth.alert.about.partition(":")[2], own=False)
    recall_release(gone.incident, desks=[unit("DESK-POL")], reason="x", by=people.dgp_head)
    later(minutes=65)
    duty.decline_delivery(third, reason="No car.", by=people.pol_duty)
    row = pair("LV")
    assert (row.sent, row.acknowledged, row.recalled) == (6, 3, 1)  # the recall is a message too
    assert (row.accepted, row.declined, row.comments) == (1, 1, 1)
    assert (row.proposals, row.proposals_answered, row.answered) == (2, 1, 4)
    # Late: the third after its hour; the fifth and the recall not at all.
    assert row.late == 3
    assert 590 < row.median_s < 640
    assert row.p95_s > 3600
    assert pair("BY") == row
    assert pair("LV", "BY", "LV") is None
    _pairs, desks = ledger("BY", this_month())
    assert [desk.desk for desk in desks] == ["DESK-POL"]
    assert desks[0].sent == 6


def test_one_that_still_has_time_is_not_late(released):
    released(priority="P4")
    assert pair("LV").late == 0


def test_what_stays_at_home_and_exercises_are_not_in_it(released, incident, people, unit):
    people.rix_duty
    for category in ("ASY", "SIR", "UBC-LND"):
        case = incident(category=category)
        release_incident(case, desks=[unit("DESK-RIX")], by=people.dgp_duty)
        add_note(case, text="x", audience="shared", by=people.dgp_duty)
    assert ledger("LV", this_month()) == ([], [])
    assert ledger("BY", this_month()) == ([], [])


def test_becoming_what_never_crosses_after_a_recall_changes_no_number(released, people, unit):
    people.dgp_head
    case, _delivery = released()
    add_note(case, text="x", audience="shared", by=people.pol_duty)
    recall_release(case, desks=[unit("DESK-POL")], reason="x", by=people.dgp_head)
    before = ledger("BY", this_month())
    supplement_incident(case, version=1, changes={"category": "ASY"}, by=people.dgp_officer)
    assert ledger("BY", this_month()) == before


def test_a_third_side_reads_nothing_of_the_exchange_of_two(released):
    released()
    assert ledger("EU", this_month()) == ([], [])


def test_months_are_utc_and_end_where_the_next_begins(released):
    _case, delivery = released()
    for minute, november in ((59, 1), (60, 0)):
        at = datetime(2026, 11, 30, 23, tzinfo=UTC) + timedelta(minutes=minute)
        Delivery.objects.filter(pk=delivery.pk).update(queued_at=at)
        assert [row.sent for row in ledger("LV", date(2026, 11, 1))[0]] == [1] * november
        assert [row.sent for row in ledger("LV", date(2026, 12, 1))[0]] == [1] * (1 - november)


def test_the_last_twelve_months():
    found = months(date(2026, 2, 1))
    assert found[:3] == [date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1)]
    assert len(found) == 12


@pytest.mark.parametrize(
    "text", ["2026", "2026-13", "x", "2026-11-01", "1900-01", "\x00", "9" * 999]
)
def test_a_month_that_is_none_is_refused(text, people, signed_in, api):
    with pytest.raises(Invalid):
        month_of(text)
    assert api(people.dgp_duty).get("/api/v1/exchange/", {"month": text}).status_code == 400
    assert signed_in(people.dgp_duty).get("/exchange/", {"month": text}).status_code == 400


# --- doors


@pytest.mark.parametrize(("who", "status"), [
    ("dgp_duty", 200), ("lv_auditor", 200), ("dgp_officer", 403), ("lv_analyst", 403),
])  # fmt: skip
def test_it_is_for_those_who_see_alerts(who, status, people, signed_in, api):
    user = getattr(people, who)
    browser = signed_in(user)
    assert browser.get("/exchange/").status_code == status
    for page in ("/exchange/export/", "/exchange/alerts/export/"):
        assert browser.get(page).status_code == status
        assert browser.get(f"{page}?as=csv").status_code == status
    assert api(user).get("/api/v1/exchange/").status_code == status
    # One entry of the menu for figures, what crossed, and statements; it is current on each.
    home = browser.get("/").content.decode()
    assert ('href="/ledger/"' in home) == (status == 200)
    assert 'href="/exchange/"' not in home
    if status == 200:
        for page in ("/ledger/", "/exchange/", "/statements/"):
            (here,) = [
                item for item in browser.get(page).context["shell"]["nav"] if item["current"]
            ]
            assert here["url"] == "/ledger/"
        assert 'href="/exchange/"' in browser.get("/statements/").content.decode()


def rows_of(answer):
    """The rows of an exported CSV, which come after its head and an empty line."""
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ","))
    return [row for row in lines[lines.index([]) + 1 :] if row][1:]


def test_the_ledger_and_its_alerts_are_taken_out_and_recorded(released, people, signed_in, api):
    case, delivery = released()
    duty.acknowledge_delivery(delivery, line="=1+1", by=people.pol_duty)
    month = f"{now().astimezone(UTC):%Y-%m}"
    browser = signed_in(people.lv_hq)
    rows = rows_of(browser.get(f"/exchange/export/?month={month}&as=csv"))
    assert [(row[0], row[1], row[4]) for row in rows] == [(month, "LV", "1"), (month, "LV", "1")]
    entry = Entry.objects.get(verb="data.exported")
    assert (entry.actor, entry.about, entry.facts["rows"]) == (people.lv_hq, "export:exchange", 2)

    (row,) = rows_of(browser.get(f"/exchange/alerts/export/?month={month}&as=csv"))
    assert case.number in row
    assert "'=1+1" in row
    assert Entry.objects.filter(about="export:alerts").count() == 1
    (same,) = rows_of(api(people.pol_duty).get(f"/api/v1/deliveries/export/?month={month}&as=csv"))
    assert case.number in same
    assert browser.get("/exchange/export/?month=x&as=csv").status_code == 400


def test_of_what_was_narrowed_or_recalled_the_desk_takes_out_what_it_may_still_read(
    released, people, signed_in, unit
):
    case, _delivery = released()
    headline = case.versions.get(number=1).content["headline"]
    address = "/exchange/alerts/export/?as=csv"

    def taken(user):
        return str(rows_of(signed_in(user).get(address)))

    assert headline in taken(people.pol_duty)
    recall_release(case, desks=[unit("DESK-POL")], reason="By mistake.", by=people.dgp_head)
    assert headline not in taken(people.pol_duty)
    assert headline in taken(people.dgp_duty)


def test_the_api_says_the_same(released, people, api):
    released()
    said = api(people.pol_duty).get("/api/v1/exchange/").json()
    assert said["sides"][0]["sent"] == 1
    assert said["desks"][0]["desk"] == "DESK-POL"
    assert said["month"] == f"{now().astimezone(UTC):%Y-%m}"


# --- at any size


def test_a_month_among_a_hundred_thousand_deliveries_is_read_by_an_index(released):
    _case, delivery = released()
    sql(
        """
        INSERT INTO contactpoints_alert (uid, about, kind, status, priority, card, sender_id,
                                         raised_at)
        SELECT gen_random_uuid(), 'incident:' || gen_random_uuid(), kind, status, priority, '{}',
               sender_id, now() - n * interval '5 minutes'
        FROM contactpoints_alert, generate_series(1, 100000) n WHERE id = %s
        """,
        delivery.alert_id,
    )
    sql(
        """
        INSERT INTO contactpoints_delivery (uid, alert_id, desk_id, priority, state, queued_at,
            line, phoned, reason, failure, step, steps)
        SELECT gen_random_uuid(), a.id, d.desk_id, d.priority, 'queued', a.raised_at, '', '',
               '', '', 0, d.steps
        FROM contactpoints_alert a, contactpoints_delivery d
        WHERE d.id = %s AND a.id <> d.alert_id
        """,
        delivery.pk,
    )
    sql("ANALYZE contactpoints_delivery, contactpoints_alert")
    since = now() - timedelta(days=90)
    values = {"side": "LV", "since": since, "until": since + timedelta(days=30), "at": now()}
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + DELIVERIES, values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "delivery_newest" in plan, plan
    assert "Seq Scan on contactpoints_delivery" not in plan, plan
    began = time.monotonic()
    (row,), _desks = ledger("LV", (now() - timedelta(days=90)).date().replace(day=1))
    assert time.monotonic() - began < 2
    assert 8000 < row.sent < 9000
    assert row.late == row.sent
    assert isinstance(row, Row)
