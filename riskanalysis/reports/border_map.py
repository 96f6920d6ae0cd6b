"""The cited records along the common line, as SVG of the portal's own geometry.

The line, lakes and rivers are those of `bordercoop/static/geo/` (source and licence there),
generalised and indicative. A record stands where its snapshot puts it, or nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import cos, dist, pi, radians, sin

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from bordercoop.reference.border import KM_A_DEGREE, LINE
from bordercoop.reference.loader import read_file

from ..charts import EAST, FONT, INK, NORTH, PAPER, SECOND, SOUTH, WEST
from ..sections import cut, whole_line

WIDTH = 760
SCALE = WIDTH / ((EAST - WEST) * cos(radians(55.85)))
HEIGHT = round((NORTH - SOUTH) * SCALE)
LAND, WATER, STREAM, BAND, BRAND = "#f3f6f4", "#cfe2ec", "#a9cada", "#f4dcae", "#0c5468"
KM = SCALE / KM_A_DEGREE
Spot = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A cited record: the number of its citation, where it lies, and whether a public source says
    so, by which it is drawn as a square that is not filled."""

    number: int
    lat: float
    lon: float
    public: bool = False

    @property
    def at(self) -> Spot:
        return _at(self.lat, self.lon)


def on_map(lat: float, lon: float) -> bool:
    x, y = _at(lat, lon)
    return 6 <= x <= WIDTH - 6 and 6 <= y <= HEIGHT - 6


def drawn(
    marks: Sequence[Mark],
    sections: Sequence[int],
    towns: Sequence[tuple[str, float, float]],
    *,
    title: str,
    sides: tuple[str, str],
    scale: str,
) -> SafeString:
    """The map with `marks` that lie on it. `sections` are those of the report and stand out;
    `sides` are the words for Latvia and Belarus, `scale` the one under the bar of 20 km."""
    shown = [mark for mark in marks if on_map(mark.lat, mark.lon)]
    numbers = _numbers(shown)
    body = "".join(
        [
            f'<rect class="land" width="{WIDTH}" height="{HEIGHT}" fill="{LAND}"/>',
            f'<path class="lake" d="{_lakes()}" fill="{WATER}"/>',
            f'<path class="river" d="{_rivers()}" fill="none" stroke="{STREAM}"/>',
            *_line(set(sections)),
            *_sides(sides),
            *_towns(towns, numbers),
            *_marks(shown, numbers),
            *_bar(scale),
        ]
    )
    return mark_safe(  # noqa: S308
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart border" width="{WIDTH}"'
        f' height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(title)}" {FONT} font-size="12" fill="{SECOND}">{body}</svg>'
    )


def _at(lat: float, lon: float) -> Spot:
    return (lon - WEST) * cos(radians(55.85)) * SCALE, (NORTH - lat) * SCALE


def _path(points: Sequence[Spot], *, closed: bool = False) -> str:
    """Points as (lat, lon)."""
    said = "L".join("{:.0f} {:.0f}".format(*_at(*point)) for point in points)
    return f"M{said}{'z' if closed else ''}"


def _near(points: Sequence[Spot]) -> bool:
    return any(WEST - 0.2 < lon < EAST + 0.2 and SOUTH - 0.1 < lat < NORTH + 0.1
               for lat, lon in points)  # fmt: skip


@cache
def _lakes() -> str:
    found = []
    for feature in read_file(LINE.parent / "lakes.geojson")["features"]:
        ring = [(lat, lon) for lon, lat in feature["geometry"]["coordinates"][0]]
        if _near(ring):
            found.append(_path(ring, closed=True))
    return "".join(found)


@cache
def _rivers() -> str:
    found = []
    for feature in read_file(LINE.parent / "rivers.geojson")["features"]:
        course = [(lat, lon) for lon, lat in feature["geometry"]["coordinates"]]
        if _near(course):
            found.append(_path(course))
    return "".join(found)


@cache
def _pieces() -> list[list[Spot]]:
    return cut(whole_line())


def _line(chosen: set[int]) -> Iterator[str]:
    for number, piece in enumerate(_pieces(), start=1):
        if number in chosen:
            yield (
                f'<path class="chosen" d="{_path(piece)}" fill="none" stroke="{BAND}"'
                ' stroke-width="20" stroke-linejoin="round"/>'
            )
    for piece in _pieces():
        yield (
            f'<path class="halo" d="{_path(piece)}" fill="none" stroke="{PAPER}" stroke-width="6"/>'
        )
    for piece in _pieces():
        yield (
            f'<path class="edge" d="{_path(piece)}" fill="none" stroke="{BRAND}"'
            ' stroke-width="2.6" stroke-dasharray="9 4"/>'
        )
    for piece in _pieces()[1:]:
        x, y = _at(*piece[0])
        yield f'<circle class="cut" cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="{BRAND}"/>'
    for number, (x, y) in enumerate(_middles(), start=1):
        yield (
            f'<circle class="section" cx="{x:.1f}" cy="{y:.1f}" r="9.5" fill="{PAPER}"'
            f' stroke="{BRAND}" stroke-width="1.2"/><text class="section" x="{x:.1f}"'
            f' y="{y + 4:.1f}" text-anchor="middle" font-size="11.5" font-weight="700"'
            f' fill="{BRAND}">{number}</text>'
        )


