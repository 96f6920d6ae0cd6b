"""A CSV or XLSX file as rows of text, whoever made it and whatever it claims to be.

Memory does not grow with the file: rows are copied, one by one, into lines of JSON, and whoever
needs them later reads those. A spreadsheet is looked through by a streaming parser before a library
opens it, so that what the library would keep in memory is bounded.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import json
import re
import zipfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any, BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.files.kinds import kind_of
from bordercoop.files.names import clean_name, refused

MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_LINE = 500_000  # characters of one record
MOST_CELL = 32_767  # characters, as a spreadsheet has it
# Of a spreadsheet, unpacked: what is streamed, and what the library keeps.
MOST_SHEET, MOST_STRINGS, MOST_OTHER = 150 * 1024 * 1024, 16 * 1024 * 1024, 4 * 1024 * 1024
PIECE = 64 * 1024
WORD, HIGH, ENOUGH = re.compile(rb"[A-Za-z\xa0-\xff]+"), re.compile(rb"[\xa0-\xff]"), 50_000
Rows = Generator[tuple[int, list[str]], None, None]
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "cp1251": "Windows-1251",
    "cp1257": "Windows-1257",
}


@dataclass(frozen=True)
class Sheet:
    """What was read: the header, how many rows, and in which encoding (XLSX for a spreadsheet)."""

    headers: list[str]
    rows: int
    encoding: str


def copy_rows(file: BinaryIO, name: str, out: IO[bytes]) -> Sheet:
    """Write every row that is not empty to `out`, a line each: [number, cell, cell...].

    The number is that of the row in the file as an officer counts it. Raises Invalid with a
    sentence for a file that cannot be read whole.
    """
    ending = clean_name(name).rpartition(".")[2]
    if ending not in ("csv", "xlsx"):
        raise _bad(_("Choose a CSV or XLSX file."), "kind_not_taken")
    if ending == "xlsx":
        kind_of(file, "table.xlsx")
        rows, encoding = _sheet_rows(file), "XLSX"
    else:
        coding = _encoding(file)
        rows, encoding = _csv_rows(file, coding), ENCODINGS[coding]
    with contextlib.closing(rows):
        headers, count = _copy(rows, out)
    return Sheet(headers, count, encoding)


def _copy(rows: Rows, out: IO[bytes]) -> tuple[list[str], int]:
    headers: list[str] = []
    count = 0
    for number, cells in rows:
        if len(cells) > MOST_COLUMNS:
            raise too_wide()
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if any("\x00" in cell for cell in cells):
            raise _bad(
                _("Row %(row)s contains a character that cannot be stored.") % {"row": number}
            )
        if any(len(cell) > MOST_CELL for cell in cells):
            raise _bad(_("A cell of row %(row)s is too long.") % {"row": number})
        if not headers:
            headers = [" ".join(cell.split())[:120] for cell in cells]
            continue
        count += 1
        if count > MOST_ROWS:
            raise _bad(
                _("The file has more than %(most)s rows. Split it into smaller ones.")
                % {"most": MOST_ROWS},
                "too_many_rows",
            )
        out.write(json.dumps([number, *cells], ensure_ascii=False).encode() + b"\n")
    if not count:
        raise _bad(_("The file has no rows below its header."), "empty")
    return headers, count


def too_wide() -> Invalid:
    return _bad(
        _("A row has more than %(most)s columns. Take away what is not needed.")
        % {"most": MOST_COLUMNS},
        "too_many_columns",
    )


def _bad(sentence: str, code: str = "unreadable") -> Invalid:
    return refused(sentence, code)


# --- CSV


def _encoding(file: BinaryIO) -> str:
    """UTF-8 or UTF-16 by its mark, else UTF-8 when the bytes are, else the Windows code page that
    the bytes speak for. Refused when both could be meant."""
    file.seek(0)
    if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    file.seek(0)
    decoder, utf8 = codecs.getincrementaldecoder("utf-8")(), True
    marked = letters = 0
    while piece := file.read(PIECE):
        if utf8:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                utf8 = False
        if letters < ENOUGH:
            words = [word for word in WORD.findall(piece) if HIGH.search(word)]
            letters += sum(map(len, words))
            marked += sum(len(HIGH.findall(word)) for word in words)
    if utf8:
        try:
            decoder.decode(b"", final=True)
            return "utf-8-sig"
        except UnicodeDecodeError:
            pass
    # Cyrillic words are such letters throughout; Baltic ones have them among plain letters.
    share = marked / max(letters, 1)
    if share >= 0.85:
        return "cp1251"
    if share <= 0.6:
        return "cp1257"
    raise _bad(
        _(
            "It is not clear in which encoding the file was saved. "
            "Save it as CSV UTF-8 and choose it again."
        ),
        "encoding",
    )


class _Lines:
    """Lines of the file, none longer than a record may be; `began` is called at each record."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text, self.taken = text, 0

    def began(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        while line := self.text.readline(MOST_LINE + 1):
            self.taken += len(line)
            if self.taken > MOST_LINE:
                raise too_wide()
            yield line


def _csv_rows(file: BinaryIO, encoding: str) -> Rows:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        head = text.readline(MOST_LINE)
        text.seek(0)
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=_delimiter(head), strict=True)
        while True:
            lines.began()
            number = reader.line_num + 1
            row = next(reader, None)
            if row is None:
                return
            yield number, [cell.strip() for cell in row]
    except csv.Error as error:
        raise _bad(
            _("Row %(row)s cannot be read as CSV. Save the table anew and choose it again.")
            % {"row": number}
        ) from error
    except UnicodeError as error:
        raise _bad(
            _("The file is not text in one encoding. Save it as CSV UTF-8 and choose it again."),
            "encoding",
        ) from error
    finally:
        text.detach()


