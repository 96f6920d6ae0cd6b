"""A summary in words, for the page, the file and the letter. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from bordercoop.reference import countries
from bordercoop.reference.models import places, terms
from bordercoop.reference.sides import Side
from bordercoop.tables.listing import Column, Listing
from contactpoints.models import units

from .content import FIELDS
from .models import Summary

FACTS = {
    "reported": gettext_lazy("Incidents reported"),
    "open": gettext_lazy("of them open at the end"),
    "over": gettext_lazy("of them closed, withdrawn or merged"),
    "late": gettext_lazy("of them about an earlier day"),
    "people": FIELDS["people_total"],
    "minors": FIELDS["people_minors"],
    "injured": FIELDS["people_injured"],
    "sent": gettext_lazy("Alerts sent, by desk"),
    "sent_acknowledged": gettext_lazy("of the sent ones acknowledged"),
    "sent_late": gettext_lazy("of the sent ones escalated for being late"),
    "received": gettext_lazy("Alerts received, by desk"),
    "received_acknowledged": gettext_lazy("of the received ones acknowledged"),
    "received_late": gettext_lazy("of the received ones escalated for being late"),
}
LINES = {
    "category": FIELDS["category"],
    "severity": FIELDS["severity"],
    "section": pgettext_lazy("summary", "Section"),
    "place": FIELDS["place"],
    "late": gettext_lazy("Reported late, by the day it happened"),
    "hour": gettext_lazy("Hour of the day"),
    "nationality": gettext_lazy("People by group of nationality"),
}
HIDDEN = "…"


@dataclass(frozen=True)
class Table:
    """One line of counts: (what, number; "…" for one that is hidden), and the total or ""."""

    title: str
    rows: list[tuple[str, str]]
    total: str
    few: bool


def facts(content: dict[str, Any]) -> list[tuple[str, int]]:
    return [
        (str(label), content["facts"][name])
        for name, label in FACTS.items()
        if name in content["facts"]
    ]


def tables(content: dict[str, Any]) -> list[Table]:
    """The lines of a content in the active language, without those that count nothing."""
    found = []
    for line in content["lines"]:
        rows = [(_called(line["key"], code), _number(count)) for code, count in line["rows"]]
        if line["key"] in ("category", "nationality"):
            rows = [
                row for row, (_code, count) in zip(rows, line["rows"], strict=True) if count != 0
            ]
        counted = any(count != 0 for _code, count in line["rows"])
        if counted or line.get("few"):
            total = "" if line["total"] is None else str(line["total"])
            title = str(LINES.get(line["key"], line["key"]))
            found.append(Table(title, rows, total, bool(line.get("few"))))
    return found


def _number(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


def _called(key: str, code: str) -> str:
    if key == "category":
        return f"{getattr(terms('incident_category').get(code), 'name', code)} ({code})"
    if key == "severity":
        return f"{code} · {getattr(terms('severity').get(code), 'name', '')}"
    if key == "section":
        return getattr(units().get(code), "name", code)
    if key == "place":
        return getattr(places().get(code), "name", code) or _("Outside a crossing point")
    if key == "late":
        return date_format(date.fromisoformat(code))
    if key == "hour":
        return f"{code}:00–{code}:59"
    groups = {
        "EU": _("European Union, without Latvia"),
        "other": _("Other countries"),
        countries.STATELESS: pgettext("nationality", "Stateless"),
        countries.UNKNOWN: pgettext("nationality", "Not known"),
    }
    return groups.get(code) or countries.name_of(code)


def period_of(summary: Summary) -> str:
    if summary.kind == Summary.Kind.MONTH:
        return date_format(summary.period, "YEAR_MONTH_FORMAT")
    return date_format(summary.period)


def title_of(summary: Summary) -> str:
    """Such as “Summary of 25 November 2026, Latvia”."""
    where = {"period": period_of(summary), "side": Side(summary.side).label}
    if summary.kind == Summary.Kind.DAY:
        return _("Summary of %(period)s, %(side)s") % where
    if summary.audience == Summary.Audience.SHARED:
        return _("Indicators of %(period)s, %(side)s, as shared with the other side") % where
    return _("Indicators of %(period)s, %(side)s") % where


def summary_listing(summary: Summary) -> Listing:
    """A summary as a list of three columns."""

    def rows() -> Iterator[list[Any]]:
        for label, count in facts(summary.content):
            yield [_("Totals"), label, count]
        for table in tables(summary.content):
            for label, number in table.rows:
                yield [table.title, label, int(number) if number.isdigit() else number]
            if table.few:
                yield [table.title, _("Too few to be shown"), ""]

    count = len(summary.content["facts"]) + sum(
        len(table.rows) + table.few for table in tables(summary.content)
    )
    internal = summary.audience == Summary.Audience.OWN
    lines = [f"SHA-256 {summary.digest}"]
    return Listing(
        code="summary",
        title=title_of(summary),
        columns=(
            Column("line", pgettext_lazy("summary", "Counted by"), 4),
            Column("entry", pgettext_lazy("summary", "What"), 6),
            Column("number", pgettext_lazy("summary", "Number"), 2),
        ),
        count=count,
        rows=rows,
        filter=period_of(summary),
        asked={"summary": summary.uid},
        marking=_("INTERNAL: %(side)s only") % {"side": Side(summary.side).label}
        if internal
        else _("SHARED with both sides"),
        marking_lines=lines,
    )
