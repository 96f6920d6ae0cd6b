"""The figures of a risk report, made of its snapshot alone: pictures, and the rows behind them.

Whoever reads the report on the page holds the records behind it and sees every number. What leaves
the portal hides numbers under three, as the files of the risk picture do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bordercoop.reference.marking import said_of
from bordercoop.reference.small_numbers import shielded_line
from bordercoop.web.pdf import readable

from .. import charts
from ..picturing import category_called, limits, named_places, trend_told, trend_under
from ..picturing import usual_in_words as usual_said
from ..sections import COUNT, name_of
from . import border_map
from .words import KINDS, PERCENT, Snapshot, marking_of, probability_called, side_called, withheld

TITLES = {
    "trend": gettext_lazy("Incidents by week"),
    "categories": gettext_lazy("Incidents by category"),
    "sections": gettext_lazy("Incidents by border section"),
    "map": gettext_lazy("Cited records along the border"),
}
NAMES = tuple(TITLES)
BRAND, PALE, INK = "#0c5468", "#e3ebee", "#13232b"


@dataclass(frozen=True)
class Figure:
    """A picture with its data as rows under `labels`, and what must be said beside it."""

    name: str
    title: str
    told: str
    svg: SafeString
    labels: tuple[str, ...]
    rows: list[list[Any]]
    notes: tuple[str, ...] = ()


def figure(snapshot: Snapshot, name: str, *, hide: bool = True) -> Figure | None:
    """One of `NAMES` in the active language; None where the snapshot has nothing of it. `hide`:
    small numbers are not shown."""
    if name == "map":
        return _map(snapshot)
    known = snapshot.get("figures") or {}
    if name == "trend":
        return _trend(known.get("weeks") or [], hide)
    if name == "categories":
        listed = [(category_called(row["code"]), row["count"])
                  for row in known.get("by_category") or []]  # fmt: skip
    else:
        listed = _by_section(snapshot, known.get("by_section") or [])
    return _lying(name, listed, hide) if listed else None


def figures(snapshot: Snapshot, *, hide: bool = True) -> list[Figure]:
    made = (figure(snapshot, name, hide=hide) for name in NAMES)
    return [one for one in made if one is not None]


# --- counts


def _trend(weeks: Sequence[Any], hide: bool) -> Figure | None:
    if not weeks:
        return None
    counts = [row["count"] or 0 for row in weeks]
    cells = shielded_line(counts)[0] if hide else list(counts)
    bars = []
    for row, cell in zip(weeks, cells, strict=True):
        low, high = row.get("usual") or (None, None)
        few = row["count"] is not None and cell is None
        label = str(date.fromisoformat(row["week"]).isocalendar().week)
        bars.append(charts.Bar(label, row["count"], low, high, few))
    title = str(TITLES["trend"])
    # A count that is not shown is not told either, nor where it stands to its usual range.
    told = title if bars[-1].few else trend_told(bars)
    notes = [limits()] if any(bar.few for bar in bars) else []
    if any(bar.count is None for bar in bars):
        notes.append(_("“?” stands for a week of which a side has not delivered its figures."))
    return Figure(
        "trend", title, told,
        charts.trend(bars, title=told, under=trend_under(bars)),
        (_("Week"), _("Incidents"), _("Usual range")),
        [
            [_week(row["week"]), _shown(bar.count, bar.few), usual_said(bar)]
            for row, bar in zip(weeks, bars, strict=True)
        ],
        tuple(notes),
    )  # fmt: skip


def _week(monday: str) -> str:
    year, week, _day = date.fromisoformat(monday).isocalendar()
    return f"{year}-W{week:02d}"


def _shown(count: int | None, few: bool) -> Any:
    if few:
        return charts.FEW
    return "?" if count is None else count


def _by_section(snapshot: Snapshot, rows: Sequence[Any]) -> list[tuple[str, int]]:
    """The sections that the report is about, with zeros; then what lies in none of them."""
    if not rows:
        return []
    counts = {_number(row["code"]): row["count"] for row in rows}
    asked = [_number(code) for code in snapshot["sections"]]
    order = asked or [str(n) for n in range(1, COUNT + 1)]
    order += [code for code in counts if code not in order]
    return [(name_of(code), counts.get(code, 0)) for code in order]


def _number(code: str) -> str:
    """ "6" of "S06"; other codes as they are."""
    return str(int(code[1:])) if re.fullmatch(r"S\d\d", code) else code


def _lying(name: str, listed: Sequence[tuple[str, int]], hide: bool) -> Figure:
    cells: list[int | None] = [count for _label, count in listed]
    if hide:
        cells, total = shielded_line([count for _label, count in listed])
        # Another figure has the sum, and the hidden numbers would follow from it.
        if total is None:
            cells = [None if count else 0 for _label, count in listed]
    rows = [(label, cell) for (label, _count), cell in zip(listed, cells, strict=True)]
    title = str(TITLES[name])
    told = "; ".join(f"{label}: {charts.FEW if cell is None else cell}" for label, cell in rows)
    return Figure(
        name, title, f"{title}. {told}.",
        charts.lines(rows, title=title),
        (pgettext("chart", "What"), _("Incidents")),
        [[label, charts.FEW if cell is None else cell] for label, cell in rows],
        (limits(),) if None in cells else (),
    )  # fmt: skip


# --- the map


def _map(snapshot: Snapshot) -> Figure | None:
    placed = [one for one in snapshot["citations"] if one.get("position") and not withheld(one)]
    marks = [
        border_map.Mark(one["number"], lat, lon, one["kind"] == "open_source")
        for one in placed
        for lat, lon in (one["position"],)
    ]
    if not marks:
        return None
    away = [str(one.number) for one in marks if not border_map.on_map(one.lat, one.lon)]
    nowhere = [
        str(one["number"])
        for one in snapshot["citations"]
        if one["kind"] in ("incident", "open_source") and one not in placed
    ]
    notes = [_("The numbers are those of the list of citations; a square is a public source.")]
    if away:
        notes.append(_("Farther away than this map: %(numbers)s.") % {"numbers": ", ".join(away)})
    if nowhere:
        notes.append(_("Without a position: %(numbers)s.") % {"numbers": ", ".join(nowhere)})
    notes.append(_("The line is generalised and indicative (GSHHG 2.3.6, LGPL-3)."))
    title = str(TITLES["map"])
    sections = [int(number) for code in snapshot["sections"]
                if (number := _number(code)).isdecimal()]  # fmt: skip
    svg = border_map.drawn(
        marks, sections, named_places(),
        title=title, sides=(side_called("LV"), side_called("BY")), scale=_("20 km"),
    )  # fmt: skip
    return Figure(
        "map", title, f"{title}: {', '.join(str(one.number) for one in marks)}.", svg,
        (_("Number"), pgettext("citation", "Kind"), pgettext("citation", "What was cited"),
         _("Latitude"), _("Longitude")),
        [
            [one["number"], str(KINDS[one["kind"]]), one["ref"], *one["position"]]
            for one in placed
        ],
        tuple(notes),
    )  # fmt: skip


# --- the scale of a judgement


def scale(probability: str) -> SafeString:
    """The seven steps from 0 to 100 %, with the one that is meant; none for another word."""
    width, height = 220, 20
    edges = [0, 5, 20, 45, 55, 80, 95, 100]
    parts = []
    for code, start, end in zip(PERCENT, edges[:-1], edges[1:], strict=True):
        on = code == probability
        top, high = (1, height - 2) if on else (6, height - 12)
        parts.append(
            f'<rect class="{"p-on" if on else "p-off"}" x="{start * 2.16 + 2.6:.1f}" y="{top}"'
            f' width="{(end - start) * 2.16 - 1.6:.1f}" height="{high}" rx="1.5"'
            f' fill="{BRAND if on else PALE}" stroke="{BRAND}" stroke-width=".7"/>'
        )
    return mark_safe(  # noqa: S308
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart probability" width="{width}"'
        f' height="{height}" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="{escape(probability_called(probability))}">{"".join(parts)}</svg>'
    )


# --- a picture that stands alone


def alone(made: Figure, snapshot: Snapshot) -> str:
    """The picture with its title above and, below, of which report it is and its marking."""
    found = re.search(r'width="(\d+)" height="(\d+)"', made.svg)
    assert found is not None
    width, height = int(found[1]), int(found[2])
    wide, under = width + 32, [*made.notes, _origin(snapshot)]
    lines = [line for note in under for line in _broken(note, (wide - 24) // 6)]
    high = height + 58 + 16 * len(lines)
    texts = "".join(
        f'<text x="16" y="{height + 60 + 16 * n}" font-size="11.5" fill="{INK}">'
        f"{_text(line)}</text>"
        for n, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}"'
        f' viewBox="0 0 {wide} {high}" {charts.FONT}><title>{_text(made.title)}</title>'
        f'<rect width="{wide}" height="{high}" fill="#fff"/><text x="16" y="26" font-size="16"'
        f' font-weight="700" fill="{INK}">{_text(made.title)}</text>'
        f'<g transform="translate(16 38)">{made.svg}</g>{texts}</svg>'
    )


def _origin(snapshot: Snapshot) -> str:
    said = [_("Risk report %(number)s") % {"number": snapshot["number"]}
            if snapshot["number"] else _("Risk report, not approved")]  # fmt: skip
    return " · ".join([*said, said_of(marking_of(snapshot))]).strip(" ·")


def _broken(words: str, most: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _text(words: str) -> str:
    return escape(readable(words))