def _delimiter(head: str) -> str:
    bare = "".join(head.split('"')[::2])  # what stands outside quotes
    return max(";,\t", key=bare.count)


# --- XLSX


def _sheet_rows(file: BinaryIO) -> Rows:
    file.seek(0)
    with zipfile.ZipFile(file) as packed:
        for entry in packed.infolist():
            _look_through(packed, entry)
    from openpyxl import load_workbook

    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size need not be true
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_said(value) for value in row]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError,
            SyntaxError) as error:  # fmt: skip
        if isinstance(error, Invalid):
            raise
        raise _bad(
            _("The spreadsheet cannot be read. Save it anew and choose it again.")
        ) from error


def _said(value: Any) -> str:
    """A cell as an officer would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    return str(value).strip()


def _look_through(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Refuse what the library could not keep in bounded memory, and what is more than values."""
    name = entry.filename.lower()
    if name.startswith("xl/externallinks/"):
        raise _bad(
            _("The spreadsheet is linked to other files. Paste the values into a new one."),
            "external_links",
        )
    if not name.endswith((".xml", ".rels")):
        return
    most = MOST_OTHER
    if name.startswith("xl/worksheets/"):
        most = MOST_SHEET
    elif name == "xl/sharedstrings.xml":
        most = MOST_STRINGS
    if entry.file_size > most:
        raise _bad(_("The spreadsheet is too large. Save it as CSV UTF-8 and choose that."), "bomb")
    cells, place = 0, ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal cells, place
        plain = tag.rpartition(":")[2]
        if plain == "row":
            cells = 0
        elif plain == "c":
            cells += 1
            place = attributes.get("r", "")
            if cells > MOST_COLUMNS or _column(place) > MOST_COLUMNS:
                raise too_wide()
        elif plain == "f" and name.startswith("xl/worksheets/"):
            raise _bad(
                _("Cell %(cell)s holds a formula. Paste the values into a new spreadsheet.")
                % {"cell": place or str(cells)},
                "formulas",
            )

    def doctype(*_facts: Any) -> None:
        raise _bad(_("The spreadsheet cannot be read. Save it anew and choose it again."), "bomb")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        with packed.open(entry) as part:
            parser.ParseFile(part)
    except expat.ExpatError as error:
        raise _bad(
            _("The spreadsheet cannot be read. Save it anew and choose it again.")
        ) from error


def _column(place: str) -> int:
    """The number of the column of a place such as AB12."""
    number = 0
    for letter in place[:4]:
        if not ("A" <= letter <= "Z"):
            break
        number = number * 26 + ord(letter) - 64
    return number


# --- what was copied


def rows_from(file: IO[bytes], offset: int = 0) -> Iterator[tuple[int, int, list[str]]]:
    """(number, offset of the row after it, cells) of what `copy_rows` wrote, from `offset` on."""
    file.seek(offset)
    for line in file:
        offset += len(line)
        number, *cells = json.loads(line)
        yield number, offset, cells
