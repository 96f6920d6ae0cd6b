"""The figures of a desk and month, and what crossed between the two sides in a span. Reads only.

docs/ledger.md says what each figure means. Counts deliveries, so what never leaves its side is in
no count of what crossed. What the apps above sent and answered they count themselves: the setting
EXCHANGE_COUNTERS names their functions.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from .access import SERVICES, units_where
from .models import Delivery, Priority, Unit, units
from .months import before, span

# In the order of every table.
KINDS: dict[str, Promise] = {
    "P1": pgettext_lazy("line of a statement", "Alerts P1 Emergency"),
    "P2": pgettext_lazy("line of a statement", "Alerts P2 Urgent"),
    "P3": pgettext_lazy("line of a statement", "Alerts P3 Routine"),
    "P4": pgettext_lazy("line of a statement", "Alerts P4 Information"),
    "release": pgettext_lazy("line of a statement", "Of these, incidents released"),
    "recall": pgettext_lazy("line of a statement", "Of these, releases recalled"),
    "request": pgettext_lazy("line of a statement", "Information requests"),
    "drill": pgettext_lazy("line of a statement", "Exercise and test alerts"),
}
# Alerts by their priority, each once; the rest counts some of them again, or something else.
ALERTS = ("P1", "P2", "P3", "P4")
LATE_MOST = 20
FIGURES: dict[str, Promise] = {
    "sent": pgettext_lazy("ledger", "Sent"),
    "answered": pgettext_lazy("ledger", "Answered"),
    "late": pgettext_lazy("ledger", "Late"),
}

# Both months of a desk at once: `present` says which one a group is of. The limit is the wait of
# the first step; the last step of a policy waits for nobody and has none. What was said by
# telephone and entered afterwards tells no time of the portal's.
AT_DESK = """
WITH got AS (
    SELECT d.queued_at >= %(since)s AS present, a.status = 'actual' AS actual, d.priority,
           d.queued_at, d.delivered_at, d.opened_at, d.acknowledged_at, d.recalled_at,
           d.escalated_at, d.declined_at, d.failed_at, d.phoned_at,
           d.queued_at + make_interval(secs => (d.steps->0->>'wait')::int) AS deadline
    FROM contactpoints_delivery d JOIN contactpoints_alert a ON a.id = d.alert_id
    WHERE d.desk_id = %(desk)s AND d.queued_at >= %(earlier)s AND d.queued_at < %(until)s
)
SELECT present, actual, COALESCE(priority, '') AS priority, count(*) AS received,
       count(acknowledged_at) AS acknowledged,
       count(*) FILTER (WHERE acknowledged_at <= COALESCE(deadline, 'infinity')) AS in_time,
       count(*) FILTER (WHERE COALESCE(acknowledged_at, recalled_at, %(at)s) > deadline) AS late,
       count(*) FILTER (WHERE recalled_at IS NOT NULL AND acknowledged_at IS NULL) AS recalled,
       count(*) FILTER (WHERE acknowledged_at IS NULL AND recalled_at IS NULL
           AND NOT COALESCE(%(at)s > deadline, false)) AS waiting,
       count(escalated_at) AS escalated, count(declined_at) AS declined,
       count(failed_at) AS failed,
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (
           ORDER BY extract(epoch FROM delivered_at - queued_at)) AS deliver,
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (
           ORDER BY extract(epoch FROM opened_at - queued_at)) AS open,
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (
           ORDER BY extract(epoch FROM acknowledged_at - queued_at))
           FILTER (WHERE phoned_at IS NULL) AS acknowledge
