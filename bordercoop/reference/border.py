"""How far a point lies from the border line between Latvia and Belarus.

Indicative only: the line is generalised (GSHHG, `static/geo/README.md`). Never decide from it on
which side a point lies.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from math import cos, hypot, radians
from pathlib import Path

LINE = Path(__file__).resolve().parent.parent / "static" / "geo" / "border_wdb.geojson"
KM_A_DEGREE = 111.195  # of latitude, on a sphere of 6,371 km

Point = tuple[float, float]


def border_distance_km(lat: float, lon: float) -> float:
    """Kilometres from the point (WGS 84 degrees) to the nearest point of the line.

    Flat around the point: within 1 % up to a hundred kilometres, rough beyond.
    """
    width = KM_A_DEGREE * cos(radians(lat))
    return min(
        _distance_to_origin(
            ((x1 - lon) * width, (y1 - lat) * KM_A_DEGREE),
            ((x2 - lon) * width, (y2 - lat) * KM_A_DEGREE),
        )
        for line in _lines()
        for (x1, y1), (x2, y2) in pairwise(line)
    )


@cache
def _lines() -> tuple[tuple[Point, ...], ...]:
    """The line's parts, as points (lon, lat)."""
    geometry = json.loads(LINE.read_text(encoding="utf-8"))["geometry"]
    return tuple(tuple((x, y) for x, y in line) for line in geometry["coordinates"])


def _distance_to_origin(start: Point, end: Point) -> float:
    (x1, y1), (x2, y2) = start, end
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, -(x1 * dx + y1 * dy) / length)) if length else 0.0
    return hypot(x1 + along * dx, y1 + along * dy)