@cache
def _middles() -> list[Spot]:
    """Half way along each section, where its number stands."""
    found = []
    for piece in _pieces():
        points = [_at(*point) for point in piece]
        steps = [dist(a, b) for a, b in pairwise(points)]
        left, at = sum(steps) / 2, 0
        while left > steps[at]:
            left, at = left - steps[at], at + 1
        (x, y), (x2, y2), part = points[at], points[at + 1], left / (steps[at] or 1)
        found.append((x + part * (x2 - x), y + part * (y2 - y)))
    return found


def _sides(names: tuple[str, str]) -> Iterator[str]:
    for name, lat, lon in ((names[0], 56.13, 27.15), (names[1], 55.58, 27.75)):
        x, y = _at(lat, lon)
        yield (
            f'<text class="side" x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-size="19"'
            f' letter-spacing="4" fill="#8a999f">{escape(name.upper())}</text>'
        )


def _towns(towns: Sequence[tuple[str, float, float]], numbers: Sequence[Spot]) -> Iterator[str]:
    """Dots with their names, beside, under or over them where nothing stands yet. Where there is
    no room both are left out."""
    taken = [(x - 11, y - 11, x + 11, y + 11) for x, y in _middles()]
    taken += [(x - 13, y - 10, x + 13, y + 10) for x, y in numbers]
    for name, lat, lon in towns:
        if not on_map(lat, lon):
            continue
        x, y = _at(lat, lon)
        long = 5.8 * len(name)
        ways = []
        for down, sideward in ((4, 6), (17, -4), (-8, -4)):
            top = y + down - 10
            ways += [
                (
                    "start",
                    x + sideward,
                    y + down,
                    (x + sideward, top, x + sideward + long, top + 12),
                ),
                ("end", x - sideward, y + down, (x - sideward - long, top, x - sideward, top + 12)),
            ]
        free = [way for way in ways if way[3][0] > 0 and way[3][2] < WIDTH
                and not any(_over(way[3], other) for other in taken)]  # fmt: skip
        if not free:
            continue
        anchor, tx, ty, box = free[0]
        taken.append(box)
        yield (
            f'<circle class="town" cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{PAPER}"'
            f' stroke="{SECOND}"/><text class="town" x="{tx:.1f}" y="{ty:.1f}"'
            f' text-anchor="{anchor}" font-size="11" paint-order="stroke" stroke="{LAND}"'
            f' stroke-width="3">{escape(name)}</text>'
        )


def _over(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# --- marks


def _numbers(shown: Sequence[Mark]) -> list[Spot]:
    """Where the number of each record stands: as near as there is room."""
    taken = list(_middles())
    for mark in shown:
        taken.append(_free(mark.at, taken))
    return taken[len(_middles()) :]


def _marks(shown: Sequence[Mark], places: Sequence[Spot]) -> Iterator[str]:
    """A dot where each record lies, tied to its number."""
    for mark, (x, y) in zip(shown, places, strict=True):
        px, py = mark.at
        yield (
            f'<path class="lead" d="M{px:.1f} {py:.1f}L{x:.1f} {y:.1f}" stroke="{INK}"'
            f' stroke-width="1.1"/><circle class="spot" cx="{px:.1f}" cy="{py:.1f}" r="3.2"'
            f' fill="{INK}" stroke="{PAPER}"/>'
        )
    for mark, (x, y) in zip(shown, places, strict=True):
        ground, ink, round_ = (PAPER, INK, 2) if mark.public else (INK, PAPER, 9)
        yield (
            f'<rect class="mark{" public" if mark.public else ""}" x="{x - 12:.1f}"'
            f' y="{y - 9:.1f}" width="24" height="18" rx="{round_}" fill="{ground}"'
            f' stroke="{INK}" stroke-width="1.4"/><text class="number" x="{x:.1f}"'
            f' y="{y + 4.3:.1f}" text-anchor="middle" font-size="12" font-weight="700"'
            f' fill="{ink}">{mark.number}</text>'
        )


def _free(spot: Spot, taken: Sequence[Spot]) -> Spot:
    """The nearest place around a spot where a number covers no other one."""
    x, y = spot
    best = (x, y - 22)
    for ring in range(1, 9):
        for step in range(8 * ring):
            turn = -pi / 2 + 2 * pi * step / (8 * ring)
            best = (x + 22 * ring * cos(turn), y + 22 * ring * sin(turn))
            inside = 14 < best[0] < WIDTH - 14 and 11 < best[1] < HEIGHT - 11
            if inside and all(abs(best[0] - a) > 26 or abs(best[1] - b) > 20 for a, b in taken):
                return best
    return best


def _bar(words: str) -> Iterator[str]:
    x, y, long = 22.0, HEIGHT - 22.0, 20 * KM
    yield (
        f'<path class="scale" d="M{x} {y - 5}V{y}H{x + long:.1f}V{y - 5}" fill="none"'
        f' stroke="{INK}" stroke-width="1.4"/><text x="{x + long / 2:.1f}" y="{y - 8}"'
        f' text-anchor="middle" font-size="11">{escape(words)}</text>'
    )
