"""Any CSV or XLSX file is read as rows of text, or refused with a sentence, in bounded memory."""

import io
import json
import zipfile
from datetime import datetime

import openpyxl
import pytest

from bordercoop.errors import Invalid
from bordercoop.tables import reading


def read(raw, name="a.csv"):
    out = io.BytesIO()
    sheet = reading.copy_rows(io.BytesIO(raw), name, out)
    return sheet, [json.loads(line) for line in out.getvalue().splitlines()]


def workbook(*rows, **parts):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    if not parts:
        return out.getvalue()
    packed, again = zipfile.ZipFile(out), io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in packed.infolist():
            if entry.filename not in parts:
                made.writestr(entry, packed.read(entry))
        for name, text in parts.items():
            made.writestr(name, text)
    return again.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_is_read_whatever_separates_its_cells(delimiter):
    text = f'A{delimiter}"B, or C; D"\n1{delimiter}"two\nlines"\n\n3{delimiter}\n'
    sheet, rows = read(text.encode())
    assert sheet.headers == ["A", "B, or C; D"]
    assert (sheet.rows, sheet.encoding) == (2, "UTF-8")
    assert rows == [[2, "1", "two\nlines"], [5, "3"]]


@pytest.mark.parametrize(
    ("encoding", "words", "name"),
    [
        ("utf-8", "Ģērbonis, вуліца", "UTF-8"),
        ("utf-8-sig", "Ģērbonis, вуліца", "UTF-8"),
        ("utf-16", "Ģērbonis, вуліца", "UTF-16"),
        ("cp1251", "Астравец, пагранічны знак, ўчастак", "Windows-1251"),
        ("cp1257", "Robežzīme pie Pāternieku robežšķērsošanas vietas", "Windows-1257"),
    ],
)
def test_the_encoding_is_found_out(encoding, words, name):
    sheet, rows = read(f"A;B\n1;{words}\n".encode(encoding))
    assert sheet.encoding == name
    assert rows == [[2, "1", words]]


def test_a_spreadsheet_is_read_as_it_would_be_typed():
    sheet, rows = read(
        workbook(["A", "B", "C"], [1, 2.5, datetime(2026, 2, 17, 8, 5)], [None, None, None],
                 ["x", datetime(2026, 2, 17), True]),
        "a.xlsx",
    )  # fmt: skip
    assert (sheet.headers, sheet.rows, sheet.encoding) == (["A", "B", "C"], 2, "XLSX")
    assert rows == [[2, "1", "2.5", "2026-02-17 08:05"], [4, "x", "2026-02-17", "1"]]


WORKSHEET = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_of(rows):
    return f'<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>'


HOSTILE = {
    "nul": (b"A;B\n1;\x00\n", "a.csv", "cannot be stored"),
    "columns": (b"A" + b";A" * 1_000_000 + b"\n1\n", "a.csv", "columns"),
    "open quote": (b'A;B\n1;"' + b"x\n" * 400_000, "a.csv", "columns|cannot be read as CSV"),
    "long cell": (b"A;B\n1;" + b"x" * 40_000 + b"\n", "a.csv", "too long"),
    "binary": (bytes(range(256)) * 40, "a.csv", "."),
    "half of two alphabets": ("A\nā а ā а\n".encode() + b"\xe0a\xe0\xe0b\n", "a.csv", "encoding"),
    "nothing": (b"", "a.csv", "no rows"),
    "header only": (b"A;B\n", "a.csv", "no rows"),
    "another kind": (b"A;B\n1;2\n", "a.ods", "CSV or XLSX"),
    "disguised": (b"A;B\n1;2\n", "a.xlsx", "not what"),
    "formula": (workbook(["A"], ["=1+1"]), "a.xlsx", "A2 holds a formula"),
    "bomb": (workbook(["A"], **{"xl/x.xml": b"0" * 60_000_000}), "a.xlsx", "unpack"),
    "links": (workbook(["A"], ["1"], **{"xl/externalLinks/x.xml": "<a/>"}), "a.xlsx", "linked"),
    "entities": (
        workbook(["A"], **{WORKSHEET: '<!DOCTYPE a [<!ENTITY b "c">]>' + sheet_of("")}),
        "a.xlsx", "cannot be read",
    ),
    "a million cells": (
        workbook(["A"], **{WORKSHEET: sheet_of("<row>" + "<c/>" * 1_000_000 + "</row>")}),
        "a.xlsx", "columns|unpack",
    ),
    "a far column": (
        workbook(["A"], **{WORKSHEET: sheet_of('<row><c r="XFD1"><v>1</v></c></row>')}),
        "a.xlsx", "columns",
    ),
    "broken": (workbook(["A"], **{WORKSHEET: "<worksheet><a>"}), "a.xlsx", "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(case):
    raw, name, sentence = HOSTILE[case]
    with pytest.raises(Invalid, match=sentence) as refusal:
        read(raw, name)
    assert refusal.value.fields["file"]


def test_more_rows_than_fit_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    read(b"A\n1\n2\n3\n")
    with pytest.raises(Invalid, match="more than 3 rows"):
        read(b"A\n1\n2\n3\n4\n")


def test_rows_are_read_on_from_any_of_them():
    out = io.BytesIO()
    reading.copy_rows(io.BytesIO("A\nā\nb\nc\n".encode()), "a.csv", out)
    all_rows = list(reading.rows_from(out))
    assert [cells for _n, _at, cells in all_rows] == [["ā"], ["b"], ["c"]]
    assert list(reading.rows_from(out, all_rows[0][1])) == all_rows[1:]
