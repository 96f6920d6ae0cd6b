"""A crossing point's last hours or days as SVG, made on the server. Reads only.

Nothing is said by colour alone: the sides have their letters, the one a whole line with round
points, the other a broken line with square ones. Where nothing was said there is no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bordercoop.reference.sides import ZONE, Side

from .crossings import Band, Figure, Span

WIDTH, LEFT = 560, 52
HATCHING = (
    '<defs><pattern id="unsaid" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern>'
    "</defs>"
)
FONT = 'font-family="IBM Plex Sans, sans-serif" font-size="11"'


def _svg(height: int, title: str, parts: Iterable[str]) -> SafeString:
    return mark_safe(  # noqa: S308
        f'<svg xmlns="http://www.w3.org/2000/svg" class="crossing-chart" width="{WIDTH}"'
        f' height="{height}" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}"'
        f" {FONT}>{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, text: object, anchor: str = "middle", kind: str = "") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(str(text))}</text>"
    )


def _x(span: Span, at: datetime) -> float:
    whole = span.steps[-1] + span.step - span.starts
    return LEFT + (WIDTH - LEFT - 8) * ((at - span.starts) / whole)


def _ticks(span: Span, side: str, y: float) -> list[str]:
    """Every fourth hour, the days, or every 15th day, on the side's clock."""
    zone = ZoneInfo(ZONE.get(side, ZONE[Side.LV]))
    parts = []
    for n, at in enumerate(span.steps):
        local = at.astimezone(zone)
        if span.period == "24h":
            label = f"{local:%H:%M}" if local.hour % 4 == 0 else ""
        elif local.hour < 6 and (span.period == "7d" or n % 15 == 7):
            label = date_format(local, "MONTH_DAY_FORMAT")
        else:
            label = ""
        if label:
            parts.append(_text(_x(span, at), y, label))
    return parts


def status_bands(span: Span, rows: Sequence[tuple[str, Sequence[Band]]], side: str) -> SafeString:
    """Whether each side said that it is open, over the span: a bar for each."""
    parts = [HATCHING]
    for n, (who, found) in enumerate(rows):
        y = 6 + n * 30
        parts.append(_text(LEFT - 8, y + 15, who, "end", "lab"))
        for band in found:
            x, to = _x(span, band.starts), _x(span, band.ends)
            kind = band.status.state if band.status else "unsaid"
            said = band.status.get_state_display() if band.status else _("Has said nothing")
            parts.append(
                f'<rect class="{kind}" x="{x:.1f}" y="{y}" width="{max(1.5, to - x):.1f}"'
                f' height="22"><title>{escape(str(said))}</title></rect>'
            )
            if to - x > 9 * len(str(said)):
                parts.append(_text((x + to) / 2, y + 15, said, kind=f"on-{kind}"))
    height = 6 + 30 * len(rows)
    parts += _ticks(span, side, height + 12)
    return _svg(height + 20, _("Open or not, as each side says"), parts)


def waiting(
    span: Span,
    of_side: dict[str, dict[datetime, Figure]],
    sides: Sequence[str],
    side: str,
    title: str,
) -> SafeString:
    """How long one waited in a lane as each side said: mean minutes of each step."""
    top, floor = 12, 128
    values = [
        figure.mean
        for steps in of_side.values()
        for figure in steps.values()
        if figure.mean is not None
    ]
    tick = next(
        (one for one in (15, 30, 60, 120, 240, 480, 960) if max([1.0, *values]) <= 4 * one), 1440
    )
    most = tick * max(1, ceil(max([1.0, *values]) / tick))

    def y(value: float) -> float:
        return floor - (floor - top) * value / most

    parts = [
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>'
        + _text(LEFT - 6, y(value) + 4, f"{value // 60}:{value % 60:02d}", "end")
        for value in range(0, most + 1, tick)
    ]
    half = span.step / 2
    # A word holds until it is old, or over its own step where that is longer.
    holds = max(span.step, timedelta(minutes=settings.WAITING_OLD_AFTER))
    for n, who in enumerate(sides):
        found = of_side.get(who, {})
        kind = "first" if n == 0 else "second"
        points = [
            (at, _x(span, at + half), y(figure.mean))
            for at, figure in sorted(found.items())
            if figure.mean is not None
        ]
        for (at, x, height), (then, to, end) in pairwise(points):
            if then - at <= holds:
                parts.append(f'<path class="{kind}" d="M{x:.1f} {height:.1f}L{to:.1f} {end:.1f}"/>')
        for _at, x, height in points:
            left, above = f"{x - 3:.1f}", f"{height - 3:.1f}"
            parts.append(
                f'<circle class="{kind}" cx="{x:.1f}" cy="{height:.1f}" r="3.2"/>'
                if n == 0
                else f'<rect class="{kind}" x="{left}" y="{above}" width="6" height="6"/>'
            )
    parts += _ticks(span, side, floor + 16)
    return _svg(floor + 22, title, parts)
