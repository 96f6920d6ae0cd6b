"""The indicators of a report's period and sections, counted through the units of one side."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection

from contactpoints.models import units

from ..findings import usual_of
from ..indicators import RIGHTS, SHOWN, WEEK, Asked, this_week, weeks_from
from ..models import RiskReport

COUNTS = f"""
    SELECT 'c', split_part(category, '-', 1), sum(count) FROM riskanalysis_tally
    WHERE span = 'w' AND kind = 's' AND start BETWEEN %(first)s AND %(week)s
      AND (%(all)s OR value = ANY (%(sections)s)) AND {RIGHTS} GROUP BY 2
    UNION ALL
    SELECT 's', value, sum(count) FROM riskanalysis_tally
    WHERE span = 'w' AND kind = 's' AND start BETWEEN %(first)s AND %(week)s
      AND (%(all)s OR value = ANY (%(sections)s)) AND {RIGHTS} GROUP BY 2
"""  # noqa: S608
MOST_WEEKS = 120


def figures_of(report: RiskReport, side: str) -> dict[str, Any]:
    """`weeks`: {week, count, usual}, null where a side has not delivered or nothing is known;
    `by_category` and `by_section`: {code, count} of the whole period."""
    last = min(_monday(report.ends_on), this_week(side) + WEEK)
    first = max(_monday(report.starts_on), last - MOST_WEEKS * WEEK)
    numbers = [str(int(code[1:])) for code in report.sections]
    if first > last:
        return {"weeks": [], "by_category": [], "by_section": []}
    held = tuple(sorted(unit.pk for unit in units().values() if unit.side == side))
    return {
        "weeks": _weeks(first, last, numbers, held, side),
        **_counts(first, last, numbers, held),
    }


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weeks(
    first: date, last: date, numbers: list[str], held: tuple[int, ...], side: str
) -> list[dict[str, Any]]:
    """A usual range is known of the whole line or of one section."""
    alone = len(numbers) < 2
    asked = Asked(last, held, side, section=numbers[0] if numbers and alone else "")
    # A range was computed with the weeks that were shown before its own.
    weeks = weeks_from(asked, first - (SHOWN - 1) * WEEK, () if alone else numbers)
    usual = usual_of(asked, weeks) if alone else {}
    return [
        {
            "week": week.start.isoformat(),
            "count": week.count,
            "usual": _range(usual.get(week.start.isoformat())),
        }
        for week in weeks
        if week.start >= first
    ]


def _range(found: Any) -> list[float] | None:
    return [found[0], found[1]] if found else None


def _counts(
    first: date, last: date, numbers: list[str], held: tuple[int, ...]
) -> dict[str, list[dict[str, Any]]]:
    facts: dict[str, Any] = {
        "first": first, "week": last, "units": list(held), "sections": numbers,
        "all": not numbers, "side": "", "category": "",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, facts)
        rows = [(kind, code, int(count)) for kind, code, count in cursor.fetchall() if count]
    named = [(kind, f"S{int(code):02}" if code.isdigit() else code, n) for kind, code, n in rows]
    return {
        "by_category": [
            {"code": code, "count": n}
            for _kind, code, n in sorted(
                (row for row in named if row[0] == "c"), key=lambda row: (-row[2], row[1])
            )
        ],
        "by_section": [
            {"code": code, "count": n}
            for _kind, code, n in sorted(row for row in named if row[0] == "s")
        ],
    }