FROM got GROUP BY GROUPING SETS ((present, actual, priority), (present, actual))
"""
# What went from one unit to a desk of the other side, as either side counts it: the sender from
# when it sent it, the receiver from when it reached the desk.
CROSSED = """
WITH crossed AS (
    SELECT s.code AS sender, u.code AS desk, {kind} AS kind, d.queued_at, d.acknowledged_at,
           d.recalled_at, make_interval(secs => (d.steps->0->>'wait')::int) AS wait,
           LEAST(d.delivered_at, d.opened_at, d.acknowledged_at) AS reached_at
    FROM contactpoints_delivery d
    JOIN contactpoints_alert a ON a.id = d.alert_id
    JOIN contactpoints_unit s ON s.id = a.sender_id
    JOIN contactpoints_unit u ON u.id = d.desk_id
    WHERE d.queued_at >= %(since)s AND d.queued_at < %(until)s AND s.side <> u.side
      AND s.side IN ('LV', 'BY') AND u.side IN ('LV', 'BY') AND {where}
      AND (%(unit)s IS NULL OR s.id = %(unit)s OR u.id = %(unit)s)
)
SELECT sender, desk, kind, count(*), count(acknowledged_at),
       count(*) FILTER (WHERE COALESCE(acknowledged_at, recalled_at, %(at)s) > queued_at + wait),
       count(reached_at), count(acknowledged_at),
       count(*) FILTER (WHERE reached_at IS NOT NULL
           AND COALESCE(acknowledged_at, recalled_at, %(at)s) > reached_at + wait)
FROM crossed GROUP BY sender, desk, kind
"""
KIND = "CASE WHEN a.status = 'actual' THEN d.priority ELSE 'drill' END"


@dataclass(frozen=True)
class Counts:
    """What one side counts of a line."""

    sent: int = 0
    answered: int = 0
    late: int = 0

    @property
    def said(self) -> dict[str, int]:
        return {"sent": self.sent, "answered": self.answered, "late": self.late}


@dataclass(frozen=True)
class Crossed:
    """What went from a unit to a desk of the other side: `out` as the sender counts it, `got` as
    the receiver does."""

    sender: str
    desk: str
    kind: str
    out: Counts
    got: Counts

    @property
    def key(self) -> str:
        return f"{self.sender}>{self.desk}/{self.kind}"

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])

    @property
    def one(self) -> Unit | None:
        return units().get(self.sender)

    @property
    def other(self) -> Unit | None:
        return units().get(self.desk)


def deliveries(values: dict[str, Any], *, kind: str = KIND, where: str = "TRUE") -> list[Crossed]:
    """The deliveries that crossed, grouped; `kind` and `where` are SQL of this code.

    `values` has since, until, at and unit (an id, None for all).
    """
    with connection.cursor() as cursor:
        cursor.execute(CROSSED.format(kind=kind, where=where), values)
        return [crossed_of(row) for row in cursor.fetchall()]


def crossed_of(row: Any) -> Crossed:
    """A row of sender, desk, kind and three counts of either side."""
    sender, desk, kind = row[:3]
    return Crossed(sender, desk, kind, out=Counts(*row[3:6]), got=Counts(*row[6:9]))


def crossed(
    since: datetime, until: datetime, at: datetime, unit: Unit | None = None
) -> list[Crossed]:
    """What crossed between the two services in a span as it stands at `at`; with `unit` what that
    one sent or got. In the order of the tree and of KINDS, the Latvian side's first."""
    values = {"since": since, "until": until, "at": at, "unit": unit.pk if unit else None}
    found = deliveries(values)
    for name in settings.EXCHANGE_COUNTERS:
        found += import_string(name)(values)
    kinds, known = list(KINDS), units()

    def order(row: Crossed) -> Any:
        ends = [known.get(code) for code in (row.sender, row.desk)]
        return (
            [(end.side != "LV", end.order, end.code) if end else (True, 0, "") for end in ends],
            kinds.index(row.kind),
        )

    return sorted(found, key=order)


