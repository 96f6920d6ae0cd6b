"""The figures of the brochure as SVG: one source for the page and for the paper.

Colours stand as attributes, for the paper; the classes let the page draw them in its theme.
Nothing here is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians, sin
from typing import Any

from django.utils.html import escape

INK, QUIET, BRAND, PAPER = "#13232b", "#56676f", "#0c5468", "#ffffff"
# A band's colours on paper: ground and ink; its shape tells it without colour.
BANDS = {
    "low": ("#e3ebf2", "#30495f"),
    "medium": ("#fbe7a1", "#5a4100"),
    "high": ("#f0954f", "#361300"),
    "critical": ("#990e39", "#ffffff"),
}
FONT = 'font-family="IBM Plex Sans, Plex Sans, DejaVu Sans, sans-serif"'


def _svg(width: int, height: int, drawn: Sequence[str], label: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(label)}" class="figure" {FONT}>{"".join(drawn)}</svg>'
    )


def _text(
    x: float, y: float, words: str, *, size: float, kind: str = "f-ink", fill: str = INK,
    bold: bool = False, at: str = "middle",
) -> str:  # fmt: skip
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{at}" fill="{fill}" '
        f'class="{kind}"{weight}>{escape(words)}</text>'
    )


def _lines(words: str, most: int) -> list[str]:
    """Words in lines of at most `most` characters, a longer word alone on its line."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _paragraph(x: float, y: float, words: str, most: int, *, size: float, **more: Any) -> str:
    """Lines of text around the middle `y`."""
    lines = _lines(words, most)
    top = y - (len(lines) - 1) * size * 0.62 + size * 0.35
    return "".join(
        _text(x, top + number * size * 1.24, line, size=size, **more)
        for number, line in enumerate(lines)
    )


# --- the cycle


def cycle(phases: Sequence[Mapping[str, Any]], centre: str, label: str) -> str:
    """The steps of the cycle as a ring, clockwise from the top, each with its number and the codes
    of its procedures."""
    width, height, cx, cy, rx, ry = 760, 500, 380, 246, 268, 192
    drawn = []
    count = len(phases)
    for number in range(count):
        angle = -90 + number * 360 / count
        drawn.append(_arrow(cx, cy, rx, ry, angle, angle + 360 / count))
    for number, phase in enumerate(phases):
        angle = radians(-90 + number * 360 / count)
        drawn.append(_station(cx + rx * cos(angle), cy + ry * sin(angle), number + 1, phase))
    drawn.append(_paragraph(cx, cy, centre, 18, size=19, kind="f-brand", fill=BRAND, bold=True))
    return _svg(width, height, drawn, label)


def _arrow(cx: float, cy: float, rx: float, ry: float, begin: float, end: float) -> str:
    """A piece of the ring between two stations, with its head in the middle of the way."""
    at = radians(begin + (end - begin) * 0.55)
    x, y = cx + rx * cos(at), cy + ry * sin(at)
    ahead = (-rx * sin(at), ry * cos(at))
    length = (ahead[0] ** 2 + ahead[1] ** 2) ** 0.5
    dx, dy = ahead[0] / length, ahead[1] / length
    head = " ".join(
        f"{x + px * dx - py * dy:.1f},{y + px * dy + py * dx:.1f}"
        for px, py in ((9, 0), (-7, 7.5), (-7, -7.5))
    )
    a, b = radians(begin), radians(end)
    return (
        f'<path d="M{cx + rx * cos(a):.1f} {cy + ry * sin(a):.1f} A{rx} {ry} 0 0 1 '
        f'{cx + rx * cos(b):.1f} {cy + ry * sin(b):.1f}" fill="none" stroke="{BRAND}" '
        f'stroke-width="2.5" class="f-line"/><polygon points="{head}" fill="{BRAND}" '
        'class="f-brand"/>'
    )


def _station(x: float, y: float, number: int, phase: Mapping[str, Any]) -> str:
    """A box with number, name and procedures."""
    width, height = 196, 30 + 17 * len(phase["sops"]) + 8
    left, top = x - width / 2, y - height / 2
    codes = "".join(
        _text(left + 40, top + 41 + 17 * at, code, size=13, kind="f-quiet", fill=QUIET, at="start")
        for at, code in enumerate(phase["sops"])
    )
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width}" height="{height}" rx="9" '
        f'fill="{PAPER}" stroke="{BRAND}" stroke-width="2" class="f-box"/>'
        f'<circle cx="{left + 20:.1f}" cy="{top + 20:.1f}" r="12" fill="{BRAND}" class="f-brand"/>'
        + _text(left + 20, top + 25, str(number), size=14, kind="f-on", fill=PAPER, bold=True)
        + _text(left + 40, top + 25.5, phase["name"], size=15.5, bold=True, at="start")
        + codes
    )


# --- the matrix


