"""What kinds of files are let in, and how each proves that it is what its name says.

Every check reads a bounded part, or streams: memory does not grow with the file, nor with what the
file claims to be.
"""

from __future__ import annotations

import os
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import puremagic
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from bordercoop.errors import Invalid

from .names import refused

MEGAPIXELS = 100
HEAD = 4096
# Pillow refuses by itself from twice of this on, before anything is decoded.
Image.MAX_IMAGE_PIXELS = MEGAPIXELS * 1_000_000
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)  # refused below
MOST_ENTRIES = 2_000
MOST_DIRECTORY = 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
# What a browser or reader would take a file for if it went by the first bytes alone.
MARKUP = (b"<svg", b"<!doctype", b"<html", b"<script", b"<?xml", b"<body", b"<iframe", b"<?php")


@dataclass(frozen=True)
class Kind:
    """A kind of file. `magic`: the endings that puremagic gives for its first bytes, none for
    plain text; `check` looks further and gives (width, height) of a picture."""

    code: str
    mime: str
    endings: tuple[str, ...]
    magic: frozenset[str]
    check: Callable[[BinaryIO], tuple[int, int] | None]

    @property
    def picture(self) -> bool:
        return self.mime.startswith("image/")


def disguised(ending: str) -> Invalid:
    return refused(
        _("The content of this file is not what .%(ending)s says. It was not taken.")
        % {"ending": ending},
        code="disguised",
    )


def damaged() -> Invalid:
    return refused(
        _("The file is damaged or not whole. Open it, save it anew and add it again."),
        code="damaged",
    )


def kind_of(file: BinaryIO, name: str) -> tuple[Kind, tuple[int, int] | None]:
    """What the file is, and the size of a picture in pixels; `name` comes from `clean_name`.

    Raises Invalid with a sentence for a kind that is not taken, for a file in disguise, for one
    that is two things at once, for a packed bomb and for a picture above 100 megapixels.
    """
    ending = name.rpartition(".")[2].lower()
    kind = BY_ENDING.get(ending)
    if kind is None:
        raise refused(
            _(
                "Files of the kind .%(ending)s are not taken. Possible are: %(kinds)s. "
                "Save it as one of these and add it again."
            )
            % {"ending": ending, "kinds": ", ".join(sorted(BY_ENDING))},
            code="kind_not_taken",
        )
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise refused(_("The file is empty."), code="empty")
    if kind.magic and not kind.magic & _magic(head):
        raise disguised(ending)
    if _is_two(file, head, kind):
        raise disguised(ending)
    file.seek(0)
    try:
        return kind, kind.check(file)
    except (OSError, ValueError, EOFError, struct.error, zipfile.BadZipFile, zlib.error,
            NotImplementedError, SyntaxError, MemoryError) as error:  # fmt: skip
        if isinstance(error, Invalid):
            raise
        raise damaged() from error


