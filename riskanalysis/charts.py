"""Charts as SVG, made on the server: the page shows them and files hold them. Reads only.

Every part has a class, by which the page colours it in each theme, and a colour of its own, by
which it looks the same in a file. Nothing is said by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, cos, radians

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

INK, SECOND, LINE, PAPER = "#13232b", "#56676f", "#d2dce0", "#ffffff"
SHADES = ("#e2eef1", "#a9d3dc", "#5fa9b9", "#23778b", "#083d4c")
BAND, ALARM = "#cfd8dc", "#a31232"
FONT = 'font-family="IBM Plex Sans, sans-serif"'
FEW = "…"


@dataclass(frozen=True)
class Bar:
    """A week of a trend. `count` is None where nothing is known, `few` where it is not shown;
    `low` and `high` are the usual range, None where there is none."""

    label: str
    count: int | None
    low: float | None = None
    high: float | None = None
    few: bool = False
    partly: bool = False

    @property
    def above(self) -> bool:
        return self.count is not None and self.high is not None and self.count > self.high

    @property
    def below(self) -> bool:
        return self.count is not None and self.low is not None and self.count < self.low


def steps(most: int) -> tuple[int, int, int, int]:
    """The least count of each of the four darker shades; the lightest is for zero."""
    if most <= 15:
        return 1, 3, 6, 10
    each = ceil(most / 4)
    return 1, each, 2 * each, 3 * each


def shade(count: int, least: Sequence[int]) -> int:
    """0 for nothing, up to 4."""
    return sum(count >= one for one in least)


def ranges(least: Sequence[int]) -> list[str]:
    """The legend of the shades: "0", "1–2" and so on."""
    found = ["0"]
    for start, after in zip(least, [*least[1:], None], strict=True):
        last = None if after is None else after - 1
        found.append(
            f"{start}+" if last is None else f"{start}–{last}" if last > start else f"{start}"
        )
    return found


def _svg(width: int, height: int, title: str, parts: Iterable[str], kind: str) -> SafeString:
    body = "".join(parts)
    return mark_safe(  # noqa: S308
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart {kind}" width="{width}"'
        f' height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}"'
        f' {FONT} font-size="11" fill="{SECOND}"><defs><pattern id="nothing" width="6" height="6"'
        ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" y1="0" x2="0"'
        f' y2="6" class="hatching" stroke="{SECOND}" stroke-width="1.2"/></pattern></defs>'
        f"{body}</svg>"
    )


def _text(
    x: float, y: float, text: object, anchor: str = "middle", kind: str = "", **more: str
) -> str:
    fill = f' fill="{INK}"' if kind else ""
    extra = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{fill}{extra}>'
        f"{escape(str(text))}</text>"
    )


def trend(bars: Sequence[Bar], *, title: str, under: str) -> SafeString:
    """Weeks side by side, the usual range of each behind it. Where they are many, only some have
    their label, and none its count."""
    width, left, top, floor = 560, 34, 34, 225
    known = [bar.count for bar in bars if bar.count is not None]
    most = max([4, *known, *(ceil(bar.high) for bar in bars if bar.high is not None)])
    tick = max(1, ceil(most / 4))
    most = tick * ceil(most / tick)
    each = (width - left) / max(1, len(bars))
    labelled = ceil(22 / each)

    def y(value: float) -> float:
        return floor - (floor - top) * min(value, most) / most

    parts = []
    for value in range(0, most + 1, tick):
        parts.append(
            f'<line class="grid" x1="{left}" x2="{width}" y1="{y(value):.1f}" y2="{y(value):.1f}"'
            f' stroke="{LINE}"/>' + _text(left - 6, y(value) + 4, value, "end")
        )
    for n, bar in enumerate(bars):
        x = left + n * each
        if bar.low is not None and bar.high is not None:
            parts.append(
                f'<rect class="band" x="{x:.1f}" y="{y(bar.high):.1f}" width="{each:.1f}"'
                f' height="{max(1.5, y(bar.low) - y(bar.high)):.1f}" fill="{BAND}"/>'
            )
    for n, bar in enumerate(bars):
        x, middle = left + n * each + each * 0.17, left + (n + 0.5) * each
        if n % labelled == (len(bars) - 1) % labelled:
            parts.append(_text(middle, floor + 16, bar.label))
        if bar.count is None or bar.few:
            parts.append(
                f'<rect class="nothing" x="{x:.1f}" y="{top}" width="{each * 0.66:.1f}"'
                f' height="{floor - top}" fill="url(#nothing)" opacity=".5"/>'
                + (
                    _text(middle, floor - 6, FEW if bar.few else "?", kind="lab")
                    if each > 8
                    else ""
                )
            )
            continue
        kind = "bar now" if n == len(bars) - 1 else "bar"
        fill = SHADES[4] if n == len(bars) - 1 else SHADES[3]
        parts.append(
            f'<rect class="{kind}" x="{x:.1f}" y="{y(bar.count):.1f}" width="{each * 0.66:.1f}"'
            f' height="{floor - y(bar.count):.1f}" rx="2" fill="{fill}"/>'
        )
        told = f"{bar.count}*" if bar.partly else str(bar.count)
        if labelled == 1:
            parts.append(_text(middle, y(bar.count) - 6, told, kind="lab"))
        if bar.above or bar.below:
            tip, base = y(bar.count) - 28, y(bar.count) - 20
            if bar.below:
                tip, base = base, tip
            parts.append(
                f'<path class="alarm" d="M{middle:.1f} {tip:.1f}l5 {base - tip:.1f}h-10z"'
                f' fill="{ALARM}"/>'
            )
    parts.append(_text((left + width) / 2, floor + 34, under))
    return _svg(width, 268, title, parts, "trend")


WEST, EAST, SOUTH, NORTH = 26.35, 28.45, 55.45, 56.3


def sections(
    lines: Sequence[Sequence[tuple[float, float]]],
    counts: Sequence[int | None],
    places: Iterable[tuple[str, float, float]],
    *,
    title: str,
) -> SafeString:
    """The line in its sections, thick and dark by count, with the number of each and its count.
    A count of None is not shown for being small."""
    width, height = 560, 420
    wide = (EAST - WEST) * cos(radians(55.85))
    scale = min(width / wide, height / (NORTH - SOUTH))

    def at(lat: float, lon: float) -> tuple[float, float]:
        return (lon - WEST) * cos(radians(55.85)) * scale, (NORTH - lat) * scale

    least = steps(max([0, *(count or 0 for count in counts)]))
    parts = [f'<rect class="paper" width="{width}" height="{height}" fill="{PAPER}"/>']
    labels = []
    for number, (line, count) in enumerate(zip(lines, counts, strict=True), start=1):
        level = shade(count or 0, least)
        path = "M" + "L".join("{:.1f} {:.1f}".format(*at(*point)) for point in line)
        parts.append(
            f'<path class="edge" d="{path}" fill="none" stroke="{SECOND}"'
            f' stroke-width="{9 + 2 * level}"/><path class="q{level + 1}" d="{path}" fill="none"'
            f' stroke="{SHADES[level]}" stroke-width="{6 + 2 * level}"/>'
        )
        x, y = at(*line[len(line) // 2])
        told = f"{number}: {FEW if count is None else count}"
        labels.append(
            f'<rect class="tag" x="{x - 24:.1f}" y="{y - 34:.1f}" width="48" height="20" rx="10"'
            f' fill="{PAPER}" stroke="{INK}" stroke-width="1.5"/>'
            + _text(x, y - 20, told, kind="lab", font_weight="600")
        )
    for name, lat, lon in places:
        if WEST < lon < EAST and SOUTH < lat < NORTH:
            x, y = at(lat, lon)
            parts.append(
                f'<circle class="town" cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{PAPER}"'
                f' stroke="{INK}"/>' + _text(x + 6, y + 4, name, "start")
            )
    return _svg(width, height, title, [*parts, *labels], "line")


def grid(
    rows: Sequence[tuple[str, Sequence[int | None]]], labels: Sequence[str], *, title: str
) -> SafeString:
    """A table of counts as shaded squares; None is not shown for being small."""
    left, top, side = 78, 22, 26
    width, height = left + side * len(labels) + 4, top + side * len(rows) + 6
    least = steps(max([0, *(count or 0 for _label, row in rows for count in row)]))
    parts = [_text(left + (n + 0.5) * side, 14, label) for n, label in enumerate(labels)]
    for r, (label, row) in enumerate(rows):
        y = top + r * side
        parts.append(_text(left - 6, y + side / 2 + 4, label, "end"))
        for n, count in enumerate(row):
            level = shade(count or 0, least)
            parts.append(
                f'<rect class="q{level + 1}" x="{left + n * side + 1}" y="{y + 1}"'
                f' width="{side - 2}" height="{side - 2}" rx="3" fill="{SHADES[level]}"/>'
            )
            if count is None or count:
                ink = PAPER if level >= 3 else INK
                x = left + (n + 0.5) * side
                told = FEW if count is None else count
                parts.append(
                    f'<text class="on{level + 1}" x="{x:.1f}" y="{y + side / 2 + 4:.1f}"'
                    f' text-anchor="middle" fill="{ink}">{told}</text>'
                )
    return _svg(width, height, title, parts, "grid-of")


def lines(rows: Sequence[tuple[str, int | None]], *, title: str) -> SafeString:
    """Bars that lie, one for each row with its label before it."""
    left, each, width = 230, 26, 560
    most = max([1, *(count or 0 for _label, count in rows)])
    parts = []
    for n, (label, count) in enumerate(rows):
        y = 6 + n * each
        short = label if len(label) <= 32 else f"{label[:31]}…"
        parts.append(_text(left - 8, y + 15, short, "end"))
        long = 0 if count is None else (width - left - 50) * count / most
        fill = "url(#nothing)" if count is None else SHADES[3]
        kind = "nothing" if count is None else "bar"
        shown = 40 if count is None else max(1.5, long)
        parts.append(
            f'<rect class="{kind}" x="{left}" y="{y + 3}" width="{shown:.1f}" height="{each - 9}"'
            f' rx="2" fill="{fill}"/>'
            + _text(left + shown + 6, y + 15, FEW if count is None else count, "start", "lab")
        )
    if not rows:
        parts.append(_text(width / 2, 20, _("Nothing was counted.")))
    return _svg(width, 12 + each * max(1, len(rows)), title, parts, "lying")
