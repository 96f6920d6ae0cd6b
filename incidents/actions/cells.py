"""Counting the cells of the map: what moved since the last time, or everything anew."""

from typing import Any

from django.db import connection, transaction

MOST = 2000
# One counts at a time; whoever comes meanwhile has nothing to do.
LOCK = 0x0CE11
ADD = """
    INSERT INTO incidents_cell (level, span, start, x, y, holders, better, count)
    SELECT c.level, c.span, c.start, c.x, c.y, moved.holders, moved.better, sum(moved.n)
    FROM moved, incidents_cells_of(moved.lat, moved.lon, moved.day) c
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(moved.n) <> 0
    ON CONFLICT ON CONSTRAINT a_cell_is_counted_once
    DO UPDATE SET count = incidents_cell.count + excluded.count
"""
FRESH = """
    INSERT INTO incidents_spot (incident_id, holders, better, lat, lon, day)
    SELECT incident_id, holders, better, lat, lon, day FROM incidents_spots_of(%s)
    RETURNING holders, better, lat, lon, day
"""
MOVE = f"""
    WITH gone AS (
        DELETE FROM incidents_spot WHERE incident_id = ANY (%s)
        RETURNING holders, better, lat, lon, day
    ), fresh AS ({FRESH}),
    moved AS (SELECT *, -1 AS n FROM gone UNION ALL SELECT *, 1 FROM fresh)
    {ADD}
"""  # noqa: S608
REBUILD = f"WITH fresh AS ({FRESH}), moved AS (SELECT *, 1 AS n FROM fresh) {ADD}"  # noqa: S608
TAKE = """
    DELETE FROM incidents_cellchange WHERE id IN (
        SELECT id FROM incidents_cellchange ORDER BY id LIMIT %s)
    RETURNING incident_id
"""
# Rows of the one that the other lacks: cells that are wrong, missing or too many.
RECOUNT = """
    WITH whole AS (
        SELECT c.level, c.span, c.start, c.x, c.y, s.holders, s.better, count(*)::int AS count
        FROM incidents_spots_of(NULL) s, incidents_cells_of(s.lat, s.lon, s.day) c
        GROUP BY 1, 2, 3, 4, 5, 6, 7
    ), kept AS (
        SELECT level, span::char, start, x, y, holders, better, count FROM incidents_cell
    )
    SELECT (SELECT count(*) FROM (TABLE whole EXCEPT ALL TABLE kept) a)
         + (SELECT count(*) FROM (TABLE kept EXCEPT ALL TABLE whole) b),
           (SELECT count(*) FROM kept)
"""


def count_cells() -> int:
    """Count anew what moved; returns how many changes that were. Safe twice and at once.

    A change that is not committed yet waits for the next time: its row comes with its commit.
    """
    done = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return done
            moved = _take(cursor, MOST)
            if moved:
                ids = sorted(set(moved))
                cursor.execute(MOVE, [ids, ids])
                cursor.execute("DELETE FROM incidents_cell WHERE count = 0")
        done += len(moved)
        if len(moved) < MOST:
            return done


def rebuild_cells() -> None:
    """Every cell out of the copies as they are now, in one transaction that readers do not see."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # A copy that is committed later has its row committed with it, and is counted by that.
        cursor.execute("DELETE FROM incidents_cellchange")
        cursor.execute("DELETE FROM incidents_spot")
        cursor.execute("DELETE FROM incidents_cell")
        cursor.execute(REBUILD, [None])
        cursor.execute("ANALYZE incidents_cell, incidents_spot, incidents_cellchange")


def recount_cells() -> tuple[int, int]:
    """(cells that differ from a full recount, cells). Counts first what waits; changes no cell."""
    count_cells()
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        wrong, cells = cursor.fetchone()
    return wrong, cells


def _take(cursor: Any, most: int) -> list[int]:
    cursor.execute(TAKE, [most])
    return [row[0] for row in cursor.fetchall()]
