"""How far each line of the yearly plan is: what is tied to it, what was held, what its indicator
says. Computed anew each time; sums only. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.reference.sides import ZONE

from .attended_days import DAYS_ATTENDED
from .models import Measure, PlanLine
from .models.activities import OVER
from .models.plans import quarter_end

TIED = f"""
    SELECT k.line_id,
           count(*) FILTER (WHERE a.state NOT IN ('cancelled', 'postponed')),
           count(*) FILTER (WHERE a.state = ANY(%(over)s)),
           count(*) FILTER (WHERE a.state = 'postponed'),
           coalesce(sum(a.budget_planned) FILTER (WHERE a.state NOT IN ('cancelled', 'postponed')),
                    0),
           coalesce(sum(a.budget_used) FILTER (WHERE a.state = ANY(%(over)s)), 0),
           coalesce(sum(c.participants), 0), coalesce(sum(c.days), 0)
    FROM training_planlink k
    JOIN training_activity a ON a.id = k.activity_id
    LEFT JOIN LATERAL (
        SELECT count(*) AS participants, sum(d.days) AS days
        FROM (SELECT {DAYS_ATTENDED} AS days FROM training_participation p
              WHERE p.activity_id = a.id AND p.state IN ('attended', 'certified')
                AND a.state = ANY(%(over)s)) d
    ) c ON true
    WHERE k.removed_at IS NULL AND k.line_id = ANY(%(lines)s)
    GROUP BY k.line_id
"""  # noqa: S608
# Somebody who came twice is one of them.
PEOPLE = """
    SELECT k.line_id, count(DISTINCT p.officer_id)
    FROM training_planlink k
    JOIN training_activity a ON a.id = k.activity_id AND a.state = ANY(%(over)s)
    JOIN training_participation p ON p.activity_id = a.id AND p.state IN ('attended', 'certified')
    WHERE k.removed_at IS NULL AND k.line_id = ANY(%(lines)s)
    GROUP BY k.line_id
"""


@dataclass
class Progress:
    """`tied` are the activities that stand, of which `held` are over. Money is in euro. `reached`
    is what the indicator counts, None without one. `late` is a sentence, "" for none."""

    line: Any
    tied: int = 0
    held: int = 0
    postponed: int = 0
    planned: Decimal = Decimal(0)
    used: Decimal = Decimal(0)
    participants: int = 0
    people: int = 0
    days: int = 0
    late: str = ""

    @property
    def reached(self) -> int | None:
        return {
            Measure.ACTIVITIES: self.held,
            Measure.PARTICIPANTS: self.participants,
            Measure.PEOPLE: self.people,
            Measure.DAYS: self.days,
        }.get(self.line.measure)

    @property
    def share(self) -> int | None:
        """Of the target, in whole percent; at most 100 are a full bar."""
        if self.reached is None or not self.line.target:
            return None
        return self.reached * 100 // int(self.line.target)

    @property
    def code(self) -> str:
        if self.late:
            return "late"
        done = self.share is not None and self.share >= 100
        if done or (self.line.measure == "" and self.held):
            return "done"
        return "under_way" if self.tied else "open"


def today_at(moment: datetime | None = None) -> date:
    return (moment or now()).astimezone(ZoneInfo(ZONE["LV"])).date()


def progress_of(
    year: int, lines: Sequence[PlanLine], *, today: date | None = None
) -> list[Progress]:
    """Of the lines of a plan, in their order; by two statements."""
    asked: dict[str, Any] = {"lines": [line.pk for line in lines], "over": list(OVER)}
    with connection.cursor() as cursor:
        cursor.execute(TIED, asked)
        tied = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(PEOPLE, asked)
        people = dict(cursor.fetchall())
    day, found = today or today_at(), []
    for line in lines:
        one = Progress(line)
        if row := tied.get(line.pk):
            (one.tied, one.held, one.postponed, one.planned, one.used) = row[:5]
            one.participants, one.days = int(row[5]), int(row[6])
        one.people = people.get(line.pk, 0)
        one.late = _late(one, year, day)
        found.append(one)
    return found


def _late(one: Progress, year: int, today: date) -> str:
    over = today >= quarter_end(year, one.line.quarter)
    if over and not one.held:
        said = {"quarter": one.line.quarter, "year": year}
        if one.postponed:
            return _("Quarter %(quarter)s of %(year)s is over, and it was postponed.") % said
        if one.tied:
            return _("Quarter %(quarter)s of %(year)s is over, and none of it was held yet.") % said
        return _("Quarter %(quarter)s of %(year)s is over, and no activity is tied to it.") % said
    if today.year > year and one.reached is not None and one.reached < int(one.line.target):
        return _("The year is over: %(reached)s of %(target)s reached.") % {
            "reached": one.reached, "target": one.line.target,
        }  # fmt: skip
    soon = quarter_end(year, one.line.quarter) - timedelta(days=42)
    if today >= soon and not one.tied:
        return _("The quarter ends within six weeks, and no activity is tied to it.")
    return ""
