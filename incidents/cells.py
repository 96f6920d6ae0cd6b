"""How many incidents lie where, out of cells counted beforehand. Reads only; docs/finding.md.

A reader counts an incident once, where the first copy within reach says that it lies.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from contactpoints.access import units_where

# Degrees of latitude of a cell by level; of longitude twice as many.
DEGREES = (0.5, 0.125, 0.03125)
# A box wider than this is drawn in cells of the level, in degrees of longitude.
WIDEST = (2.5, 0.6)
MOST = 2000
WORLD = (-180.0, -90.0, 180.0, 90.0)
RIGHTS = "holders && %(units)s AND NOT better && %(units)s"
INSIDE = "x BETWEEN %(left)s AND %(right)s AND y BETWEEN %(bottom)s AND %(top)s"
ALL_TIME = f"""
    SELECT x, y, count AS n FROM incidents_cell
    WHERE level = %(level)s AND span = 'a' AND {INSIDE} AND {RIGHTS}
"""  # noqa: S608
# Whole years, the whole months before them, and the days before those from the spots themselves.
SINCE = f"""
    SELECT x, y, count FROM incidents_cell
    WHERE level = %(level)s AND span = 'y' AND start >= %(year)s AND {INSIDE} AND {RIGHTS}
    UNION ALL
    SELECT x, y, count FROM incidents_cell
    WHERE level = %(level)s AND span = 'm' AND start >= %(month)s AND start < %(year)s
      AND {INSIDE} AND {RIGHTS}
    UNION ALL
    SELECT c.x, c.y, 1 FROM incidents_spot s, incidents_cells_of(s.lat, s.lon, s.day) c
    WHERE s.day >= %(since)s AND s.day < %(month)s AND c.level = %(level)s AND c.span = 'a'
      AND {INSIDE} AND {RIGHTS}
"""  # noqa: S608
# What was counted of incidents that moved since is taken back, and what holds now is added.
WAITING = f"""
    UNION ALL
    SELECT c.x, c.y, -1 FROM incidents_spot s, incidents_cells_of(s.lat, s.lon, s.day) c
    WHERE s.incident_id IN (SELECT incident_id FROM incidents_cellchange)
      AND s.day >= %(since)s AND c.level = %(level)s AND c.span = 'a' AND {INSIDE} AND {RIGHTS}
    UNION ALL
    SELECT c.x, c.y, 1
    FROM incidents_spots_of(
             (SELECT coalesce(array_agg(incident_id), '{{}}') FROM incidents_cellchange)) s,
         incidents_cells_of(s.lat, s.lon, s.day) c
    WHERE s.day >= %(since)s AND c.level = %(level)s AND c.span = 'a' AND {INSIDE} AND {RIGHTS}
"""  # noqa: S608
READ = "SELECT x, y, sum(n)::int FROM ({}{}) AS found (x, y, n) GROUP BY x, y HAVING sum(n) > 0 ORDER BY 3 DESC, x, y LIMIT %(most)s"  # noqa: E501
BEGINNING = date(1, 1, 1)
# A day with a year after it; nothing is reported later.
LAST = date(9998, 1, 1)


@dataclass(frozen=True)
class Counted:
    """A cell with its edges in degrees WGS 84, and how many incidents lie in it."""

    west: float
    south: float
    east: float
    north: float
    count: int

    @property
    def lat(self) -> float:
        return (self.south + self.north) / 2

    @property
    def lon(self) -> float:
        return (self.west + self.east) / 2

    @property
    def box(self) -> str:
        return f"{self.west:g},{self.south:g},{self.east:g},{self.north:g}"


def parse_box(text: str) -> tuple[float, float, float, float]:
    """West, south, east, north of "26.5,55.1,28.2,56"; the world for "". Raises Invalid."""
    if not text.strip():
        return WORLD
    try:
        west, south, east, north = (float(part) for part in text[:100].split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        sentence = _("Give west, south, east and north in degrees, such as 26.5,55.1,28.2,56.0.")
        raise Invalid(sentence, fields={"box": [sentence]})
    return west, south, east, north


def level_of(box: tuple[float, float, float, float]) -> int:
    """How fine the cells of a box are: 0 for a wide one."""
    width = box[2] - box[0]
    return sum(width <= widest for widest in WIDEST)


def cells(
    user: Any, *, box: tuple[float, float, float, float] = WORLD, since: date | None = None
) -> list[Counted]:
    """What `user` sees in the cells that the box touches, the fullest first; by one statement.

    `since` is a day of the report in UTC, included. Exact at any moment, however long counting
    waits; at most 2,000 cells.
    """
    level = level_of(box)
    high, wide = DEGREES[level], 2 * DEGREES[level]
    first = min(since or BEGINNING, LAST)
    month = first if first.day == 1 else _next_month(first)
    facts: dict[str, Any] = {
        "level": level,
        "units": sorted(units_where(user, "view_incidents")),
        "left": box[0] // wide, "right": box[2] // wide,
        "bottom": box[1] // high, "top": box[3] // high,
        "since": first, "month": month,
        "year": month if month.month == 1 else date(month.year + 1, 1, 1),
        "most": MOST,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(READ.format(SINCE if since else ALL_TIME, WAITING), facts)
        return [
            Counted(x * wide, y * high, (x + 1) * wide, (y + 1) * high, count)
            for x, y, count in cursor.fetchall()
        ]


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
