"""Rows on their way out as CSV, XLSX or GeoJSON, piece by piece: memory does not grow with them.

Whatever an officer typed stays text: what a spreadsheet would take for a formula has an apostrophe
in front, in every format that spreadsheets open.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

BOM = b"\xef\xbb\xbf"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What no XML can hold.
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MOST_CELL = 32_767
Rows = Iterable[Sequence[Any]]
Head = Sequence[tuple[str, str]]
TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.\
spreadsheetml.sheet.main+xml"/>
{sheets}</Types>"""
TYPE = """<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.\
openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
"""
RELATIONS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{all}\
</Relationships>"""
RELATION = """<Relationship Id="rId{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/\
relationships/{kind}" Target="{target}"/>"""
BOOK = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" \
xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{all}\
</sheets></workbook>"""
SHEET = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"""


def harmless(value: Any) -> str:
    """A value as text that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return str(value)
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def moment(value: datetime) -> str:
    """ISO 8601 in UTC to the second."""
    return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def csv_line(cells: Sequence[Any]) -> bytes:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow([harmless(c) for c in cells])
    return line.getvalue().encode()


def csv_pieces(head: Head, labels: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """UTF-8 with its mark and semicolons, as office programs of both sides open it: a line for each
    fact of the head, an empty one, the columns, the rows."""
    yield BOM + b"".join(csv_line(pair) for pair in head)
    yield b"\r\n" + csv_line(labels)
    for row in rows:
        yield csv_line(row)


def geojson_pieces(
    facts: dict[str, Any], keys: Sequence[str], rows: Rows, *, lat: int, lon: int
) -> Iterator[bytes]:
    """A FeatureCollection (RFC 7946) with `facts` beside it; rows without a position have none."""
    opening = json.dumps({"type": "FeatureCollection", "about": facts}, ensure_ascii=False)
    yield opening[:-1].encode() + b', "features": ['
    mark = b"\n"
    for row in rows:
        here = row[lat] is not None and row[lon] is not None
        feature = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row[lon], row[lat]]} if here else None,
            "properties": {
                key: moment(value) if isinstance(value, datetime) else value
                for key, value in zip(keys, row, strict=True)
                if key not in ("lat", "lon")
            },
        }
        yield mark + json.dumps(feature, ensure_ascii=False).encode()
        mark = b",\n"
    yield b"\n]}\n"


def xlsx_pieces(
    names: tuple[str, str], head: Head, labels: Sequence[str], rows: Rows
) -> Iterator[bytes]:
    """A workbook of two sheets, called `names`: what it is, and the rows below their columns."""
    out = _Out()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as packed:
        for name, text in _frame(names):
            packed.writestr(name, text)
        yield out.taken()
        for number, lines in ((1, head), (2, _under(labels, rows))):
            with packed.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as part:
                part.write(SHEET.encode())
                for line in lines:
                    part.write(_row(line))
                    if len(out.pieces) > 16:
                        yield out.taken()
                part.write(b"</sheetData></worksheet>")
            yield out.taken()
    yield out.taken()


def _frame(names: tuple[str, str]) -> Iterator[tuple[str, str]]:
    numbered = list(enumerate(names, start=1))
    sheets = "".join(
        f'<sheet name="{escape(_sheet_name(name))}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in numbered
    )
    relations = "".join(
        RELATION.format(n=n, kind="worksheet", target=f"worksheets/sheet{n}.xml")
        for n, _name in numbered
    )
    book = RELATION.format(n=1, kind="officeDocument", target="xl/workbook.xml")
    kinds = "".join(TYPE.format(n=n) for n, _name in numbered)
    yield "[Content_Types].xml", TYPES.format(sheets=kinds)
    yield "_rels/.rels", RELATIONS.format(all=book)
    yield "xl/workbook.xml", BOOK.format(all=sheets)
    yield "xl/_rels/workbook.xml.rels", RELATIONS.format(all=relations)


def _sheet_name(name: str) -> str:
    return re.sub(r"[^\w .,-]", " ", name)[:31] or "1"


def _under(labels: Sequence[str], rows: Rows) -> Iterator[Sequence[Any]]:
    yield labels
    yield from rows


def _row(cells: Sequence[Any]) -> bytes:
    made = []
    for cell in cells:
        if cell is None or cell == "":
            made.append("<c/>")
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            made.append(f"<c><v>{cell}</v></c>")
        else:
            text = escape(UNSTORABLE.sub("", harmless(cell))[:MOST_CELL])
            made.append(f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>')
    return f"<row>{''.join(made)}</row>".encode()


class _Out(io.RawIOBase):
    """A file that cannot be gone back in; what was written is taken out piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        whole, self.pieces = b"".join(self.pieces), []
        return whole
