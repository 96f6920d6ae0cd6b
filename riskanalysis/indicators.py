"""The indicators of a week as one reader may count them. Reads only; docs/indicators.md.

Everything comes out of the tallies by one statement. A reader counts an incident once, by the first
copy within reach, as on the map of incidents.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.reference.models import terms
from bordercoop.reference.sides import ZONE
from contactpoints.access import SERVICES, units_where

from .completeness import Arrived, Week, arrived
from .models import AWAY, NOWHERE
from .sections import COUNT

SHOWN = 12
# Weeks before the shown ones out of which the usual range is made.
HISTORY = 156
WEEK = timedelta(days=7)
HELD = "holders && %(units)s AND NOT better && %(units)s"
RIGHTS = f"""
    {HELD}
    AND (%(side)s = '' OR side = %(side)s)
    AND (%(category)s = '' OR category = %(category)s OR category LIKE %(category)s || '-%%')
"""
WEEKS_WHERE = f"""
    SELECT 'week', start::text, sum(count) FROM riskanalysis_tally
    WHERE span = 'w' AND kind = 's' AND {{place}} AND start BETWEEN %(first)s AND %(week)s
      AND {RIGHTS} GROUP BY 2
    UNION ALL
    SELECT 'out', date_trunc('week', start::timestamp)::date::text, sum(count)
    FROM riskanalysis_tally
    WHERE span = 'd' AND kind = 's' AND {{place}}
      AND start = ANY (%(left_out)s::date[]) AND {RIGHTS} GROUP BY 2
"""  # noqa: S608
WEEKS = WEEKS_WHERE.format(place="(%(section)s = '' OR value = %(section)s)")
WEEKS_TOGETHER = WEEKS_WHERE.format(place="value = ANY (%(sections)s)")
# The first week that the units know: looked for from their first copy on, so that it costs the same
# whatever others had before it.
BEGUN = f"""
    SELECT t.start FROM riskanalysis_tally t
    WHERE t.span = 'w' AND t.kind = 's' AND {HELD} AND t.start >= (
        SELECT min(first.at)::date - 8 FROM unnest(%(units)s::bigint[]) unit, LATERAL (
            SELECT s.reported_at AS at FROM incidents_share s WHERE s.unit_id = unit
            ORDER BY s.reported_at LIMIT 1) first)
    ORDER BY t.start LIMIT 1
"""  # noqa: S608
OF_WEEK = f"""
    UNION ALL
    SELECT 'c', split_part(category, '-', 1), sum(count) FROM riskanalysis_tally
    WHERE span = 'w' AND kind = 's' AND start = %(week)s AND {RIGHTS} GROUP BY 2
    UNION ALL
    SELECT kind, value, sum(count) FROM riskanalysis_tally
    WHERE span = 'w' AND kind IN ('s', 't', 'm', 'n', 'r', 'e') AND start = %(week)s
      AND {RIGHTS} GROUP BY 1, 2
    UNION ALL
    SELECT 'events', start::text, sum(count) FROM riskanalysis_tally
    WHERE span = 'w' AND kind = 'e' AND start BETWEEN %(first)s AND %(week)s AND {RIGHTS}
    GROUP BY 2
    UNION ALL
    (SELECT 'begun', begun.start::text, 0 FROM ({BEGUN}) begun)
    UNION ALL
    (SELECT 'waits', at::text, 0 FROM riskanalysis_indicatorchange c WHERE coalesce(
         (SELECT true FROM incidents_share s WHERE s.incident_id = c.incident_id
          AND s.unit_id = ANY (%(units)s) AND s.category !~ '^SIR(-|$)' LIMIT 1),
         (SELECT true FROM riskanalysis_fact f WHERE f.incident_id = c.incident_id
          AND f.holders && %(units)s LIMIT 1))
     ORDER BY id LIMIT 1)
"""  # noqa: S608
ALONG = f"""
    SELECT kind, value, sum(count) FROM riskanalysis_tally
    WHERE span = 'w' AND kind IN ('s', 'h') AND start BETWEEN %(first)s AND %(week)s
      AND {RIGHTS} GROUP BY 1, 2
