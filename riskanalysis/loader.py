"""Writes the sections of the line and the cells along it out of the shipped geometry."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from .models import WITHIN_KM, Hexagon, Section
from .sections import COUNT, Point, cut, flat, whole_line

RESOLUTION = 6
ALL_AGAIN = """
    INSERT INTO riskanalysis_indicatorchange (incident_id)
    SELECT DISTINCT incident_id FROM incidents_share
"""
# Kilometres by which a line may be straightened where incidents are measured against it; what is
# drawn keeps every point.
STRAIGHTER = 0.2
LINE = "INSERT INTO riskanalysis_section (number, points, line) VALUES (%s, %s, %s)"
HEXAGON = """
    INSERT INTO riskanalysis_hexagon (cell, section_id, points, outline)
    SELECT %(cell)s, s.number, %(points)s, %(outline)s FROM riskanalysis_section s
    WHERE (SELECT min(riskanalysis_flat(%(lat)s, %(lon)s) <-> o.line) FROM riskanalysis_section o)
          <= %(within)s
    ORDER BY riskanalysis_flat(%(lat)s, %(lon)s) <-> s.line, s.number LIMIT 1
"""


def load() -> str:
    """Bring sections and cells into line with the geometry. Does nothing when they are."""
    pieces = cut(whole_line())
    assert len(pieces) == COUNT
    known = [[tuple(point) for point in row.points] for row in Section.objects.all()]
    if known == pieces:
        return "border sections: 0 added, 0 changed, 0 retired"
    _write(pieces)
    return f"border sections: {COUNT} written, every incident waits to be counted by them"


@transaction.atomic
def _write(pieces: list[list[Point]]) -> None:
    Hexagon.objects.all().delete()
    Section.objects.all().delete()
    with connection.cursor() as cursor:
        for number, points in enumerate(pieces, start=1):
            cursor.execute(
                LINE, [number, json.dumps(points), _written(_straighter(points), "[{}]")]
            )
        for cell, middle, corners in _cells(pieces):
            facts: dict[str, Any] = {
                "cell": cell, "points": json.dumps(corners), "outline": _shape(corners, "({})"),
                "lat": middle[0], "lon": middle[1], "within": WITHIN_KM,
            }  # fmt: skip
            cursor.execute(HEXAGON, facts)
        cursor.execute(ALL_AGAIN)


def _shape(points: list[Point], around: str) -> str:
    """As PostgreSQL writes paths and polygons."""
    return _written([flat(*point) for point in points], around)


def _written(points: Iterable[Point], around: str) -> str:
    return around.format(",".join("({:.6f},{:.6f})".format(*point) for point in points))


def _straighter(points: list[Point]) -> list[Point]:
    """The points, in kilometres, that are needed to lie within `STRAIGHTER` of all."""
    from shapely import LineString

    line = LineString([flat(*point) for point in points])
    return [(float(x), float(y)) for x, y in line.simplify(STRAIGHTER).coords]


def _cells(pieces: list[list[Point]]) -> list[tuple[str, Point, list[Point]]]:
    """Every cell near the line: (H3 index, its middle, its corners)."""
    import h3

    found: set[str] = set()
    for points in pieces:
        for point in points:
            found |= set(h3.grid_disk(h3.latlng_to_cell(*point, RESOLUTION), 5))
    return [
        (cell, h3.cell_to_latlng(cell), [tuple(c) for c in h3.cell_to_boundary(cell)])
        for cell in sorted(found)
    ]
