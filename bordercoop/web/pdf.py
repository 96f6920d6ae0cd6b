"""A4 documents as tagged PDF, made of a shipped typst source and data.

Knows nothing of what it prints. The sources lie in `templates/pdf/`, the fonts in
`bordercoop/web/fonts/`; nothing else of the machine is read. Data goes in as JSON and is never part
of a source, so no text can be an instruction to the typesetter. See docs/print.md.
"""

from __future__ import annotations

import ctypes
import json
import logging
import struct
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from bordercoop.errors import Refused

if TYPE_CHECKING:
    import typst

log = logging.getLogger(__name__)

SOURCES: Path = settings.BASE_DIR / "templates" / "pdf"
FONTS = Path(__file__).parent / "fonts"
# Far above the longest record, of which nearly every character would be printed as its code.
MOST_CHARACTERS = 1_000_000
# From here on a document is long enough to be worth tidying up after.
LONG = 30_000
WAIT_SECONDS = 5.0
WAITING_MOST = 6

_compiling = threading.Lock()
_places = threading.BoundedSemaphore(WAITING_MOST)


class Busy(Refused):
    """Too many documents are being made at this moment."""

    code, status = "busy", 503


class TooLong(Refused):
    """No document of this length is made."""

    code, status = "too_large", 413


BUSY = _("Many documents are being made at this moment. Wait a few seconds and print again.")
TOO_LONG = _("This is too long to be printed. Read it on the screen.")


def pdf(source: str, content: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF that `templates/pdf/<source>` makes of `content`: A4, tagged (PDF/UA-1).

    `content` is made of dicts, lists, texts, numbers and None. `at` is written into the file as
    its date. One document at a time is set, in about 20 ms, while the other threads go on; at most
    six are asked for at once, and none waits longer than 5 s. Raises Busy (503) and TooLong (413).
    """
    text = json.dumps(printable(content), ensure_ascii=False)
    if len(text) > MOST_CHARACTERS:
        raise TooLong(TOO_LONG)
    with _turn():
        made = _compiled(SOURCES / source, text, at)
        if len(text) > LONG:
            _give_back()
        return made


def png(svg: str, *, ppi: float = 192.0) -> bytes:
    """A picture in SVG as PNG, at `ppi` pixels an inch (96 of its own make an inch).

    The same queue and the same fonts as of documents. Raises Busy (503) and TooLong (413).
    """
    if len(svg) > MOST_CHARACTERS:
        raise TooLong(TOO_LONG)
    with _turn():
        made = _compiler().compile(
            SOURCES / "picture.typ", format="png", ppi=ppi, sys_inputs={"svg": svg}
        )
    assert isinstance(made, bytes)
    return made


def as_file(content: bytes, name: str) -> HttpResponse:
    """The PDF as an answer that a browser shows and nobody keeps. `name` is ASCII."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response


@contextmanager
def _turn() -> Iterator[None]:
    """One at a time, and a short queue: who waits here holds a thread of the web server."""
    if not _places.acquire(blocking=False):
        raise Busy(BUSY)
    try:
        if not _compiling.acquire(timeout=WAIT_SECONDS):
            raise Busy(BUSY)
        try:
            yield
        finally:
            _compiling.release()
    finally:
        _places.release()


def _compiled(source: Path, text: str, at: datetime) -> bytes:
    import typst

    for standards in (["ua-1"], []):
        try:
            made = _compiler().compile(
                source,
                format="pdf",
                sys_inputs={"data": text},
                pdf_standards=standards,  # type: ignore[arg-type]
                timestamp=int(at.timestamp()),
            )
        except typst.TypstError as error:
            # A rare mix of letters and marks that no one font has whole: still tagged, but
            # without the promise of the standard. Anything else fails again and is a fault.
            if not standards or "could not be displayed" not in error.message:
                raise
            log.warning("%s cannot be PDF/UA-1.", source.name)
            continue
        assert isinstance(made, bytes)
        return made
    raise AssertionError


def _give_back() -> None:
    """Return the memory of a long document, 5 to 60 MB, which would otherwise stay for good.

    typst remembers the last ten documents, so it is given as many empty ones; then the C library
    is told to return what it holds free, where it has a call for that (glibc). Takes about 80 ms.
    """
    for _number in range(11):
        _compiler().compile(b" ", format="pdf", sys_inputs={})
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


@cache
def _compiler() -> typst.Compiler:
    """One for the process: it remembers fonts and sources. Imported when first needed, since it
    takes about 45 MB that a process which never prints does not want."""
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    return typst.Compiler(root=SOURCES, font_paths=fonts)


def printable(value: Any) -> Any:
    """The same with every text as it can be set; keys are left alone."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, Mapping):
        return {key: printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [printable(each) for each in value]
    return value


def readable(text: str) -> str:
    """A text of characters that the fonts have.

    Others stand as their code, "[U+1F469]", so that nothing vanishes silently. Control characters
    become spaces. Characters without a shape are left out, above all those that turn the direction
    of a line: on paper they could only disguise what it says.
    """
    found, known = [], letters()
    for character in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        kind = unicodedata.category(character)
        if character == "\n" or kind in ("Zl", "Zp"):
            found.append("\n")
        elif kind == "Cc":
            found.append(" ")
        elif kind == "Cf" or "\ufe00" <= character <= "\ufe0f":
            # Joiners shape Persian and Indic words.
            found.append(character if character in "\u200c\u200d" else "")
        elif ord(character) in known and kind[0] != "C":
            found.append(character)
        else:
            found.append(f"[U+{ord(character):04X}]")
    return "".join(found)


@cache
def letters() -> frozenset[int]:
    """The code points that at least one of the fonts has."""
    return frozenset().union(*(_mapped(path.read_bytes()) for path in FONTS.glob("*.ttf")))


def _mapped(font: bytes) -> set[int]:
    """The code points of a TrueType file that have a glyph, from its Unicode `cmap` subtables."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = {}
    for i in range(count):
        tag, _sum, start, _length = struct.unpack_from(">4sLLL", font, 12 + 16 * i)
        tables[tag] = start
    cmap = tables[b"cmap"]
    found: set[int] = set()
    for i in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        platform, _encoding, offset = struct.unpack_from(">HHL", font, cmap + 4 + 8 * i)
        form = struct.unpack_from(">H", font, cmap + offset)[0]
        if platform == 3 and form == 4:
            found |= _segments(font, cmap + offset)
        elif platform == 3 and form == 12:
            for group in range(struct.unpack_from(">L", font, cmap + offset + 12)[0]):
                start, end = struct.unpack_from(">LL", font, cmap + offset + 16 + 12 * group)
                found.update(range(start, end + 1))
    return found


def _segments(font: bytes, at: int) -> set[int]:
    """The code points of a subtable of format 4."""
    length = struct.unpack_from(">H", font, at + 6)[0]
    segments = length // 2
    ends, starts = at + 14, at + 16 + length
    found: set[int] = set()
    for i in range(segments):
        end = struct.unpack_from(">H", font, ends + 2 * i)[0]
        start, delta = (
            struct.unpack_from(">H", font, starts + 2 * i + skip * length)[0] for skip in (0, 1)
        )
        where = starts + 2 * length + 2 * i
        offset = struct.unpack_from(">H", font, where)[0]
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", font, where + offset + 2 * (code - start))[0]
                if not glyph:
                    continue
            if (glyph + delta) & 0xFFFF:
                found.add(code)
    return found