"""  # noqa: S608
Counts = Mapping[str, int]


@dataclass(frozen=True)
class Asked:
    """Which indicators somebody asks for: the week by its Monday, filters ("" for all), the units
    whose copies are counted, and the side of who reads."""

    week: date
    units: tuple[int, ...]
    reader: str
    category: str = ""
    side: str = ""
    section: str = ""

    @property
    def first(self) -> date:
        return self.week - (SHOWN - 1) * WEEK

    @property
    def last(self) -> date:
        return self.week + timedelta(days=6)

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that are counted, the reader's own first."""
        if self.side:
            return (self.side,)
        return tuple(sorted(SERVICES, key=lambda side: side != self.reader))

    @property
    def filters(self) -> dict[str, str]:
        return {"category": self.category, "side": self.side, "section": self.section}

    @property
    def scope(self) -> str:
        """The same for everybody who counts the same copies by the same filters."""
        return digest_of([list(self.units), self.reader, self.filters])

    @property
    def code(self) -> str:
        """Such as 2026-W47."""
        year, week, _day = self.week.isocalendar()
        return f"{year}-W{week:02d}"


@dataclass(frozen=True)
class Picture:
    """The indicators of one week. `of` holds counts by value for each kind of a tally, and of
    categories under "c"; `events` is how many touched a public event, week by week. `counted_to`:
    since when a change of what the units hold, or held when it was counted, waits."""

    asked: Asked
    weeks: list[Week]
    arrivals: list[Arrived]
    of: Mapping[str, Counts]
    events: list[Week]
    counted_to: datetime | None = None
    here: list[Arrived] = field(default_factory=list)

    @cached_property
    def total(self) -> int:
        return sum(self.of["c"].values())

    def sections(self) -> list[tuple[int, int]]:
        return [(n, self.of["s"].get(str(n), 0)) for n in range(1, COUNT + 1)]

    @property
    def away(self) -> int:
        return self.of["s"].get(AWAY, 0)

    @property
    def nowhere(self) -> int:
        return self.of["s"].get(NOWHERE, 0)


