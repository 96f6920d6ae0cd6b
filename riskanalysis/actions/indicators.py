"""Counting the indicators: what changed since the last time, or everything anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

MOST = 500
# A tick does not keep others waiting: what is left over waits for the next one.
ROUNDS = 5
BATCH = 10_000
# One counts at a time; whoever comes meanwhile has nothing to do.
LOCK = 0x1D1CA
COLUMNS = (
    "incident_id, holders, better, day, side, category, section, cell, slot, means, groups,"
    " routes, event"
)
ADD = """
    INSERT INTO riskanalysis_tally
        (span, kind, start, value, side, category, holders, better, count)
    SELECT t.span, t.kind, t.start, t.value, moved.side, moved.category, moved.holders,
           moved.better, sum(moved.n)
    FROM moved, riskanalysis_tallies_of(moved.day, moved.section, moved.cell, moved.slot,
                                        moved.means, moved.groups, moved.routes, moved.event) t
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(moved.n) <> 0
    ON CONFLICT ON CONSTRAINT a_tally_is_counted_once
    DO UPDATE SET count = riskanalysis_tally.count + excluded.count
"""
FRESH = f"""
    INSERT INTO riskanalysis_fact ({COLUMNS})
    SELECT {COLUMNS} FROM riskanalysis_facts_of(%s) RETURNING *
"""  # noqa: S608
MOVE = f"""
    WITH gone AS (DELETE FROM riskanalysis_fact WHERE incident_id = ANY (%s) RETURNING *),
    fresh AS ({FRESH}),
    moved AS (SELECT *, -1 AS n FROM gone UNION ALL SELECT *, 1 FROM fresh)
    {ADD}
"""  # noqa: S608
FILL = f"WITH fresh AS ({FRESH}), moved AS (SELECT *, 1 AS n FROM fresh) {ADD}"  # noqa: S608
TAKE = """
    DELETE FROM riskanalysis_indicatorchange WHERE id IN (
        SELECT id FROM riskanalysis_indicatorchange ORDER BY id LIMIT %s)
    RETURNING incident_id
"""
NEXT = """
    SELECT coalesce(array_agg(id), '{}') FROM (
        SELECT id FROM incidents_incident WHERE id > %s ORDER BY id LIMIT %s) part
"""
WHOLE = """
    INSERT INTO riskanalysis_whole
    SELECT t.span, t.kind, t.start, t.value, f.side, f.category, f.holders, f.better, count(*)
    FROM riskanalysis_facts_of(%s) f,
         riskanalysis_tallies_of(f.day, f.section, f.cell, f.slot, f.means, f.groups, f.routes,
                                 f.event) t
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""
# Rows of the one that the other lacks: tallies that are wrong, missing or too many.
DIFFERENT = """
    WITH whole AS (
        SELECT span, kind, start, value, side, category, holders, better, sum(count)::int AS count
        FROM riskanalysis_whole GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ), kept AS (
        SELECT span, kind, start, value, side, category, holders, better, count
        FROM riskanalysis_tally
    )
    SELECT (SELECT count(*) FROM (TABLE whole EXCEPT ALL TABLE kept) a)
         + (SELECT count(*) FROM (TABLE kept EXCEPT ALL TABLE whole) b),
           (SELECT count(*) FROM kept)
"""
Progress = Callable[[int, int], None]


def count_indicators() -> int:
    """Count anew what changed; returns how many changes that were, at most 2,500. Safe twice
    and at once.

    A change that is not committed yet waits for the next time: its row comes with its commit.
    """
    done = 0
    for _round in range(ROUNDS):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return done
            moved = _count_waiting(cursor)
        done += moved
        if moved < MOST:
            break
    return done


def _count_waiting(cursor: Any) -> int:
    """Count the oldest changes, at most 500; how many. The lock is the caller's."""
    cursor.execute(TAKE, [MOST])
    moved = [row[0] for row in cursor.fetchall()]
    if moved:
        ids = sorted(set(moved))
        cursor.execute(MOVE, [ids, ids])
        cursor.execute("DELETE FROM riskanalysis_tally WHERE count = 0")
    return len(moved)


def rebuild_indicators(progress: Progress | None = None) -> None:
    """Every fact and tally out of the copies as they are now, in one transaction that readers do
    not see. `progress` hears of (incidents done, incidents in all)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # A copy that is committed later has its row committed with it, and is counted by that.
        cursor.execute("DELETE FROM riskanalysis_indicatorchange")
        cursor.execute("DELETE FROM riskanalysis_fact")
        cursor.execute("DELETE FROM riskanalysis_tally")
        _in_parts(cursor, FILL, progress)
        cursor.execute("ANALYZE riskanalysis_fact, riskanalysis_tally")


def recount_indicators(progress: Progress | None = None) -> tuple[int, int]:
    """(tallies that differ from a full recount, tallies). Counts first what waits; changes none.

    All of it as of one moment: nobody else counts meanwhile, and what is written meanwhile waits.
    """
    with _counting_alone(), _as_of_now() as cursor:
        while _count_waiting(cursor) == MOST:
            pass
        cursor.execute(
            "CREATE TEMP TABLE riskanalysis_whole AS SELECT span, kind, start,"
            " value, side, category, holders, better, count FROM riskanalysis_tally LIMIT 0"
        )
        _in_parts(cursor, WHOLE, progress)
        cursor.execute(DIFFERENT)
        wrong, tallies = cursor.fetchone()
        cursor.execute("DROP TABLE riskanalysis_whole")
    return wrong, tallies


@contextmanager
def _counting_alone() -> Iterator[None]:
    """The lock of the session: held before the moment of a transaction is chosen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        # Without effect where the connection broke: the lock went with it.
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _as_of_now() -> Iterator[Any]:
    """A transaction that sees one moment; within another one, what that one sees."""
    alone = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if alone:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield cursor


def _in_parts(cursor: Any, statement: str, progress: Progress | None) -> None:
    """So many incidents at a time that no part needs more memory than another."""
    # A part fits into memory, and no part takes more than another.
    cursor.execute("SET LOCAL work_mem = '32MB'")
    cursor.execute("SELECT count(*) FROM incidents_incident")
    (total,) = cursor.fetchone()
    last, done = 0, 0
    while True:
        cursor.execute(NEXT, [last, BATCH])
        (ids,) = cursor.fetchone()
        if not ids:
            return
        cursor.execute(statement, [ids])
        last, done = max(ids), done + len(ids)
        if progress is not None:
            progress(done, total)
