"""Activities: the month of a calendar, the check of an officer's time, the report of a year.

5,000 activities of two days lie evenly around today, each with twenty officers of both sides who
are booked for it: 100,000 participations. Rows go in by SQL, with every trigger and constraint of
the database at work.

python -m benchmarks.activities fill     into the database of DATABASE_URL
python -m benchmarks.activities verbs    prints JSON {"clashes": [s], "free": [s], "report": [s]}
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django

from .filling import PASSWORD
from .portal import Client, signed_in
from .results import Figures, median, percentile
from .site import Site
from .wire import Wire

ACTIVITIES, EACH, OFFICERS = 5_000, 20, 1_000
# Whoever sits at one activity is free again before the turn comes round: 50 activities later.
MINUTES_APART, LASTS = 105, timedelta(days=2)
SINCE_NOW = timedelta(minutes=MINUTES_APART * ACTIVITIES * 4 // 5)
ROUNDS, TIMES = 7, 6
PEOPLE = """
    INSERT INTO access_user ({columns})
    SELECT {values} FROM access_user model CROSS JOIN generate_series(0, %(officers)s - 1) n
    WHERE model.username = CASE WHEN n %% 2 = 0 THEN 'lv.hq' ELSE 'by.hq' END
"""
ACTS = """
    INSERT INTO training_activity (
        uid, number, client_ref, side, unit_id, joint, put_at, kind, mode, state, title, language,
        purpose, host_country, host, place, zone, period, languages, levels, topics, budget_line,
        budget_planned, budget_used, edition, sequence, reason, lessons, at, by_id)
    SELECT gen_random_uuid(), 'ACT-2099-' || to_char(n + 1, 'FM00000'), gen_random_uuid(), u.side,
           u.id, true, %(now)s, (ARRAY['study_visit', 'training', 'workshop'])[1 + n %% 3],
           (ARRAY['air', 'road', 'rail'])[1 + n %% 3],
           CASE WHEN t.begins + %(lasts)s < %(now)s THEN 'held' ELSE 'planned' END,
           'Checks of documents ' || n, 'en', '',
           (ARRAY['LV', 'BY', 'AT', 'PL'])[1 + n %% 4], '', 'Training centre',
           (ARRAY['Europe/Riga', 'Europe/Minsk', 'Europe/Vienna', 'Europe/Warsaw'])[1 + n %% 4],
           tstzrange(t.begins, t.begins + %(lasts)s), '{en}', '{local}', '{documents,events}',
           'A.' || n %% 9, 1000 + n %% 500,
           CASE WHEN t.begins + %(lasts)s < %(now)s THEN 900 + n %% 500 END, 1, 0, '', '', %(now)s,
           NULL
    FROM generate_series(0, %(activities)s - 1) n
    CROSS JOIN LATERAL (SELECT %(first)s + n * %(apart)s AS begins) t
    JOIN contactpoints_unit u
      ON u.code = CASE WHEN n %% 2 = 0 THEN 'LV-SBG' ELSE 'BY-GPK' END
"""
QUOTAS = """
    INSERT INTO training_quota (activity_id, side, seats)
    SELECT a.id, s.side, 10 FROM training_activity a CROSS JOIN unnest(ARRAY['LV', 'BY']) s(side)
    WHERE a.number LIKE 'ACT-2099-%%'
"""
# The officers of a place in the line: whose turn it is at the n-th activity.
PARTS = """
    INSERT INTO training_participation (
        uid, client_ref, activity_id, officer_id, side, unit_id, level, sex, state, note,
        nominated_at, nominated_by_id, waits_since, blanked_at)
    SELECT gen_random_uuid(), gen_random_uuid(), a.id, o.id, o.side, u.id,
           (ARRAY['local', 'regional', 'central'])[1 + k %% 3],
           (ARRAY['F', 'M'])[1 + (n + k) %% 2],
           CASE WHEN a.state <> 'held' THEN 'accepted' WHEN k = 0 THEN 'no_show'
                ELSE 'attended' END,
           '', %(now)s, NULL, NULL, NULL
    FROM (SELECT *, substring(number from '[0-9]+$')::int - 1 AS n FROM training_activity
          WHERE number LIKE 'ACT-2099-%%') a
    CROSS JOIN generate_series(0, %(each)s - 1) k
    JOIN access_user o ON o.username = 'act.' || (a.n * %(each)s + k) %% %(officers)s
    JOIN contactpoints_unit u
      ON u.code = CASE WHEN o.side = 'LV' THEN (ARRAY['LV-DGP', 'LV-RIX'])[1 + k %% 2]
                       ELSE (ARRAY['BY-POL', 'BY-MSQ'])[1 + k %% 2] END
