"""Closing the days of the trail: one seal a side and UTC day, each chained to the one before.

A day is sealed once nothing can come to it any more: `GRACE` after its end, and only when no open
transaction that began before then has touched the table. So a row that commits late is waited for,
and a row that appears in a sealed day afterwards is never an honest one: it is left unsealed, and
`verify_audit` names it as inserted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now

from .check_export import Link, row_hash
from .models import TRAILS, Entry, Seal, SealPart

log = logging.getLogger(__name__)

GRACE = timedelta(minutes=15)
PART = 1000
FIELDS = ("id", "at", "actor_id", "side", "verb", "about", "facts", "request_id")
LOCK = 2_026_112_201
# Transactions that may still bring rows: each that wrote to the table holds this lock until its
# end. The start of another role's transaction is hidden (null) and counts as early.
EARLY_WRITERS = """
    SELECT count(*) FROM pg_locks held LEFT JOIN pg_stat_activity running USING (pid)
    WHERE held.relation = 'audit_entry'::regclass AND held.mode = 'RowExclusiveLock'
      AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND held.pid IS DISTINCT FROM pg_backend_pid()
      AND (running.xact_start IS NULL OR running.xact_start < %s)
"""
_sealed_through: date | None = None


def seal_when_due() -> int:
    """The tick: seal what is due, a few days at a time; the number of seals made.

    Asks the database nothing once yesterday is sealed, until the next day is due.
    """
    global _sealed_through
    due = last_due_day()
    if _sealed_through is not None and _sealed_through >= due:
        return 0
    made = seal_days(most=len(TRAILS))
    if not made and not behind(due):
        _sealed_through = due
    return len(made)


def seal_days(*, most: int | None = None) -> list[Seal]:
    """Seal every day that is due, each in a transaction of its own; at most `most` seals."""
    made: list[Seal] = []
    for side in TRAILS:
        while (most is None or len(made) < most) and (seal := seal_next_day(side)):
            made.append(seal)
    return made


def last_due_day() -> date:
    """The latest day whose end lies at least `GRACE` back."""
    return (now() - GRACE).astimezone(UTC).date() - timedelta(days=1)


def behind(due: date) -> bool:
    """Whether a trail has a day up to `due` that is not sealed yet."""
    return any((day := next_day(side)) is not None and day <= due for side in TRAILS)


def next_day(side: str) -> date | None:
    """The day to seal next: after the last seal, or that of the first row; None without rows."""
    last = Seal.objects.filter(side=side).order_by("-day").values_list("day", flat=True).first()
    if last is not None:
        return last + timedelta(days=1)
    first = Entry.objects.filter(side=side).order_by("at").values_list("at", flat=True).first()
    return first.astimezone(UTC).date() if first is not None else None


@transaction.atomic
def seal_next_day(side: str) -> Seal | None:
    """Seal the next day of a side; None when none is due, or somebody else is at it just now.

    Memory stays the same for any number of rows: they come, and their hashes go, a part at a time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        day = next_day(side)
        if day is None or day > last_due_day():
            return None
        cursor.execute(EARLY_WRITERS, [bounds(day)[1] + GRACE])
        if cursor.fetchone()[0]:
            log.info("The audit of %s waits for a transaction that is still open.", day)
            return None
        # The parts are written before the seal whose digest they give.
        cursor.execute("SELECT nextval(pg_get_serial_sequence('audit_seal', 'id'))")
        number = cursor.fetchone()[0]
    before = Seal.objects.filter(side=side).order_by("-day").first()
    link = Link(before.digest if before else "", side, day.isoformat())
    count, first_id, last_id = 0, None, None
    for position, rows in enumerate(batched_rows(side, day)):
        ids, hashes = [row["id"] for row in rows], [row_hash(row) for row in rows]
        for hashed in hashes:
            link.add(hashed)
        SealPart.objects.create(
            seal_id=number, number=position, ids=ids, hashes=bytes.fromhex("".join(hashes))
        )
        count += len(ids)
        first_id, last_id = first_id or ids[0], ids[-1]
    return Seal.objects.create(
        id=number,
        side=side,
        day=day,
        previous=before.digest if before else "",
        digest=link.digest,
        count=count,
        first_id=first_id,
        last_id=last_id,
    )


def batched_rows(side: str, day: date) -> Iterator[list[dict[str, Any]]]:
    start, end = bounds(day)
    rows = Entry.objects.filter(side=side, at__gte=start, at__lt=end).order_by("id")
    part: list[dict[str, Any]] = []
    for row in rows.values(*FIELDS).iterator(chunk_size=PART):
        part.append(written(row))
        if len(part) == PART:
            yield part
            part = []
    if part:
        yield part


def bounds(day: date) -> tuple[datetime, datetime]:
    """The first instant of a UTC day and that of the next."""
    start = datetime.combine(day, time(), UTC)
    return start, start + timedelta(days=1)


def written(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the table (its FIELDS) as the rules of check_export.py hash it."""
    at = row["at"].astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return {
        "id": row["id"],
        "at": f"{at}Z",
        "actor": row["actor_id"],
        "side": row["side"],
        "verb": row["verb"],
        "about": row["about"],
        "facts": row["facts"],
        "request_id": row["request_id"],
    }


def hashes_of(part: SealPart) -> list[str]:
    """The stored hashes of a part, in hexadecimal, in the order of its ids."""
    stored = bytes(part.hashes)
    return [stored[at : at + 32].hex() for at in range(0, len(stored), 32)]


def rows_with(ids: list[int]) -> dict[int, dict[str, Any]]:
    """Rows by id, as they are hashed; what is not there is not in it."""
    return {row["id"]: written(row) for row in Entry.objects.filter(pk__in=ids).values(*FIELDS)}