@dataclass
class Figures:
    """What a desk got in a month of one priority, or of all (`priority` ""). `waiting`: not
    acknowledged, and the time is not up. Times in seconds, half and 95 of 100 within them; None
    without any."""

    priority: str = ""
    received: int = 0
    acknowledged: int = 0
    in_time: int = 0
    late: int = 0
    recalled: int = 0
    waiting: int = 0
    escalated: int = 0
    declined: int = 0
    failed: int = 0
    deliver: tuple[float, float] | None = None
    open: tuple[float, float] | None = None
    acknowledge: tuple[float, float] | None = None
    earlier: "Figures | None" = None

    @property
    def label(self) -> str:
        return f"{self.priority} {Priority(self.priority).label}" if self.priority else ""


@dataclass
class DeskMonth:
    """A desk's month on its own wall: `actual` and `drills` with a row a priority that occurred,
    each total in `total` and `drill_total`."""

    unit: Unit
    month: date
    actual: list[Figures] = field(default_factory=list)
    total: Figures = field(default_factory=Figures)
    drills: list[Figures] = field(default_factory=list)
    drill_total: Figures = field(default_factory=Figures)
    sent: list[Crossed] = field(default_factory=list)
    got: list[Crossed] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.total.received or self.drill_total.received or self.sent or self.got)


def ledger_desks(user: Any) -> list[Unit]:
    """The desks of the own side whose figures `user` reads: those whose alerts it sees."""
    mine = units_where(user, "view_alerts")
    return [
        unit
        for unit in sorted(units().values(), key=lambda one: (one.order, one.code))
        if unit.pk in mine and unit.kind == Unit.Kind.DESK and unit.side == user.side
    ]


def desk_month(unit: Unit, month: date) -> DeskMonth:
    """The figures of a desk in a month of its own zone, beside those of the month before."""
    since, until = span(month, unit.zone)
    at = now()
    values: dict[str, Any] = {
        "desk": unit.pk,
        "since": since,
        "earlier": span(before(month), unit.zone)[0],
        "until": until,
        "at": at,
    }
    found: dict[tuple[bool, bool, str], Figures] = {}
    with connection.cursor() as cursor:
        cursor.execute(AT_DESK, values)
        names = [column.name for column in cursor.description][3:]
        for present, actual, priority, *rest in cursor.fetchall():
            row = Figures(priority)
            for name, value in zip(names, rest, strict=True):
                setattr(row, name, _times(value) if isinstance(value, list) else value)
            found[present, actual, priority] = row
    made = DeskMonth(unit, month)
    for actual, rows, name in (
        (True, made.actual, "total"),
        (False, made.drills, "drill_total"),
    ):
        for priority in (*Priority.values, ""):
            row = found.get((True, actual, priority)) or Figures(priority)
            row.earlier = found.get((False, actual, priority))
            if not priority:
                setattr(made, name, row)
            elif row.received or row.earlier:
                rows.append(row)
    if unit.side in SERVICES:
        for each in crossed(since, until, at, unit):
            (made.sent if each.sender == unit.code else made.got).append(each)
    return made


def _times(pair: Iterable[Any]) -> tuple[float, float] | None:
    half, most = (float(value) if value is not None else None for value in pair)
    return None if half is None or most is None else (round(half, 1), round(most, 1))


def late_ones(unit: Unit, month: date, user: Any) -> list[Delivery]:
    """The newest late alerts of a desk's month, for whoever reads its alerts; at most LATE_MOST."""
    since, until = span(month, unit.zone)
    rows = Delivery.objects.visible_to(user).at([unit.pk]).whole()
    rows = rows.filter(queued_at__gte=since, queued_at__lt=until, alert__status="actual")
    wait = "make_interval(secs => (contactpoints_delivery.steps->0->>'wait')::int)"
    found = rows.extra(  # noqa: S610
        where=[
            "COALESCE(contactpoints_delivery.acknowledged_at, contactpoints_delivery.recalled_at,"
            f" %s) > contactpoints_delivery.queued_at + {wait}"
        ],
        params=[now()],
    )
    return list(found.order_by("-queued_at", "-pk")[:LATE_MOST])
