"""A list that leaves the portal: what it is, under which marking, and who takes it out.

Each list of an app says what it is (`Listing`); this gives it out as CSV, XLSX, GeoJSON or PDF with
the same head and writes one row of the audit before the first byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.audit.actions import record_export
from bordercoop.errors import Invalid

from .writing import csv_pieces, geojson_pieces, moment, xlsx_pieces

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "pdf": "application/pdf",
}
PDF_MOST = 2_000
PDF_CELL = 160


@dataclass(frozen=True)
class Column:
    """`key` names it for programs, `label` for officers; `width` of ten on paper, 0: not there."""

    key: str
    label: Any
    width: int = 0


@dataclass(frozen=True)
class Listing:
    """`rows` gives them anew each time, as values in the order of `columns`; `filter` is in words,
    `asked` as typed. `marking` is the strictest of all its rows, "" where they have none."""

    code: str
    title: Any
    columns: Sequence[Column]
    count: int
    rows: Callable[[], Iterator[Sequence[Any]]]
    filter: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)
    marking: str = ""
    marking_lines: Sequence[str] = ()

    @property
    def formats(self) -> list[str]:
        placed = {"lat", "lon"} <= {column.key for column in self.columns}
        return [form for form in FORMATS if placed or form != "geojson"]


@dataclass(frozen=True)
class Export:
    """What goes out, piece by piece."""

    name: str
    mime: str
    pieces: Iterator[bytes]


def taken_out(
    listing: Listing, form: str, *, of: str, at_clocks: Callable[[datetime], str], by: Any
) -> Export:
    """The list in one of `FORMATS`, recorded in the audit as an export.

    `of` says in the reader's language who takes it out, `at_clocks` a moment by the clocks of both
    sides. Raises Invalid for a format that the list does not have, and for a PDF of too many rows.
    """
    if form not in listing.formats:
        sentence = _("Choose one of these formats: %(formats)s.") % {
            "formats": ", ".join(listing.formats)
        }
        raise Invalid(sentence, fields={"as": [sentence]})
    if form == "pdf" and listing.count > PDF_MOST:
        sentence = _(
            "A PDF holds at most %(most)s rows. Set more filters, or choose CSV or XLSX."
        ) % {"most": PDF_MOST}
        raise Invalid(sentence, code="too_many_rows", fields={"as": [sentence]})
    at = now()
    head = _head(listing, of, at_clocks(at))
    record_export(
        listing.code,
        by=by,
        filter={**listing.asked, "as": form, "marking": listing.marking},
        rows=listing.count,
    )
    name = f"bordercoop-{listing.code}-{at:%Y%m%d-%H%M}.{form}"
    language = translation.get_language() or "en"
    return Export(name, FORMATS[form], _pieces(listing, form, head, at, language))


def _head(listing: Listing, of: str, at: str) -> list[tuple[str, str]]:
    count = ngettext("%(count)s row", "%(count)s rows", listing.count) % {"count": listing.count}
    facts = [
        (_("Portal"), f"BorderCoop, {settings.BASE_URL}"),
        (_("List"), str(listing.title)),
        (_("Filter"), listing.filter or _("None: everything that you may read")),
        (_("Rows"), count),
    ]
    if listing.marking:
        facts.append((_("Strictest marking"), listing.marking))
        facts += [("", line) for line in listing.marking_lines]
    return [
        *facts,
        (_("Exported by"), of),
        (pgettext("export", "Exported on"), at),
    ]


def _pieces(
    listing: Listing, form: str, head: list[tuple[str, str]], at: datetime, language: str
) -> Iterator[bytes]:
    """The language is that of the request, also while the answer is streamed after it."""
    with translation.override(language):
        labels = [str(column.label) for column in listing.columns]
        title = str(listing.title)
        second = _("Rows")
    keys = [column.key for column in listing.columns]
    rows = _in_language(listing.rows, language)
    if form == "csv":
        yield from csv_pieces(head, labels, rows)
    elif form == "xlsx":
        yield from xlsx_pieces((title, second), head, labels, rows)
    elif form == "geojson":
        facts = {"list": listing.code, "marking": listing.marking, "head": dict(head)}
        lat, lon = keys.index("lat"), keys.index("lon")
        yield from geojson_pieces(facts, keys, rows, lat=lat, lon=lon)
    else:
        yield _paper(listing, head, rows, at, language)


def _in_language(
    rows: Callable[[], Iterator[Sequence[Any]]], language: str
) -> Iterator[Sequence[Any]]:
    """Rows in parts: a generator that waits must not leave its language to the thread."""
    with translation.override(language):
        found = rows()
    while True:
        with translation.override(language):
            part = list(islice(found, 200))
        if not part:
            return
        yield from part


def _paper(
    listing: Listing,
    head: list[tuple[str, str]],
    rows: Iterator[Sequence[Any]],
    at: datetime,
    language: str,
) -> bytes:
    from bordercoop.web.pdf import pdf

    shown = [n for n, column in enumerate(listing.columns) if column.width]
    with translation.override(language):
        content = {
            "language": language,
            "languages": [language, language],
            "title": str(listing.title),
            "marking": listing.marking or None,
            "head": [[label, text] for label, text in head],
            "widths": [listing.columns[n].width for n in shown],
            "labels": [str(listing.columns[n].label) for n in shown],
            "rows": [[_cell(row[n]) for n in shown] for row in islice(rows, PDF_MOST)],
            "page": _("Page {page} of {total}"),
            "from": _("Printed from BorderCoop. Handle it as marked above.")
            if listing.marking
            else _("Printed from BorderCoop."),
        }
    return pdf("list.typ", content, at=at)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = moment(value)[:16].replace("T", " ") if isinstance(value, datetime) else str(value)
    return text if len(text) <= PDF_CELL else f"{text[:PDF_CELL]}…"


def actor(user: Any, unit: Any) -> str:
    """Who takes something out: name and unit."""
    name = user.name_for(translation.get_language() or "en")
    return f"{name}, {unit.name}" if unit is not None else str(name)