def band_of(score: int, bands: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return next(band for band in bands if score <= band["until"])


def shape(code: str, x: float, y: float, size: float, fill: str) -> str:
    """The sign of a band around its middle: ring, diamond, triangle, octagon."""
    half = size / 2
    kind = f'class="f-{code}-ink"'
    if code == "low":
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{half - 1:.1f}" fill="none" stroke="{fill}" '
            f'stroke-width="2" class="f-{code}-line"/>'
        )
    corners = {
        "medium": ((0, -1), (1, 0), (0, 1), (-1, 0)),
        "high": ((0, -1), (1, 0.85), (-1, 0.85)),
        "critical": (
            (-0.42, -1), (0.42, -1), (1, -0.42), (1, 0.42), (0.42, 1), (-0.42, 1), (-1, 0.42),
            (-1, -0.42),
        ),
    }[code]  # fmt: skip
    points = " ".join(f"{x + px * half:.1f},{y + py * half:.1f}" for px, py in corners)
    hollow = code == "medium"
    if hollow:
        return (
            f'<polygon points="{points}" fill="none" stroke="{fill}" stroke-width="2" '
            f'class="f-{code}-line"/>'
        )
    return f'<polygon points="{points}" fill="{fill}" {kind}/>'


def matrix(
    said: Mapping[str, Any], impact: Sequence[str], label: str, *,
    marked: tuple[int, int, str] | None = None,
) -> str:  # fmt: skip
    """As many rows and columns as there are words of impact, with score and shape in every place,
    the bands below.

    `said` is the part `matrix` of the method. `marked` is a place (row, column) and the name that
    stands on it; such a matrix is lower, and the bands are left to the one without.
    """
    steps = len(impact)
    width, left, top, cell_w, cell_h = 760, 96, 14, 650 / steps, 62 if marked is None else 40
    drawn = []
    for row in range(steps, 0, -1):
        y = top + (steps - row) * cell_h
        drawn.append(_text(left - 16, y + cell_h / 2 + 6, str(row), size=17, bold=True))
        for column in range(1, steps + 1):
            drawn.append(_place(left + (column - 1) * cell_w, y, cell_w, cell_h, row * column,
                                said["bands"]))  # fmt: skip
    foot = top + steps * cell_h
    for column in range(1, steps + 1):
        x = left + (column - 0.5) * cell_w
        drawn.append(_text(x, foot + 20, str(column), size=17, bold=True))
        size = 13 if steps < 6 else 10.5
        drawn.append(_text(x, foot + 38, impact[column - 1], size=size, kind="f-quiet", fill=QUIET))
    drawn.append(
        f'<g transform="translate(28 {top + steps / 2 * cell_h}) rotate(-90)">'
        + _paragraph(0, 0, said["rows"], 24, size=15, bold=True)
        + "</g>"
    )
    drawn.append(_text(left + steps / 2 * cell_w, foot + 62, said["columns"], size=15, bold=True))
    if marked is not None:
        row, column, name = marked
        across, down = left + (column - 0.5) * cell_w, top + (steps + 0.5 - row) * cell_h
        drawn.append(
            f'<rect x="{across - 26:.1f}" y="{down - 17:.1f}" width="52" height="34" rx="17" '
            f'fill="{PAPER}" stroke="{INK}" stroke-width="2.5" class="f-chip"/>'
            + _text(across, down + 6, name, size=16, bold=True)
        )
        return _svg(width, foot + 72, drawn, label)
    drawn.append(_legend(said["bands"], left, foot + 96))
    return _svg(width, foot + 118, drawn, label)


def _place(
    x: float, y: float, width: float, height: float, score: int, bands: Sequence[Mapping[str, Any]]
) -> str:
    code = band_of(score, bands)["code"]
    ground, ink = BANDS[code]
    return (
        f'<rect x="{x + 1.5:.1f}" y="{y + 1.5:.1f}" width="{width - 3}" height="{height - 3}" '
        f'rx="5" fill="{ground}" class="f-{code}"/>'
        + shape(code, x + width - 17, y + 17, 15, ink)
        + _text(x + 11, y + 22, str(score), size=15, kind=f"f-{code}-ink", fill=ink, bold=True,
                at="start")
    )  # fmt: skip


def _legend(bands: Sequence[Mapping[str, Any]], left: float, y: float) -> str:
    """Each band with its shape, its scores and its name."""
    drawn, width, least = [], 162, 1
    for number, band in enumerate(bands):
        x, (ground, ink) = left + number * width, BANDS[band["code"]]
        drawn.append(
            f'<rect x="{x:.1f}" y="{y - 17}" width="{width - 8}" height="34" rx="6" '
            f'fill="{ground}" class="f-{band["code"]}"/>'
            + shape(band["code"], x + 16, y, 14, ink)
            + _text(x + 30, y + 4.5, f"{least}–{band['until']} {band['name']}", size=13.5,
                    kind=f"f-{band['code']}-ink", fill=ink, bold=True, at="start")
        )  # fmt: skip
        least = band["until"] + 1
    return "".join(drawn)