def digest_of(content: Any) -> str:
    """SHA-256 of a content, whatever order its keys came in."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def this_week(reader: str, at: datetime | None = None) -> date:
    """The Monday of the week that yesterday belongs to: its last day is over."""
    zone = ZoneInfo(ZONE.get(reader, "UTC"))
    yesterday = localdate(at, zone) - timedelta(days=1)
    return yesterday - timedelta(days=yesterday.weekday())


def asked_by(
    user: Any, *, week: str = "", category: str = "", side: str = "", section: str = ""
) -> Asked:
    """What a reader asks for by the words of an address. Raises Invalid with a sentence for each
    that cannot be."""
    wrong: dict[str, list[str]] = {}
    monday = this_week(user.side)
    if week.strip():
        if (found := _monday(week.strip())) is None or found > monday + WEEK:
            wrong["week"] = [_("Give a week that has begun, such as 2026-W47.")]
        else:
            monday = found
    if category and category not in terms("incident_category"):
        wrong["category"] = [_("There is no category with this code. Choose one from the list.")]
    if side and side not in SERVICES:
        wrong["side"] = [_("Choose Latvia, Belarus or both.")]
    places = {str(number) for number in range(1, COUNT + 1)} | {AWAY, NOWHERE}
    if section and section not in places:
        wrong["section"] = [_("Choose a section from 1 to 10.")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    units = tuple(sorted(units_where(user, "view_incidents")))
    return Asked(monday, units, user.side, category, side, section)


def _monday(text: str) -> date | None:
    year, _dash, number = text[:12].upper().partition("-W")
    if not (year.isdecimal() and number.isdecimal() and len(year) == 4):
        return None
    try:
        found = date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        return None
    return found if found.year >= 2000 else None


def picture(asked: Asked) -> Picture:
    """Everything that the page shows of a week, by one statement and two about completeness."""
    arrivals = arrived(asked.first, asked.last, sides=asked.sides, reader=asked.reader)
    rows = _read(WEEKS + OF_WEEK, asked, asked.first, left_out=_left_out(arrivals))
    of: dict[str, dict[str, int]] = {kind: {} for kind in "cstmnre"}
    for kind, value, count in rows:
        if kind in of:
            of[kind][value] = count
    once = {kind: value for kind, value, _count in rows if kind in ("waits", "begun")}
    waits = once.get("waits")
    begun = date.fromisoformat(once["begun"]) if "begun" in once else None
    starts = [asked.first + n * WEEK for n in range(SHOWN)]
    events = {value: count for kind, value, count in rows if kind == "events"}
    return Picture(
        asked=asked,
        weeks=weeks_of(starts, rows, arrivals, begun),
        arrivals=arrivals,
        of=of,
        events=[Week(start, events.get(start.isoformat(), 0), 7) for start in starts],
        counted_to=datetime.fromisoformat(waits) if waits else None,
        here=[_in(one, asked.week, asked.last) for one in arrivals],
    )


def history(asked: Asked) -> list[Week]:
    """The weeks from the first that the reader's copies know, at most three years and the shown
    ones. The first week itself may be a part of one and is left out."""
    first = asked.first - HISTORY * WEEK
    begun = _begun(asked)
    if begun is None or begun + WEEK > asked.week:
        return []
    first = max(first, begun + WEEK)
    arrivals = arrived(first, asked.last, sides=asked.sides, reader=asked.reader)
    rows = _read(WEEKS, asked, first, left_out=_left_out(arrivals))
    starts = [first + n * WEEK for n in range((asked.week - first).days // 7 + 1)]
    return weeks_of(starts, rows, arrivals, begun)


def weeks_from(asked: Asked, first: date, sections: Sequence[str] = ()) -> list[Week]:
    """The weeks from `first` to the asked one, of these sections together where they are named;
    as many statements for all as for one."""
    begun = _begun(asked)
    arrivals = arrived(first, asked.last, sides=asked.sides, reader=asked.reader)
    out = {"left_out": _left_out(arrivals)}
    rows = (
        _read(WEEKS_TOGETHER, asked, first, sections=list(sections), **out)
        if sections
        else _read(WEEKS, asked, first, **out)
    )
    starts = [first + n * WEEK for n in range((asked.week - first).days // 7 + 1)]
    return weeks_of(starts, rows, arrivals, begun)


def _begun(asked: Asked) -> date | None:
    with connection.cursor() as cursor:
        cursor.execute(BEGUN, _facts(asked))
        found: tuple[date | None] = cursor.fetchone() or (None,)
    return found[0]


def along(asked: Asked) -> dict[str, dict[str, int]]:
    """Counts of the shown weeks by section (`s`) and by cell of H3 (`h`)."""
    found: dict[str, dict[str, int]] = {"s": {}, "h": {}}
    for kind, value, count in _read(ALONG, asked, asked.first, left_out=[]):
        found[kind][value] = count
    return found


def _in(one: Arrived, first: date, last: date) -> Arrived:
    """The same of a part of its period."""
    missing, running = (
        tuple(day for day in days if first <= day <= last) for days in (one.missing, one.running)
    )
    return Arrived(one.side, (last - first).days + 1, missing, running, one.since, one.paused)


def _left_out(arrivals: Sequence[Arrived]) -> list[date]:
    return sorted(set().union(*(one.left_out for one in arrivals)))


def _facts(asked: Asked) -> dict[str, Any]:
    return {"units": list(asked.units), "week": asked.week, **asked.filters}


def _read(
    statement: str, asked: Asked, first: date, *, left_out: list[date], **more: Any
) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**_facts(asked), "first": first, "left_out": left_out, **more})
        return [(kind, value, int(count)) for kind, value, count in cursor.fetchall()]


def weeks_of(
    starts: list[date], rows: Sequence[Any], arrivals: Sequence[Arrived], begun: date | None
) -> list[Week]:
    """Of weeks before the first that the reader's copies know nothing is known."""
    counts = {value: count for kind, value, count in rows if kind == "week"}
    away = {value: count for kind, value, count in rows if kind == "out"}
    out = set(_left_out(arrivals))
    found = []
    for start in starts:
        days = [start + timedelta(days=n) for n in range(7)]
        known = begun is not None and start >= begun
        left = tuple(day for day in days if not known or day in out)
        key = start.isoformat()
        count = counts.get(key, 0) - away.get(key, 0) if len(left) < 7 else None
        found.append(Week(start, count, 7 - len(left), left))
    return found
