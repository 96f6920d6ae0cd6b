"""The risk picture in words, tables and charts, for the page, the files and the API. Reads only.

On the page stands every number: the reader holds the records behind it. What leaves the portal
hides numbers under three, and others from which they would follow in the same chart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from bordercoop.reference import countries
from bordercoop.reference.models import places, terms
from bordercoop.reference.sides import Side
from bordercoop.reference.small_numbers import shielded, shielded_line
from bordercoop.tables.listing import Column, Listing

from . import charts
from .completeness import Arrived, Week
from .indicators import Asked, Picture
from .models import AWAY, NOWHERE, Hexagon, Section
from .sections import name_of

CLAIMED = "claimed"
GROUPS = ("LVA", "BLR", "EU", "other", countries.STATELESS, countries.UNKNOWN)
TITLES = {
    "trend": gettext_lazy("Incidents by week"),
    "sections": gettext_lazy("Incidents by border section"),
    "hours": gettext_lazy("Incidents by weekday and hour"),
    "categories": gettext_lazy("Incidents by category"),
    "means": gettext_lazy("Incidents by means"),
    "groups": gettext_lazy("Incidents by group of nationality of the people"),
    "routes": gettext_lazy("Incidents by route of transit"),
    "events": gettext_lazy("Routes around public events"),
}
KINDS = {"categories": "c", "means": "m", "groups": "n", "routes": "r", "events": "e"}
MOST = 15


@dataclass(frozen=True)
class Breakdown:
    """Counts by one thing, the largest first: (what, how many). `rest` is what is not listed."""

    name: str
    title: str
    rows: list[tuple[str, int]]
    rest: int = 0


def asked_in_words(asked: Asked) -> str:
    """The filters as a sentence part, "" for none."""
    said = []
    if asked.category:
        said.append(category_called(asked.category))
    if asked.section:
        said.append(name_of(asked.section))
    if asked.side:
        said.append(_("reported by %(side)s") % {"side": Side(asked.side).label})
    return ", ".join(said)


def period_of(asked: Asked) -> str:
    return f"{date_format(asked.week, 'DATE_FORMAT')} – {date_format(asked.last, 'DATE_FORMAT')}"


def arrival_in_words(arrivals: Sequence[Arrived]) -> str:
    """“Latvia complete; Belarus 5 of 7 days”."""
    return "; ".join(
        pgettext("days of a side", "%(side)s complete") % {"side": Side(one.side).label}
        if one.here == one.days
        else ngettext(
            "%(side)s %(here)s of %(days)s day", "%(side)s %(here)s of %(days)s days", one.days
        ) % {"side": Side(one.side).label, "here": one.here, "days": one.days}
        for one in arrivals
    )  # fmt: skip


def missing_in_words(one: Arrived) -> str:
    """The days of a side that are over and have not arrived, as a sentence; "" for none."""
    if not one.missing:
        return ""
    days = ", ".join(date_format(day, "MONTH_DAY_FORMAT") for day in one.missing[:10])
    if len(one.missing) > 10:
        days += " …"
    return ngettext(
        "The figures of %(side)s for %(days)s have not arrived. The trend leaves this day out.",
        "The figures of %(side)s for %(days)s have not arrived. The trend leaves these days out.",
        len(one.missing),
    ) % {"side": Side(one.side).label, "days": days}


def category_called(code: str) -> str:
    return f"{getattr(terms('incident_category').get(code), 'name', code)} ({code})"


def route_called(code: str) -> str:
    return " → ".join(
        countries.name_of(part) if len(part) == 3 else part for part in code.split(">")
    )


def group_called(code: str) -> str:
    groups = {
        "EU": _("European Union, without Latvia"),
        "other": _("Other countries"),
        countries.STATELESS: pgettext("nationality", "Stateless"),
        countries.UNKNOWN: pgettext("nationality", "Not known"),
    }
    return groups.get(code) or countries.name_of(code)


def event_called(code: str) -> str:
    if code == CLAIMED:
        return _("A ticket or an accreditation was claimed, no event named")
    return str(getattr(terms("public_event").get(code), "name", code))


CALLED = {
    "c": category_called,
    "m": lambda code: str(getattr(terms("means").get(code), "name", code)),
    "n": group_called,
    "r": route_called,
    "e": event_called,
}


def breakdown(found: Picture, name: str) -> Breakdown:
    kind = KINDS[name]
    counted = found.of[kind]
    order = {code: n for n, code in enumerate(GROUPS)} if kind == "n" else {}
    rows = sorted(counted.items(), key=lambda row: (order.get(row[0], 0), -row[1], row[0]))
    return Breakdown(
        name,
        str(TITLES[name]),
        [(CALLED[kind](code), count) for code, count in rows[:MOST]],
        sum(count for _code, count in rows[MOST:]),
    )


def hours(found: Picture) -> list[tuple[str, list[int]]]:
    """Seven weekdays with 24 counts each."""
    return [
        (str(WEEKDAYS[day]), [found.of["t"].get(str(day * 24 + hour), 0) for hour in range(24)])
        for day in range(7)
    ]


def section_rows(found: Picture) -> list[tuple[str, str, int]]:
    """(code, name, count) of the ten sections and of what lies in none."""
    rows = [(str(n), name_of(n), count) for n, count in found.sections()]
    return [*rows, (AWAY, name_of(AWAY), found.away), (NOWHERE, name_of(NOWHERE), found.nowhere)]


# --- bars of the trend


def bars(
    weeks: Sequence[Week], usual: Mapping[str, Sequence[float]], *, hide: bool = False
) -> list[charts.Bar]:
    """The weeks with their usual range (`usual`: Monday -> low and high for the days that
    arrived); `hide`: small numbers are not shown."""
    counts = [week.count or 0 for week in weeks]
    cells = shielded_line(counts)[0] if hide else list(counts)
    return [
        charts.Bar(
            label=str(week.number),
            count=week.count,
            low=range_[0] if (range_ := usual.get(week.start.isoformat())) else None,
            high=range_[1] if range_ else None,
            few=week.count is not None and cell is None,
            partly=not week.whole,
        )
        for week, cell in zip(weeks, cells, strict=True)
    ]


def usual_in_words(bar: charts.Bar) -> str:
    if bar.low is None or bar.high is None:
        return ""
    return f"{bar.low:.0f}–{bar.high:.0f}"


def trend_under(found: Sequence[charts.Bar]) -> str:
    said = [_("ISO week")]
    if any(bar.high is not None for bar in found):
        said.append(_("shaded: usual range"))
    if any(bar.partly for bar in found):
        said.append(_("* not all days"))
    return "; ".join(said)


# --- one chart as a picture or as rows, as it may leave the portal


@dataclass(frozen=True)
class Chart:
    """What a file holds of one chart: `svg` and the same as `rows` under `labels`."""

    name: str
    title: str
    svg: SafeString
    labels: tuple[str, ...]
    rows: list[list[Any]]


def chart(found: Picture, name: str, usual: Mapping[str, Sequence[float]]) -> Chart:
    """One of `TITLES` with small numbers hidden."""
    asked = found.asked
    where = asked_in_words(asked)
    labels: tuple[str, ...]
    week = pgettext("title", "week %(week)s") % {"week": asked.code}
    title = ", ".join(part for part in (str(TITLES[name]), week, where) if part)
    if name == "trend":
        made = bars(found.weeks, usual, hide=True)
        rows = [
            [f"{w.start.isocalendar().year}-W{w.number:02d}", _cell(b), w.days, b.low, b.high]
            for w, b in zip(found.weeks, made, strict=True)
        ]
        labels = (
            _("Week"), _("Incidents"), _("Days counted"), _("Usual, least"), _("Usual, most"),
        )  # fmt: skip
        drawn = charts.trend(made, title=title, under=trend_under(made))
        return Chart(name, title, drawn, labels, rows)
    if name == "hours":
        days = hours(found)
        table = shielded([row for _day, row in days])
        kept: list[list[int | None]] = [[None] * 24 for _day in days]
        if table.total is not None:
            kept = table.cells
        shown = [(day, row) for (day, _row), row in zip(days, kept, strict=True)]
        labels = (pgettext("chart", "Weekday"), *(f"{hour:02d}" for hour in range(24)))
        drawn = charts.grid(shown, labels[1:], title=title)
        rows = [
            [day, *(charts.FEW if cell is None else cell for cell in row)] for day, row in shown
        ]
        return Chart(name, title, drawn, labels, rows)
    if name == "sections":
        listed = section_rows(found)
        cells = _hidden([count for *_rest, count in listed])
        drawn = charts.sections(lines_of_sections(), cells[:10], named_places(), title=title)
        called = [text for _code, text, _count in listed]
    else:
        made_of = breakdown(found, name)
        cells = _hidden([count for _label, count in made_of.rows])
        called = [label for label, _count in made_of.rows]
        drawn = charts.lines(list(zip(called, cells, strict=True)), title=title)
    rows = [
        [label, charts.FEW if cell is None else cell]
        for label, cell in zip(called, cells, strict=True)
    ]
    return Chart(name, title, drawn, (pgettext("chart", "What"), _("Incidents")), rows)


def _hidden(counts: Sequence[int]) -> list[int | None]:
    """As they may be shown. Where their sum must be hidden none is: another chart has it."""
    cells, total = shielded_line(counts)
    return cells if total is not None else [None] * len(cells)


def _cell(bar: charts.Bar) -> Any:
    return charts.FEW if bar.few else bar.count


def lines_of_sections() -> list[list[tuple[float, float]]]:
    return [[tuple(point) for point in row.points] for row in Section.objects.all()]


def named_places() -> list[tuple[str, float, float]]:
    """Crossings and towns that have a position."""
    return [
        (place.name, place.lat, place.lon)
        for place in places().values()
        if place.retired_at is None
        and place.kind in ("crossing", "town")
        and place.lat is not None
        and place.lon is not None
    ]


def near_cells(cells: Sequence[str]) -> dict[str, str]:
    """Where cells of H3 lie: the section, and the nearest place that has a name."""
    known = named_places()
    found = {}
    for row in Hexagon.objects.filter(cell__in=cells):
        lat = sum(point[0] for point in row.points) / len(row.points)
        lon = sum(point[1] for point in row.points) / len(row.points)
        nearest = min(known, key=lambda one: abs(one[1] - lat) + abs(one[2] - lon) / 2)
        found[row.cell] = f"{name_of(row.section_id)}; {nearest[0]}"
    return found


def chart_listing(made: Chart, found: Picture) -> Listing:
    """The rows of a chart as a list that is taken out."""
    columns = tuple(
        Column(f"column{n}", label, 6 if n == 0 else 2) for n, label in enumerate(made.labels)
    )
    said = [arrival_in_words(found.here)]
    said += [text for one in found.here if (text := missing_in_words(one))]
    said.append(limits())
    return Listing(
        code=f"risk-{made.name}",
        title=made.title,
        columns=columns,
        count=len(made.rows),
        rows=lambda: iter(made.rows),
        filter="; ".join(part for part in (asked_in_words(found.asked), *said) if part),
        asked={"week": found.asked.code, **found.asked.filters},
    )


def whole_border_only() -> str:
    """Why no file is filtered by a section: of its chart the numbers hidden in another follow."""
    return _(
        "There is no file of one section: numbers hidden in other files would follow from it."
        " Choose all sections."
    )


def limits() -> str:
    return _("“…” stands for a number too small to be shown: it could point to somebody.")


def trend_told(found: Sequence[charts.Bar]) -> str:
    """What the chart of the trend shows, for who does not see it."""
    last = found[-1]
    said = _("Weekly counts of %(count)s weeks.") % {"count": len(found)}
    if last.count is None:
        return said + " " + _("Of the last one nothing has arrived.")
    told = _("The last one has %(count)s.") % {"count": last.count}
    if last.above:
        told += " " + _("That is above the usual range of %(range)s.") % {
            "range": usual_in_words(last)
        }
    elif last.below:
        told += " " + _("That is below the usual range of %(range)s.") % {
            "range": usual_in_words(last)
        }
    elif last.high is not None:
        told += " " + _("That is within the usual range of %(range)s.") % {
            "range": usual_in_words(last)
        }
    return f"{said} {told}"


def drawn_trend(found: Sequence[charts.Bar], told: str) -> SafeString:
    return charts.trend(found, title=told, under=trend_under(found))
