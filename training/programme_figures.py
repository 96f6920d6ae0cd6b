"""The sums that the report of the programme is made of. Sums only, the same for both sides: of
activities of both, and of those of one side that carry out a line of the joint plan. Reads only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from .attended_days import DAYS_ATTENDED, LAST_DAY
from .models.activities import OVER

# Held once is counted once, in the period of its last day; what is postponed was not held. The
# first condition is for the index: a day on any wall lies within two of UTC.
COUNTED = f"""
    counted AS MATERIALIZED (
        SELECT a.id, a.kind, a.host_country, a.mode, a.topics, a.budget_line, a.budget_planned,
               a.budget_used
        FROM training_activity a
        WHERE a.state = ANY(%(over)s)
          AND a.period && tstzrange(%(first)s, %(last)s)
          AND {LAST_DAY} BETWEEN %(since)s AND %(until)s
          AND (a.joint OR EXISTS (SELECT 1 FROM training_planlink k
                                  WHERE k.activity_id = a.id AND k.removed_at IS NULL))
    )
"""  # noqa: S608
ACTIVITIES = f"""
    WITH {COUNTED}
    SELECT kind, host_country, mode, budget_line, count(*), coalesce(sum(budget_planned), 0),
           coalesce(sum(budget_used), 0), array_agg(id)
    FROM counted GROUP BY kind, host_country, mode, budget_line
"""  # noqa: S608
PEOPLE = f"""
    WITH {COUNTED}
    SELECT p.side, p.sex, p.level, p.unit_id, p.state = 'no_show', count(*),
           sum({DAYS_ATTENDED})
    FROM counted c JOIN training_activity a ON a.id = c.id
    JOIN training_participation p ON p.activity_id = c.id
    WHERE p.state IN ('attended', 'certified', 'no_show')
    GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608
# Somebody who came to two activities is one of the people.
DIFFERENT = f"""
    WITH {COUNTED}
    SELECT p.side, count(DISTINCT p.officer_id)
    FROM counted c JOIN training_participation p ON p.activity_id = c.id
    WHERE p.state IN ('attended', 'certified') GROUP BY 1
"""  # noqa: S608
SEATS = f"""
    WITH {COUNTED}
    SELECT q.side, sum(q.seats) FROM counted c JOIN training_quota q ON q.activity_id = c.id
    GROUP BY 1
"""  # noqa: S608
TOPICS = f"""
    WITH {COUNTED}
    SELECT topic, count(*), coalesce(sum(n.participants), 0)
    FROM counted c CROSS JOIN LATERAL unnest(c.topics) topic
    CROSS JOIN LATERAL (SELECT count(*) AS participants FROM training_participation p
                        WHERE p.activity_id = c.id AND p.state IN ('attended', 'certified')) n
    GROUP BY topic ORDER BY 2 DESC, topic
"""  # noqa: S608


@dataclass
class Figures:
    """Counts by the codes that they have. Money is in euro."""

    activities: list[int] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    hosts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    modes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    money: dict[str, list[Decimal]] = field(
        default_factory=lambda: defaultdict(lambda: [Decimal(0), Decimal(0)])
    )
    # (side, sex, level, unit) -> participants and participant-days.
    people: dict[tuple[str, str, str, int], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )
    absent: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    different: dict[str, int] = field(default_factory=dict)
    seats: dict[str, int] = field(default_factory=dict)
    topics: list[tuple[str, int, int]] = field(default_factory=list)

    def total(self, which: int, **of: Any) -> int:
        """Participants (0) or participant-days (1) of a side, sex, level, unit."""
        names = ("side", "sex", "level", "unit")
        wanted = [(names.index(name), value) for name, value in of.items()]
        return sum(
            counts[which]
            for key, counts in self.people.items()
            if all(key[at] == value for at, value in wanted)
        )


def figures_of(since: date, until: date) -> Figures:
    """Of the activities whose last day lies in the period, both days in it; by five statements."""
    asked = {
        "since": since, "until": until, "over": list(OVER),
        "first": since - timedelta(days=2), "last": until + timedelta(days=2),
    }  # fmt: skip
    found = Figures()
    for kind, host, mode, line, count, planned, used, keys in _rows(ACTIVITIES, asked):
        found.kinds[kind] += count
        found.hosts[host] += count
        found.modes[mode] += count
        if line or planned or used:
            money = found.money[line]
            money[0], money[1] = money[0] + planned, money[1] + used
        found.activities += keys
    for side, sex, level, unit, absent, count, days in _rows(PEOPLE, asked):
        if absent:
            found.absent[side] += count
            continue
        counts = found.people[side, sex, level, unit]
        counts[0], counts[1] = counts[0] + count, counts[1] + int(days)
    found.different = dict(_rows(DIFFERENT, asked))
    found.seats = dict(_rows(SEATS, asked))
    found.topics = [(code, count, int(people)) for code, count, people in _rows(TOPICS, asked)]
    return found


def _rows(statement: str, asked: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return cursor.fetchall()
