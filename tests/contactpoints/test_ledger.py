"""The figures of a desk and month: what each counts, whose clock it is, who reads it."""

import csv
import io
import statistics
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from bordercoop.audit.models import Entry
from contactpoints.actions import decline_delivery, escalate_due
from contactpoints.ledger import AT_DESK, CROSSED, KIND, crossed, desk_month
from contactpoints.months import span
from tests.contactpoints.statement_scene import MONTH, OCTOBER, SEP, exchange

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(people, unit, time_machine):
    return exchange(people, unit, time_machine)


def test_each_figure_is_what_the_page_of_the_mechanism_says(scene, time_machine):
    time_machine.move_to(OCTOBER + timedelta(hours=3))
    escalate_due()
    decline_delivery(scene.unanswered, reason="No car.", by=scene.people.pol_duty)
    made = desk_month(scene.desks["BY"], MONTH)
    (p2, p3), total = made.actual, made.total
    assert (p3.priority, p3.received, p3.acknowledged, p3.in_time, p3.late) == ("P3", 3, 3, 1, 2)
    assert (p3.escalated, p3.declined, p3.recalled, p3.waiting) == (1, 1, 0, 0)
    assert (p2.received, p2.in_time, p2.late) == (1, 0, 1)
    assert (total.received, total.in_time, total.late) == (4, 1, 3)
    # Half of 10, 90 and 180 minutes; 95 of 100 lies between the two highest.
    assert p3.acknowledge == (90 * 60, (90 + 0.9 * 90) * 60)
    assert p3.deliver == (60, 60)
    assert total.acknowledge[0] == statistics.median([600, 5400, 10800, 3720])
    assert (made.drill_total.received, made.drill_total.in_time) == (1, 1)  # apart
    assert total.earlier is None
    following = desk_month(scene.desks["BY"], MONTH.replace(month=11))
    assert following.total.received == 0
    assert following.total.earlier.received == 4
    assert desk_month(scene.desks["BY"], SEP).empty


def test_a_desk_s_month_is_one_of_its_own_wall_and_a_statement_s_one_of_utc(
    scene, time_machine, people, on_duty
):
    edge = datetime(2025, 10, 31, 22, 30, tzinfo=UTC)  # already November in Riga and Minsk
    time_machine.move_to(edge, tick=False)
    for officer, code in ((people.dgp_duty, "DESK-DGP"), (people.pol_duty, "DESK-POL"),
                          (people.by_hq, "BY-GPK"), (people.lv_hq, "LV-SBG")):  # fmt: skip
        on_duty(officer, code)
    scene.send("LV", "P4", reached=1, start=edge)
    october = desk_month(scene.desks["BY"], MONTH)
    november = desk_month(scene.desks["BY"], MONTH.replace(month=11))
    assert (october.total.received, november.total.received) == (4, 1)
    kinds = [row.kind for row in crossed(*span(MONTH), edge) if row.sender == "DESK-DGP"]
    assert kinds == ["P2", "P3", "P4", "drill"]


def test_what_crossed_is_counted_from_either_end(scene):
    rows = {row.key: row for row in crossed(*span(MONTH), datetime(2025, 11, 2, tzinfo=UTC))}
    p2 = rows["DESK-DGP>DESK-POL/P2"]
    assert (p2.out.late, p2.got.late) == (1, 0)  # it was under way for an hour
    p3 = rows["DESK-DGP>DESK-POL/P3"]
    assert p3.out.said == p3.got.said == {"sent": 3, "answered": 2, "late": 2}
    made = desk_month(scene.desks["LV"], MONTH)
    assert [row.kind for row in made.sent] == ["P2", "P3", "drill"]
    assert [(row.sender, row.kind) for row in made.got] == [("DESK-POL", "P3")]


