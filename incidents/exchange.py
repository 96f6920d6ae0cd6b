"""The ledger of what two sides sent each other in a month, and how it was answered. Reads only.

Counts deliveries that crossed from one side to another, so what never leaves its side is not in it
and cannot be missed from it. Months are UTC, so that both sides read the same numbers. Exercises
and tests are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.timezone import now

from contactpoints.models import Unit, units
from contactpoints.months import month_of as month_of
from contactpoints.months import months as months
from contactpoints.months import span

# Each delivery once: who sent it, to which desk, and what became of it. `deadline` is the wait of
# the first step; the last step of a policy waits for nobody and has none.
DELIVERIES = """
WITH sent AS (
    SELECT s.side AS from_side, u.side AS to_side, d.desk_id, d.queued_at, d.acknowledged_at,
           d.recalled_at, d.state, d.phoned_at,
           d.queued_at + make_interval(secs => (d.steps->0->>'wait')::int) AS deadline
    FROM contactpoints_delivery d
    JOIN contactpoints_alert a ON a.id = d.alert_id
    JOIN contactpoints_unit s ON s.id = a.sender_id
    JOIN contactpoints_unit u ON u.id = d.desk_id
    WHERE d.queued_at >= %(since)s AND d.queued_at < %(until)s
      AND a.status = 'actual' AND s.side <> u.side AND (s.side = %(side)s OR u.side = %(side)s)
)
SELECT from_side, to_side, desk_id,
       count(*) AS sent,
       count(acknowledged_at) AS acknowledged,
       count(*) FILTER (WHERE state = 'accepted') AS accepted,
       count(*) FILTER (WHERE state = 'declined') AS declined,
       count(*) FILTER (WHERE recalled_at IS NOT NULL AND acknowledged_at IS NULL) AS recalled,
       count(*) FILTER (WHERE COALESCE(acknowledged_at, recalled_at, %(at)s) > deadline) AS late,
       array_agg(extract(epoch FROM acknowledged_at - queued_at)::float)
           FILTER (WHERE acknowledged_at IS NOT NULL AND phoned_at IS NULL) AS seconds
FROM sent GROUP BY from_side, to_side, desk_id
"""
# Comments on what the other side sent: shared notes and measures of a unit that only holds a copy.
COMMENTS = """
SELECT i.side, n.side, n.unit_id, count(*)
FROM incidents_{table} n JOIN incidents_incident i ON i.id = n.incident_id
WHERE n.at >= %(since)s AND n.at < %(until)s AND n.audience = 'shared'
  AND i.side <> n.side AND i.origin = 'service' AND NOT i.exercise
  AND (i.side = %(side)s OR n.side = %(side)s)
  AND EXISTS (SELECT 1 FROM incidents_release r
              JOIN contactpoints_unit u ON u.id = r.desk_id
              WHERE r.incident_id = i.id AND u.side = n.side)
GROUP BY 1, 2, 3
"""
PROPOSALS = """
SELECT i.side, p.side, p.unit_id, count(*), count(*) FILTER (WHERE p.state = 'answered')
FROM incidents_contentproposal p JOIN incidents_incident i ON i.id = p.incident_id
WHERE p.at >= %(since)s AND p.at < %(until)s AND i.side <> p.side AND NOT i.exercise
  AND (i.side = %(side)s OR p.side = %(side)s)
GROUP BY 1, 2, 3
"""


@dataclass
class Row:
    """What one side sent to another, or to one desk of it (`desk`), in a month.

    `late`: acknowledged after the deadline of the first step, or not at all and it has passed.
    `recalled`: taken back before anybody acknowledged it. Times in seconds, None without any.
    """

    sender: str
    receiver: str
    desk: str = ""
    sent: int = 0
    acknowledged: int = 0
    accepted: int = 0
    declined: int = 0
    comments: int = 0
    proposals: int = 0
    proposals_answered: int = 0
    late: int = 0
    recalled: int = 0
    median_s: float | None = None
    p95_s: float | None = None

    @property
    def answered(self) -> int:
        """Answers beyond the acknowledgement: accepted, declined, commented, proposals answered."""
        return self.accepted + self.declined + self.comments + self.proposals_answered

    @property
    def unit(self) -> Unit | None:
        return units().get(self.desk)


def ledger(side: str, month: date) -> tuple[list[Row], list[Row]]:
    """(a row a pair of sides, a row a pair and desk) of all that `side` sent and got in `month`."""
    since, until = span(month)
    values: dict[str, Any] = {"side": side, "since": since, "until": until, "at": now()}
    by_id = {unit.pk: unit for unit in units().values()}
    pairs: dict[tuple[str, str], Row] = {}
    desks: dict[tuple[str, str, int], Row] = {}
    seconds: dict[Any, list[float]] = {}

    def rows(sender: str, receiver: str, unit_id: int) -> list[Row]:
        code = by_id[unit_id].code if unit_id in by_id else ""
        pair = pairs.setdefault((sender, receiver), Row(sender, receiver))
        desk = desks.setdefault((sender, receiver, unit_id), Row(sender, receiver, code))
        return [pair, desk]

    with connection.cursor() as cursor:
        cursor.execute(DELIVERIES, values)
        names = [column.name for column in cursor.description][3:-1]
        for sender, receiver, unit_id, *counts, times in cursor.fetchall():
            for row in rows(sender, receiver, unit_id):
                for name, count in zip(names, counts, strict=True):
                    setattr(row, name, getattr(row, name) + count)
                seconds.setdefault(id(row), []).extend(times or [])
        for table in ("note", "measure"):
            cursor.execute(COMMENTS.format(table=table), values)
            for sender, receiver, unit_id, count in cursor.fetchall():
                for row in rows(sender, receiver, unit_id):
                    row.comments += count
        cursor.execute(PROPOSALS, values)
        for sender, receiver, unit_id, made, answered in cursor.fetchall():
            for row in rows(sender, receiver, unit_id):
                row.proposals += made
                row.proposals_answered += answered
    for row in [*pairs.values(), *desks.values()]:
        row.median_s, row.p95_s = _median_and_p95(seconds.get(id(row), []))
    order = {unit.pk: (unit.order, unit.code) for unit in by_id.values()}
    return (
        [pairs[key] for key in _own_first(pairs, side)],
        sorted(
            desks.values(),
            key=lambda row: (row.sender != side, row.sender, row.receiver,
                             order.get(row.unit.pk, (0, "")) if row.unit else (0, "")),
        ),
    )  # fmt: skip


def _own_first(pairs: Iterable[tuple[str, str]], side: str) -> list[tuple[str, str]]:
    return sorted(pairs, key=lambda pair: (pair[0] != side, pair))


def _median_and_p95(times: list[float]) -> tuple[float | None, float | None]:
    """By linear interpolation, as PostgreSQL's percentile_cont does."""
    if not times:
        return None, None
    times = sorted(times)

    def at(share: float) -> float:
        place = share * (len(times) - 1)
        low = int(place)
        high = min(low + 1, len(times) - 1)
        return times[low] + (times[high] - times[low]) * (place - low)

    return round(at(0.5), 1), round(at(0.95), 1)
