"""The ten sections of the common line: where they lie and what they are called. Reads only."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.reference.border import KM_A_DEGREE, LINE
from bordercoop.reference.loader import read_file

from .models import AWAY

FILE = Path(__file__).parent / "reference" / "sections.yaml"
COUNT = 10
# Flat around the middle of the line: within 1 % along all of it.
KM_EAST = KM_A_DEGREE * cos(radians(55.8))
Point = tuple[float, float]


def flat(lat: float, lon: float) -> Point:
    """Kilometres east and north, as `riskanalysis_flat` in the database."""
    return lon * KM_EAST, lat * KM_A_DEGREE


def whole_line(path: Path = LINE) -> list[Point]:
    """The line as (lat, lon) from west to east; its two parts meet and are joined."""
    parts = [
        [(lat, lon) for lon, lat in part] for part in read_file(path)["geometry"]["coordinates"]
    ]
    parts = [part if part[0][1] <= part[-1][1] else part[::-1] for part in parts]
    return [point for part in sorted(parts, key=lambda part: part[0][1]) for point in part]


def cut(line: list[Point], count: int = COUNT) -> list[list[Point]]:
    """The line in `count` pieces of equal length; neighbours share the point between them."""
    steps = [
        hypot(b[0] - a[0], b[1] - a[1])
        for a, b in ((flat(*one), flat(*other)) for one, other in pairwise(line))
    ]
    each = sum(steps) / count
    pieces, at = [[line[0]]], 0.0
    for start, end, step in zip(line, line[1:], steps, strict=False):
        done = 0.0
        while step - done > 0 and at + step - done >= each and len(pieces) < count:
            done += each - at
            part = done / step
            point = (
                round(start[0] + part * (end[0] - start[0]), 6),
                round(start[1] + part * (end[1] - start[1]), 6),
            )
            pieces[-1].append(point)
            pieces.append([point])
            at = 0.0
        at += step - done
        pieces[-1].append(end)
    return pieces


@cache
def _names() -> dict[int, dict[str, str]]:
    return {row["number"]: row for row in read_file(FILE)["sections"]}


def name_of(code: Any) -> str:
    """“6 · Pāternieki – Grigorovshchina”, or what stands for incidents outside every section."""
    text = str(code)
    if not text.isdigit():
        return _("Farther than 20 km from the line") if text == AWAY else _("No place said")
    return f"{text} · {place_of(int(text))}"


def place_of(number: int) -> str:
    """The name alone, in the active language."""
    names = _names().get(number, {})
    return names.get(get_language() or "en") or names.get("en", "")