def test_page_api_and_file_say_the_same_to_the_own_side_alone(scene, people, signed_in, api):
    people.pol_duty.language = people.dgp_duty.language = "en"
    for officer in (people.pol_duty, people.dgp_duty):
        officer.save(update_fields=["language"])
    client = signed_in(people.pol_duty)
    text = client.get("/ledger/?month=2025-10&desk=DESK-POL").content.decode()
    assert "1 of 4 acknowledged in time." in text
    assert "Exercise and test alerts, apart" in text
    empty = client.get("/ledger/?month=2025-08").content.decode()
    assert "got and sent nothing in August 2025" in empty
    said = api(people.pol_duty).get("/api/v1/ledger/?month=2025-10").json()
    assert (said["desk"], said["zone"], said["month"]) == ("DESK-POL", "Europe/Minsk", "2025-10")
    assert (said["total"]["received"], said["total"]["in_time"]) == (4, 1)
    assert said["received"][0]["as_sender"] == {"sent": 1, "answered": 1, "late": 1}
    answer = client.get("/ledger/export/?month=2025-10&as=csv")
    rows = list(
        csv.reader(
            io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";"
        )
    )
    assert any(row[3:8] == ["All priorities", "4", "3", "1", "3"] for row in rows), rows
    assert Entry.objects.filter(verb__contains="export", actor=people.pol_duty).exists()
    # Another side's desk does not exist here, and a month that is none is refused in a sentence.
    assert client.get("/ledger/?desk=DESK-DGP").status_code == 404
    refused = api(people.pol_duty).get("/api/v1/ledger/?desk=DESK-DGP")
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["desk"])
    for month in ("2025-13", "x" * 100_000, "\x00", "99999999-01"):
        assert client.get("/ledger/", {"month": month}).status_code == 400
        assert api(people.pol_duty).get("/api/v1/ledger/", {"month": month}).status_code == 400
    for reader in (people.stranger, people.dgp_officer):
        assert signed_in(reader).get("/ledger/").status_code == 403
        assert api(reader).get("/api/v1/ledger/").status_code == 403
        assert signed_in(reader).get("/statements/").status_code == 403


def test_a_month_is_read_by_an_index_in_a_handful_of_statements(
    scene, people, signed_in, django_assert_max_num_queries
):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH made AS (
                INSERT INTO contactpoints_alert (uid, about, kind, status, priority, card,
                                                 sender_id, raised_at)
                SELECT gen_random_uuid(), 'x:' || n, kind, status, priority, '{}', sender_id,
                       raised_at - n * interval '1 hour'
                FROM contactpoints_alert, generate_series(1, 10000) n WHERE id = %(alert)s
                RETURNING id, raised_at
            )
            INSERT INTO contactpoints_delivery (uid, alert_id, desk_id, priority, state, queued_at,
                line, phoned, reason, failure, step, steps)
            SELECT gen_random_uuid(), made.id, d.desk_id, d.priority, 'queued', made.raised_at, '',
                   '', '', '', 0, d.steps
            FROM made, contactpoints_delivery d WHERE d.id = %(delivery)s
            """,
            {"alert": scene.quick.alert_id, "delivery": scene.quick.pk},
        )
        cursor.execute("ANALYZE contactpoints_delivery, contactpoints_alert")
        since, until = span(MONTH.replace(year=2024, month=12))
        values = {"since": since, "until": until, "earlier": since - timedelta(days=30),
                  "at": until, "desk": scene.desks["BY"].pk, "unit": None}  # fmt: skip
        for statement in (AT_DESK, CROSSED.format(kind=KIND, where="TRUE")):
            cursor.execute("EXPLAIN " + statement, values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "delivery_newest" in plan, plan
            assert "Seq Scan on contactpoints_delivery" not in plan, plan
    with django_assert_max_num_queries(5):
        made = desk_month(scene.desks["BY"], MONTH.replace(year=2024, month=12))
    assert (made.total.received, made.total.earlier.received) == (31 * 24, 30 * 24)
    assert made.got[0].out.late == 31 * 24
    browser = signed_in(people.pol_duty)
    browser.get("/ledger/")
    with django_assert_max_num_queries(14):
        browser.get("/ledger/?month=2024-12")