"""
TIMES_TAKEN = """
    WITH booked AS (
        INSERT INTO contactpoints_booking (officer_id, kind, period, cancelled_at)
        SELECT p.officer_id, 'training', a.period, NULL
        FROM training_participation p JOIN training_activity a ON a.id = p.activity_id
        WHERE a.number LIKE 'ACT-2099-%%'
        RETURNING id, officer_id, period
    )
    INSERT INTO training_takentime (activity_id, booking_id)
    SELECT a.id, b.id FROM booked b
    JOIN training_activity a ON a.period = b.period AND a.number LIKE 'ACT-2099-%%'
"""
OWN = {
    "username": "'act.' || n", "email": "'act.' || n || '@bench.example'",
    "name_latin": "'Officer ' || n", "uid": "gen_random_uuid()",
}  # fmt: skip


def fill() -> None:
    """The rows, then fresh statistics for the planner, as autovacuum would gather them."""
    from django.db import connection

    now = datetime.now(UTC).replace(second=0, microsecond=0)
    asked = {
        "activities": ACTIVITIES, "each": EACH, "officers": OFFICERS, "now": now, "lasts": LASTS,
        "first": now - SINCE_NOW, "apart": timedelta(minutes=MINUTES_APART),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'access_user'"
            " AND table_schema = 'public' AND column_name <> 'id'"
        )
        columns = [row[0] for row in cursor.fetchall()]
        values = ", ".join(OWN.get(name, f'model."{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        cursor.execute(PEOPLE.format(columns=names, values=values), asked)
        for statement in (ACTS, QUOTAS, PARTS, TIMES_TAKEN):
            cursor.execute(statement, asked)
        cursor.execute("SELECT count(*) FROM training_participation")
        (count,) = cursor.fetchone()
        assert count >= ACTIVITIES * EACH, count
        cursor.execute("ANALYZE")


def _took(ask: Callable[[], Any], times: int) -> list[float]:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        spent.append(time.perf_counter() - began)
    return spent


def verbs() -> None:
    """The functions themselves, beside no web server."""
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    from bordercoop.access.models import User
    from training.clashes import clashes_of
    from training.programme_report import report_of
    from training.report_period import Period

    now = datetime.now(UTC)
    officers = list(User.objects.filter(username__startswith="act.").order_by("pk")[:200])
    week = DateTimeTZRange(now, now + timedelta(days=7))
    free = DateTimeTZRange(now + timedelta(days=3000), now + timedelta(days=3002))
    turns = [iter(officers), iter(officers)]
    found = sum(len(clashes_of(officer, week)) for officer in officers[:20])
    assert found, "nobody clashes"
    year = Period(date(now.year - 1, now.month, 1), date(now.year, now.month, 1))
    print(
        json.dumps(
            {
                "clashes": _took(lambda: clashes_of(next(turns[0]), week), len(officers)),
                "free": _took(lambda: clashes_of(next(turns[1]), free), len(officers)),
                "report": _took(lambda: report_of(year), 9),
            }
        )
    )


def month() -> str:
    """The address of the month that begins within thirty days: both ends of it have activities."""
    return f"/activities/?view=month&at={datetime.now(UTC):%Y-%m}"


def pages(site: Site, wired: int, wire: Wire, figures: Figures) -> None:
    """The month and the report over HTTP, and the statements of the month on the line."""
    page = site.pages["lv.hq"]
    year = f"/activities/report/?period={datetime.now(UTC):%Y}"
    for name, address, goal in (
        ("Month of activities, page", month(), "<= 100"),
        ("Week of activities, page", month().replace("month", "week").rsplit("&", 1)[0], ""),
        ("List of activities, page", "/activities/", ""),
        ("Report of the programme, a year, page", year, ""),
    ):
        rounds = []
        for _ in range(3):
            page.get(address)
        for _ in range(ROUNDS):
            rounds.append(_took(lambda address=address: page.get(address), TIMES))  # type: ignore[misc]
        everyone = [1e3 * seconds for each in rounds for seconds in each]
        figures.add(
            f"{name}: p50", 1e3 * median([median(each) for each in rounds]), "ms", goal=goal
        )
        figures.add(f"{name}: p95", percentile(everyone, 0.95), "ms")
    reader: Client = signed_in(wired, "lv.hq", PASSWORD)
    seen = []
    for _ in range(6):  # once a minute a process reads its reference data anew
        passing = wire.fresh()
        reader.get(month())
        time.sleep(0.05)
        seen.append(len(passing.statements))
    figures.add("Month of activities, page: statements", min(seen), "statements", goal="<= 8")


def functions(said: str, figures: Figures) -> None:
    """What `verbs` printed, as figures."""
    found = json.loads(said.splitlines()[-1])
    for key, name, goal in (
        ("clashes", "Clash check of an officer who is taken", "<= 10"),
        ("free", "Clash check of an officer who is free", "<= 10"),
        ("report", "Report of the programme, a year, computed", ""),
    ):
        took = [1e3 * seconds for seconds in found[key]]
        figures.add(f"{name}: p50", median(took), "ms", goal=goal)
        figures.add(f"{name}: p95", percentile(took, 0.95), "ms")


if __name__ == "__main__":
    django.setup()
    {"fill": fill, "verbs": verbs}[sys.argv[1]]()
