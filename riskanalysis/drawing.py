"""The matrix as a picture of its own in SVG.

Colours are those of the screens (`css/tokens.css`, light theme), read from that one place. Shapes,
scores and words say what the colours do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from bordercoop.web.pdf import readable

from .matrix import Chip, Matrix

CELL, LEFT, TOP, FOOT = 104, 150, 66, 150
CHIP, ROOM = 46, 4
FONT = "IBM Plex Sans, sans-serif"
# ring, diamond, triangle, octagon, around 0,0
SHAPES = {
    1: '<circle r="5.4" fill="none" stroke="{ink}" stroke-width="2"/>',
    2: '<path d="M0-6.4 6.4 0 0 6.4-6.4 0z" fill="none" stroke="{ink}" stroke-width="2"/>',
    3: '<path d="M0-6.6 6.8 5.6h-13.6z" fill="{ink}"/>',
    4: '<path d="M-2.7-6.4h5.4l3.7 3.7v5.4l-3.7 3.7h-5.4l-3.7-3.7v-5.4z" fill="{ink}"/>',
}


@cache
def colours() -> dict[str, str]:
    """The light theme's colours by name, such as `sev1-bg`."""
    path = settings.BASE_DIR / "bordercoop" / "static" / "css" / "tokens.css"
    light = path.read_text(encoding="utf-8").partition("@media")[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6});", light))


def svg(matrix: Matrix, title: str) -> str:
    """The matrix with its legend as one SVG, readable alone."""
    steps, known = len(matrix.columns), colours()
    width, height = LEFT + steps * CELL + 24, TOP + steps * CELL + FOOT
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" font-family="{FONT}" font-size="14" '
            f'fill="{known["ink"]}"><title>{_text(title)}</title>',
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            f'<text x="12" y="26" font-size="17" font-weight="600">{_text(title)}</text>',
            *_cells(matrix, known),
            *_axes(matrix, known, steps),
            *_legend(matrix, known, TOP + steps * CELL + 92),
            "</svg>",
        ]
    )


def _text(words: Any) -> str:
    return escape(readable(str(words)))


def _cells(matrix: Matrix, known: dict[str, str]) -> Iterator[str]:
    for line, (_level, cells) in enumerate(matrix.rows):
        for cell in cells:
            x, y = LEFT + (cell.column - 1) * CELL, TOP + line * CELL
            ink = known[f"sev{cell.level}-ink"]
            yield (
                f'<g transform="translate({x} {y})"><rect x="2" y="2" width="{CELL - 4}" '
                f'height="{CELL - 4}" rx="6" fill="{known[f"sev{cell.level}-bg"]}"/>'
                f'<text x="10" y="20" font-weight="600" fill="{ink}">{cell.score}</text>'
                f'<g transform="translate({CELL - 16} 15)">'
                f"{SHAPES[cell.level].format(ink=ink)}</g>"
            )
            for number, chip in enumerate(cell.chips[:6]):
                yield _chip(chip, known, 5 + number % 2 * (CHIP + ROOM), 30 + number // 2 * 23)
            if len(cell.chips) > 6:
                yield (
                    f'<text x="{CELL / 2}" y="{CELL - 4}" text-anchor="middle" font-size="11" '
                    f'fill="{ink}">+{len(cell.chips) - 6}</text>'
                )
            yield "</g>"


def _chip(chip: Chip, known: dict[str, str], x: int, y: int) -> str:
    said = f"{chip.risk.code} {chip.side}".strip()
    dash = ' stroke-dasharray="3 2.4"' if chip.last else ""
    return (
        f'<rect x="{x}" y="{y}" width="{CHIP}" height="20" rx="10" fill="#fff" '
        f'stroke="{known["ink"]}" stroke-width="1.2"{dash}/>'
        f'<text x="{x + CHIP / 2}" y="{y + 14}" text-anchor="middle" font-size="11.5" '
        f'font-weight="600">{_text(said)}</text>'
    )


def _axes(matrix: Matrix, known: dict[str, str], steps: int) -> Iterator[str]:
    for line, (level, _cells_of) in enumerate(matrix.rows):
        y = TOP + line * CELL + CELL / 2
        yield (
            f'<text x="{LEFT - 10}" y="{y - 2}" text-anchor="end" font-weight="600">{level.value}'
            f'</text><text x="{LEFT - 10}" y="{y + 15}" text-anchor="end" font-size="12" '
            f'fill="{known["ink-3"]}">{_text(level.name)}</text>'
        )
    for level in matrix.columns:
        x = LEFT + (level.value - 1) * CELL + CELL / 2
        y = TOP + steps * CELL
        yield (
            f'<text x="{x}" y="{y + 18}" text-anchor="middle" font-weight="600">{level.value}'
            f'</text><text x="{x}" y="{y + 34}" text-anchor="middle" font-size="12" '
            f'fill="{known["ink-3"]}">{_text(level.name)}</text>'
        )
    yield (
        f'<text x="12" y="{TOP - 10}" font-size="12" font-weight="600">↑ {_text(matrix.row_title)}'
        f'</text><text x="{LEFT + steps * CELL / 2}" y="{TOP + steps * CELL + 56}" '
        f'text-anchor="middle" font-size="12" font-weight="600">{_text(_("Impact"))}</text>'
    )


def _legend(matrix: Matrix, known: dict[str, str], y: int) -> Iterator[str]:
    x = LEFT
    for band in matrix.bands:
        said = f"{band.first}–{band.last} {band.name}: {band.do}"
        ink = known[f"sev{band.level}-ink"]
        wide = 34 + 7.4 * len(said)
        if x + wide > LEFT + len(matrix.columns) * CELL + 20 and x > LEFT:
            x, y = LEFT, y + 26
        yield (
            f'<g transform="translate({x} {y - 16})"><rect width="{wide:.0f}" height="22" rx="4" '
            f'fill="{known[f"sev{band.level}-bg"]}"/><g transform="translate(14 11)">'
            f"{SHAPES[band.level].format(ink=ink)}</g>"
            f'<text x="27" y="15.5" font-size="12.5" fill="{ink}">{_text(said)}</text></g>'
        )
        x += int(wide) + 8
