"""Where a notice holds: circles, lines between signs and areas, in WGS 84 degrees. Pure functions.

Flat around the shape, which is right within 1 % at the size a notice may have.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from math import cos, hypot, radians

KM_A_DEGREE = 111.195
# How wide the strip between two signs is taken to each side of the line between them.
STRIP_KM = 2.0
LARGEST_KM = 200.0
POINTS_MOST = 50

Point = tuple[float, float]
Box = tuple[float, float, float, float]


def widened(box: Box, km: float) -> Box:
    """The box (south, west, north, east) with `km` more to each side."""
    south, west, north, east = box
    up = km / KM_A_DEGREE
    aside = up / max(0.01, cos(radians((south + north) / 2)))
    return south - up, west - aside, north + up, east + aside


def box_of(points: Sequence[Point], km: float = 0.0) -> Box:
    """The box around points (lat, lon), with `km` around it."""
    lats, lons = [lat for lat, _lon in points], [lon for _lat, lon in points]
    return widened((min(lats), min(lons), max(lats), max(lons)), km)


def size_km(box: Box) -> float:
    """How long the diagonal of the box is."""
    south, west, north, east = box
    width = KM_A_DEGREE * cos(radians((south + north) / 2))
    return hypot((east - west) * width, (north - south) * KM_A_DEGREE)


def _flat(points: Sequence[Point], around: Point) -> list[Point]:
    """Points (lat, lon) as kilometres (east, north) of `around`."""
    width = KM_A_DEGREE * cos(radians(around[0]))
    return [((lon - around[1]) * width, (lat - around[0]) * KM_A_DEGREE) for lat, lon in points]


def _to_origin(start: Point, end: Point) -> float:
    (x1, y1), (x2, y2) = start, end
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, -(x1 * dx + y1 * dy) / length)) if length else 0.0
    return hypot(x1 + along * dx, y1 + along * dy)


def to_line_km(at: Point, points: Sequence[Point]) -> float:
    """Kilometres from `at` (lat, lon) to the nearest point of the line through `points`."""
    flat = _flat(points, at)
    if len(flat) == 1:
        return hypot(*flat[0])
    return min(_to_origin(start, end) for start, end in pairwise(flat))


def to_area_km(at: Point, points: Sequence[Point]) -> float:
    """Kilometres from `at` to the area with these corners; 0 within it."""
    flat = _flat(points, at)
    around = [*flat, flat[0]]
    inside = False
    for (x1, y1), (x2, y2) in pairwise(around):
        if (y1 > 0) != (y2 > 0) and x1 - y1 * (x2 - x1) / (y2 - y1) > 0:
            inside = not inside
    return 0.0 if inside else min(_to_origin(start, end) for start, end in pairwise(around))


def strip(start: Point, end: Point, km: float) -> list[Point]:
    """Corners of the strip that reaches `km` to each side of the line between two points."""
    (_x, _y), (dx, dy) = _flat([start, end], start)
    length = hypot(dx, dy) or 1.0
    width = KM_A_DEGREE * cos(radians(start[0]))
    aside = (dx / length * km / KM_A_DEGREE, -dy / length * km / width)
    return [
        (round(lat + way * aside[0], 6), round(lon + way * aside[1], 6))
        for (lat, lon), way in ((start, 1), (end, 1), (end, -1), (start, -1))
    ]


def plain(sign: str) -> str:
    """A border sign as it is compared: no spaces, capitals."""
    return "".join(sign.split()).upper()


NUMBERED = re.compile(r"(\D*?)(\d{1,9})(\D*)")


def sign_between(sign: str, first: str, last: str) -> bool:
    """Whether a sign is one of two or, where all three are numbered alike, lies between them."""
    here, one, other = plain(sign), plain(first), plain(last)
    if not here:
        return False
    if here in (one, other):
        return True
    parts = [NUMBERED.fullmatch(text) for text in (here, one, other)]
    found = [part.groups() for part in parts if part]
    if len(found) < 3 or len({(before, after) for before, _n, after in found}) > 1:
        return False
    at, start, end = (int(n) for _before, n, _after in found)
    return min(start, end) <= at <= max(start, end)
