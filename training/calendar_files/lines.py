"""The lines of a calendar file: unfolded, counted, and nested as they must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

# What no calendar of a person has: against files made to keep a reader busy.
MOST_BYTES = 1_000_000
MOST_LINES = 50_000
LONGEST_LINE = 100_000
DEEPEST = 8
NAME = re.compile(r"[A-Za-z0-9-]+\Z")
BREAK = re.compile(r"\r\n|\n|\r")


class BadCalendar(ValueError):
    """A file that is no calendar: a sentence, and the line (from 1) at which it ends to be one."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass
class Line:
    """A content line, unfolded. `number` is where it begins in the file."""

    number: int
    text: str

    @property
    def name(self) -> str:
        return re.split(r"[;:]", self.text, maxsplit=1)[0].upper()


@dataclass
class Block:
    """A component: its own lines, without BEGIN and END, and the components in it."""

    name: str
    number: int
    lines: list[Line] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def text(self) -> str:
        """The whole component as a file has it."""
        inner = "".join(line.text + "\r\n" for line in self.lines)
        inner += "".join(block.text() for block in self.blocks)
        return f"BEGIN:{self.name}\r\n{inner}END:{self.name}\r\n"

    def line_of(self, name: str) -> int:
        """Where a property stands; where the component begins if it is nowhere."""
        return next((line.number for line in self.lines if line.name == name), self.number)

    def value_of(self, name: str) -> str:
        """The value of a property as it stands, "" without it."""
        found = next((line.text for line in self.lines if line.name == name), "")
        return found.partition(":")[2].strip()


def decoded(content: bytes) -> str:
    """UTF-8, with or without a mark; UTF-16 with one. Raises BadCalendar with the line."""
    if len(content) > MOST_BYTES:
        raise BadCalendar(_("This file is too large for a calendar."), 1)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise BadCalendar(_("This is no text."), 1) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Programs may fold between the bytes of one letter (RFC 5545, 3.1).
        unfolded = re.sub(rb"(?:\r\n|\n|\r)[ \t]", b"", content)
        try:
            return unfolded.decode("utf-8-sig")
        except UnicodeDecodeError:
            line = content[: error.start].count(b"\n") + 1
            raise BadCalendar(
                _("This line is not written in UTF-8. Save the file as UTF-8."), line
            ) from None


def unfolded(text: str) -> Iterator[Line]:
    """Raises BadCalendar for what is too long, or begins with nothing to go on from."""
    last: Line | None = None
    parts: list[str] = []
    for number, raw in enumerate(BREAK.split(text), 1):
        if number > MOST_LINES:
            raise BadCalendar(_("This file has too many lines for a calendar."), number)
        if raw[:1] in (" ", "\t"):
            if last is not None:
                parts.append(raw[1:])
                continue
            if raw.strip():
                raise BadCalendar(_("This line goes on from nothing."), number)
            continue
        if last is not None:
            yield _whole(last, parts)
        last, parts = (Line(number, raw), [raw]) if raw.strip() else (None, [])
    if last is not None:
        yield _whole(last, parts)


def _whole(line: Line, parts: list[str]) -> Line:
    text = "".join(parts)
    if len(text) > LONGEST_LINE:
        raise BadCalendar(_("This line is too long."), line.number)
    if "\x00" in text:
        raise BadCalendar(_("This is no text."), line.number)
    return Line(line.number, text)


def calendars_in(text: str) -> list[Block]:
    """The calendars of a file; several may follow one another. Raises BadCalendar with the line
    where it is broken."""
    found: list[Block] = []
    open_blocks: list[Block] = []
    number = 1
    for line in unfolded(text):
        number = line.number
        word, value = line.name, line.text.partition(":")[2].strip().upper()
        if not NAME.match(word) or ":" not in line.text:
            raise BadCalendar(_("This line is no line of a calendar: a name, then “:”."), number)
        if word == "BEGIN":
            _opened(value, number, open_blocks)
        elif not open_blocks:
            raise BadCalendar(_("A calendar begins with BEGIN:VCALENDAR."), number)
        elif word == "END":
            block = open_blocks.pop()
            if block.name != value:
                raise BadCalendar(
                    _("END:%(end)s stands where END:%(begun)s must.")
                    % {"end": value[:40], "begun": block.name},
                    number,
                )
            (open_blocks[-1].blocks if open_blocks else found).append(block)
        else:
            open_blocks[-1].lines.append(line)
    if open_blocks:
        raise BadCalendar(
            _("The file ends before END:%(begun)s.") % {"begun": open_blocks[-1].name}, number
        )
    if not found:
        raise BadCalendar(_("A calendar begins with BEGIN:VCALENDAR."), number)
    return found


def _opened(name: str, number: int, open_blocks: list[Block]) -> None:
    if not open_blocks and name != "VCALENDAR":
        raise BadCalendar(_("A calendar begins with BEGIN:VCALENDAR."), number)
    if not NAME.match(name):
        raise BadCalendar(_("This line is no line of a calendar: a name, then “:”."), number)
    if len(open_blocks) >= DEEPEST:
        raise BadCalendar(_("Parts of this calendar lie in one another too deep."), number)
    open_blocks.append(Block(name, number))