def _magic(head: bytes) -> set[str]:
    try:
        return {found.extension.lstrip(".") for found in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def _is_two(file: BinaryIO, head: bytes, kind: Kind) -> bool:
    """Whether another program would read the same bytes as something else."""
    start = head[:1024].lower()
    if kind.code != "pdf" and b"%pdf-" in start:
        return True
    if kind.code not in ("docx", "xlsx", "odt") and zipfile.is_zipfile(file):
        return True
    if kind.code == "text":
        return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(MARKUP)
    return any(mark in start for mark in MARKUP[:4] if kind.code != "pdf")


def _length(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


# --- each kind


def _picture(form: str) -> Callable[[BinaryIO], tuple[int, int]]:
    def check(file: BinaryIO) -> tuple[int, int]:
        try:
            with Image.open(file, formats=[form]) as image:
                width, height = image.size
                if width * height > MEGAPIXELS * 1_000_000:
                    raise Image.DecompressionBombError
        except Image.DecompressionBombError as error:
            raise refused(
                _("The picture has more than %(most)s megapixels. Make it smaller and try again.")
                % {"most": MEGAPIXELS},
                code="too_many_pixels",
            ) from error
        except UnidentifiedImageError as error:
            raise damaged() from error
        return width, height

    return check


def _pdf(file: BinaryIO) -> None:
    if not file.read(8).startswith(b"%PDF-"):
        raise ValueError("a PDF begins with its mark")
    file.seek(max(0, _length(file) - 2048))
    if b"%%EOF" not in file.read():
        raise ValueError("a PDF ends with its mark")


def _mp4(file: BinaryIO) -> None:
    """The boxes of the file follow each other to its very end; a film and its index are there."""
    length, at, seen = _length(file), 0, set()
    for _box in range(10_000):
        if at == length:
            break
        file.seek(at)
        size, name = struct.unpack(">I4s", file.read(8))
        if size == 1:
            size = struct.unpack(">Q", file.read(8))[0]
        elif size == 0:
            size = length - at
        if size < 8 or at + size > length:
            raise ValueError("a box ends outside the file")
        seen.add(name)
        at += size
    if at != length or not {b"ftyp", b"moov"} <= seen:
        raise ValueError("no film")


def _text(file: BinaryIO) -> None:
    """Any alphabet, no control characters: what holds them is a program or another format."""
    forbidden = bytes(set(range(32)) - set(b"\t\n\f\r")) + b"\x7f"
    while piece := file.read(64 * 1024):
        if piece.translate(None, forbidden) != piece:
            raise disguised("txt")


def _office(member: str) -> Callable[[BinaryIO], None]:
    def check(file: BinaryIO) -> None:
        _directory_is_small(file)
        with zipfile.ZipFile(file) as packed:
            entries = packed.infolist()
            names = {entry.filename for entry in entries}
            if member not in names or min(entry.header_offset for entry in entries) != 0:
                raise disguised(member.partition("/")[0])
            _entries_are_sound(entries)
            _unpacks_as_it_says(packed, entries)
            if member == "content.xml":
                with packed.open("mimetype") as mimetype:
                    if mimetype.read(64).strip() != b"application/vnd.oasis.opendocument.text":
                        raise disguised("odt")

    return check


def _bomb() -> Invalid:
    return refused(
        _("The file would unpack to far more than it should. It was not taken."), code="bomb"
    )


def _directory_is_small(file: BinaryIO) -> None:
    """Read the end of the archive before the library does: it keeps every entry in memory."""
    length = _length(file)
    file.seek(max(0, length - 42))
    end = file.read(42)
    mark, *_disk, _here, entries, size, offset, comment = struct.unpack("<4s4H2IH", end[-22:])
    if mark != b"PK\5\6" or comment or offset + size + 22 != length or end[:4] == b"PK\6\7":
        raise ValueError("not an archive as office programs write it")
    if entries > MOST_ENTRIES or size > MOST_DIRECTORY:
        raise _bomb()
    file.seek(0)


def _entries_are_sound(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = 0
    for entry in entries:
        name = entry.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name:
            raise refused(
                _("The file holds parts whose names lead outside of it. It was not taken."),
                code="path_in_names",
            )
        low = name.lower()
        if (
            low.endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs", ".zip", ".jar", ".lnk"))
            or low.startswith(("basic/", "scripts/"))
            or "/activex/" in low
            or "oleobject" in low
        ):
            raise refused(
                _(
                    "The document holds macros or programs. Save it without them, or as PDF, "
                    "and add it again."
                ),
                code="macros",
            )
        if entry.flag_bits & 1:
            raise refused(
                _("The document is locked with a password. Save it without one and add it again."),
                code="locked",
            )
        unpacked += entry.file_size
        packed = max(entry.compress_size, 1)
        if entry.file_size > 1024 * 1024 and entry.file_size / packed > MOST_RATIO:
            raise _bomb()
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise _bomb()


def _unpacks_as_it_says(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Each entry has the length and the sum that the directory gives. Nothing is kept."""
    macros = b"macroEnabled"
    for entry in entries:
        with packed.open(entry) as part:
            first = part.read(64 * 1024)
            if entry.filename == "[Content_Types].xml" and macros in first:
                raise refused(
                    _(
                        "The document holds macros or programs. Save it without them, or as PDF, "
                        "and add it again."
                    ),
                    code="macros",
                )
            while part.read(64 * 1024):
                pass


KINDS = (
    Kind("jpeg", "image/jpeg", ("jpg", "jpeg"), frozenset({"jpg"}), _picture("JPEG")),
    Kind("png", "image/png", ("png",), frozenset({"png"}), _picture("PNG")),
    Kind("tiff", "image/tiff", ("tif", "tiff"), frozenset({"tif"}), _picture("TIFF")),
    Kind("pdf", "application/pdf", ("pdf",), frozenset({"pdf"}), _pdf),
    Kind("mp4", "video/mp4", ("mp4",), frozenset({"mp4"}), _mp4),
    Kind(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ("docx",),
        frozenset({"docx"}),
        _office("word/document.xml"),
    ),
    Kind(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ("xlsx",),
        frozenset({"xlsx"}),
        _office("xl/workbook.xml"),
    ),
    Kind(
        "odt",
        "application/vnd.oasis.opendocument.text",
        ("odt",),
        frozenset({"odt", "docx", "zip"}),
        _office("content.xml"),
    ),
    Kind("text", "text/plain", ("txt", "csv"), frozenset(), _text),
)
BY_CODE = {kind.code: kind for kind in KINDS}
BY_ENDING = {ending: kind for kind in KINDS for ending in kind.endings}
