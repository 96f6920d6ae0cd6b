"""The audit trail as a table for a spreadsheet: CSV in UTF-8, one row a line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import pgettext

from bordercoop.audit.models import Entry

from . import words

# What a spreadsheet would take for a formula, or for the begin of one after it strips a cell.
ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
BATCH = 1000


def safe(value: object) -> str:
    """A cell that no spreadsheet computes: text that could begin a formula is led by a quote."""
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(ACTIVE) or text.startswith(ACTIVE) else text


def lines(rows: QuerySet[Entry], *, zone: str, language: str) -> Iterator[str]:
    """The table, line by line: newest first, in memory that does not grow with it."""
    with translation.override(language):
        head = [
            pgettext("audit", "Row"),
            "UTC",
            zone,
            pgettext("audit", "Officer"),
            pgettext("audit", "Side"),
            pgettext("audit", "Code"),
            pgettext("audit", "What happened"),
            pgettext("audit", "Object"),
            pgettext("audit", "Details"),
            pgettext("audit", "Request"),
        ]
    # Excel takes a file without this mark for its own old encoding.
    yield "\ufeff" + _line(head)
    place = None
    while True:
        batch = rows if place is None else rows.filter(pk__lt=place)
        found = list(batch.select_related("actor").order_by("-pk")[:BATCH])
        with translation.override(language):
            for entry in found:
                yield _line(_cells(entry, zone))
        if len(found) < BATCH:
            return
        place = found[-1].pk


def _cells(entry: Entry, zone: str) -> list[Any]:
    actor: Any = entry.actor
    return [
        entry.pk,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        f"{entry.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}",
        actor.username if actor else "",
        entry.side,
        entry.verb,
        words.verb(entry.verb),
        entry.about,
        json.dumps(entry.facts, ensure_ascii=False),
        entry.request_id,
    ]


def _line(cells: list[Any]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([safe(cell) for cell in cells])
    return written.getvalue()
