"""The rows that were refused, as a file to correct: the original columns and why, in the reader's
language."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.errors import Refused
from bordercoop.files import store
from bordercoop.tables.reading import rows_from
from bordercoop.tables.writing import BOM, csv_line
from contactpoints.models import units

from ..models import Import, ImportFault
from .columns import TARGETS, shown_headers
from .rows import reader

FIRST = 20


def said(run: Import, pairs: list[Any]) -> list[str]:
    """The sentences of a row, each after the header of its column, in the active language."""
    names = shown_headers(run.headers)
    by_target = {target: names[int(column)] for column, target in run.mapping.items() if target}
    found = []
    for target, sentence in pairs:
        column = by_target.get(target) or (str(TARGETS[target]) if target in TARGETS else "")
        where = {"column": column, "sentence": sentence}
        found.append(_("%(column)s: %(sentence)s") % where if column else str(sentence))
    return found


def first_rows(run: Import, most: int = 3) -> list[list[str]]:
    """The cells of the first rows; none once they are no longer kept."""
    try:
        with store.open_stored(run.rows_sha256) as file:
            return [cells for _n, _offset, cells in islice(rows_from(file), most)]
    except Refused:
        return []


def first_faults(run: Import, *, at: frozenset[int]) -> list[tuple[int, list[str]]]:
    """(number, sentences) of the first rows that were refused."""
    rows = list(run.faults.order_by("number")[:FIRST])
    try:
        return [(fault.number, sentences) for fault, _cells, sentences in _told(run, rows, at)]
    except Refused:
        return [(fault.number, said(run, fault.sentences)) for fault in rows]


def faults_file(run: Import, *, at: frozenset[int], language: str) -> Iterator[bytes]:
    """CSV in UTF-8 with its mark, row by row: number, the original cells, what is wrong."""
    with translation.override(language):
        head = [pgettext("import", "Row"), *run.headers, _("What is wrong")]
    yield BOM + csv_line(head)
    faults = run.faults.order_by("number").iterator(chunk_size=500)
    width = len(run.headers)
    while some := list(islice(faults, 500)):
        with translation.override(language):
            lines = [
                csv_line([fault.number, *(cells + [""] * width)[:width], " ".join(sentences)])
                for fault, cells, sentences in _told(run, some, at)
            ]
        yield b"".join(lines)


def _told(
    run: Import, faults: list[ImportFault], at: frozenset[int]
) -> Iterator[tuple[ImportFault, list[str], list[str]]]:
    """Each fault, its cells and its sentences: as kept where the row would be right now."""
    read = reader(
        width=len(run.headers), mapping=run.mapping, unit=units()[run.unit.code], at=at,
        zone=run.zone, language=run.by.language,
    )  # fmt: skip
    with store.open_stored(run.rows_sha256) as file:
        for fault in faults:
            file.seek(fault.offset)
            _number, *cells = json.loads(file.readline())
            yield fault, cells, said(run, read(cells).wrong or fault.sentences)
