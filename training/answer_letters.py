"""A letter to the answers address, read: what its calendar part says (RFC 5546, RFC 6047). Writes
nothing, and takes nothing in the letter on trust."""

from __future__ import annotations

import hashlib
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from .answers_address import uid_in
from .calendar_files.events import parsed, period_of, plain, sound
from .calendar_files.lines import BadCalendar, Block, calendars_in
from .itip import PARTSTAT

# An answer is some kilobytes; a letter with a picture in it some hundred.
MOST_BYTES = 1_000_000
MOST_PARTS, MOST_CALENDAR, LONGEST_HEADER = 50, 200_000, 4_000
# What the library takes long for: it compares each line with each part that is open, and reads what
# is between the ";" of a type again and again.
MOST_HEAD, MOST_WORK, LONGEST_TYPE, MOST_TYPES = 65_536, 2_000_000, 1_000, 20_000
SAID = re.compile(rb"^(?:message-id|from|to):[^\n]{0,500}", re.IGNORECASE | re.MULTILINE)
BREAK = re.compile(rb"\r\n|\r")
BEGIN_PARTS = re.compile(rb"^--", re.MULTILINE)
TYPES = re.compile(rb"^content-type:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
# Others, such as utf-7, hold what is no letter at all.
CHARSET = re.compile(r"utf-?8|utf-?16(?:[bl]e)?|(?:us-)?ascii|iso-8859-\d{1,2}|windows-125\d")
TO = ("Delivered-To", "X-Original-To", "To", "Cc")
ANSWER = {partstat: state for state, partstat in PARTSTAT.items()}


class Unreadable(ValueError):
    """Why a letter cannot be taken: a sentence, and the line of its calendar part where one is to
    blame."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True)
class Envelope:
    """What is known of a letter before its content: whose answer it is, None when it did not come
    to an address that the portal made."""

    uid: uuid.UUID | None
    senders: frozenset[str]


@dataclass(frozen=True)
class Answer:
    """`answer` is accepted, tentative or declined, or "" where `proposed` is another time (UTC).
    `stamp`: when it was written, by the clock of who wrote it."""

    event: str
    sequence: int
    senders: frozenset[str]
    answer: str = ""
    proposed: tuple[datetime, datetime] | None = None
    comment: str = ""
    stamp: datetime | None = None


def identity_of(content: bytes) -> str:
    """The same for a letter that is delivered twice, whatever servers wrote above it."""
    head, _gap, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    said = sorted(SAID.findall(head)) or [head]
    return hashlib.sha256(b"\0".join([*said, body.rstrip()])).hexdigest()


def clean(text: str) -> str:
    """What the database takes of a text that a stranger wrote."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def envelope_of(content: bytes) -> Envelope:
    """By the head of the letter alone: what is below it is read only of those with a `uid`."""
    try:
        # The plain policy: the other one reads addresses in a way that strangers can make slow.
        head = BytesHeaderParser(policy=policy.compat32).parsebytes(content[:MOST_HEAD])
        to = [address for name in TO for address in _addresses(head, name)]
        senders = frozenset(one.casefold() for one in _addresses(head, "From"))
    # A library reads what a stranger wrote: whatever it stumbles over is the letter's fault.
    except Exception:
        return Envelope(None, frozenset())
    return Envelope(next((found for found in map(uid_in, to) if found), None), senders)


def opened(content: bytes) -> Message:
    """Raises Unreadable for what is too large, too deep or too long to be looked into."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("It is too large for an answer."))
    lines = BREAK.sub(b"\n", content)
    begun = len(BEGIN_PARTS.findall(lines))
    types = [len(found) for found in TYPES.findall(lines)]
    if (
        begun > 4 * MOST_PARTS
        or (lines.count(b"\n") + 1) * (1 + begun) > MOST_WORK
        or max(types, default=0) > LONGEST_TYPE
        or sum(types) > MOST_TYPES
    ):
        raise Unreadable(_("It has too many parts for an answer."))
    try:
        return message_from_bytes(content, policy=policy.compat32)
    except Exception as error:
        raise Unreadable(_("It is no letter that can be read.")) from error


def _addresses(letter: Message, name: str) -> list[str]:
    values = [str(value)[:LONGEST_HEADER] for value in letter.get_all(name, [])[:5]]
    return [address for _name, address in getaddresses(values)[:50] if address]


def answer_in(letter: Message, senders: frozenset[str]) -> Answer:
    """What the calendar part answers. Raises Unreadable, with the line where one is to blame."""
    try:
        return _answer_in(letter, senders)
    except BadCalendar as error:
        raise Unreadable(str(error), error.line) from error
    except Unreadable:
        raise
    # As above: nothing that is in a letter may stop those behind it.
    except Exception as error:
        raise Unreadable(_("It is no letter that can be read.")) from error


def _answer_in(letter: Message, senders: frozenset[str]) -> Answer:
    text = _calendar_part(letter)
    calendars = calendars_in(text)
    calendar = calendars[0]
    method = calendar.value_of("METHOD").upper()
    if method not in ("REPLY", "COUNTER"):
        raise Unreadable(
            _("Its calendar part is no answer: METHOD is “%(method)s”.")
            % {"method": method[:40] or "—"},
            calendar.line_of("METHOD"),
        )
    blocks = [block for block in calendar.blocks if block.name == "VEVENT"]
    if len(blocks) != 1 or len(calendars) != 1:
        raise Unreadable(_("It does not answer one invitation."), calendar.number)
    block = blocks[0]
    attendees = _attendees(block)
    event = block.value_of("UID")
    sequence = block.value_of("SEQUENCE") or "0"
    if not re.fullmatch(r"\d{1,9}", sequence):
        raise Unreadable(_("%(name)s cannot be read.") % {"name": "SEQUENCE"},
                         block.line_of("SEQUENCE"))  # fmt: skip
    senders |= {address for address, _state in attendees}
    comment = clean(plain(block.value_of("COMMENT")))[:500]
    stamp = _moment(block.value_of("DTSTAMP"))
    if method == "COUNTER":
        zones = [one for one in calendar.blocks if one.name == "VTIMEZONE"]
        component = sound(parsed([block], zones)[0], block)
        starts_at, ends_at, _days = period_of(component, block, ZoneInfo("UTC"))
        return Answer(
            event,
            int(sequence),
            senders,
            proposed=(starts_at, ends_at),
            comment=comment,
            stamp=stamp,
        )
    states = {state for _address, state in attendees}
    if len(attendees) != 1 or not states <= set(ANSWER):
        raise Unreadable(
            _("It says neither accepted, tentative nor declined."), block.line_of("ATTENDEE")
        )
    return Answer(
        event, int(sequence), senders, answer=ANSWER[states.pop()], comment=comment, stamp=stamp
    )


def _moment(value: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return None


def _attendees(block: Block) -> list[tuple[str, str]]:
    """(address, PARTSTAT) of those who answer."""
    found = []
    for line in block.lines:
        if line.name == "ATTENDEE":
            head, _mailto, address = line.text.rpartition(":")
            state = re.search(r';PARTSTAT="?([A-Za-z-]{1,20})"?', head, re.IGNORECASE)
            found.append((address.strip().casefold(), state.group(1).upper() if state else ""))
    return found


def _calendar_part(letter: Message) -> str:
    for number, part in enumerate(letter.walk()):
        if number > MOST_PARTS:
            raise Unreadable(_("It has too many parts for an answer."))
        if part.get_content_type() in ("text/calendar", "application/ics"):
            content = part.get_payload(decode=True)
            if not isinstance(content, bytes):
                continue
            if len(content) > MOST_CALENDAR:
                raise Unreadable(_("Its calendar part is too large for an answer."))
            return _text(content, str(part.get_content_charset() or "utf-8"))
    raise Unreadable(_("It has no calendar part. Ask the officer to answer in the portal."))


def _text(content: bytes, charset: str) -> str:
    """As the letter says; where that gives no calendar, as RFC 5545 says: UTF-8."""
    said = charset if CHARSET.fullmatch(charset.lower()) else "utf-8"
    for name in dict.fromkeys((said, "utf-8")):
        with suppress(LookupError, ValueError):
            text = content.decode(name).lstrip("\ufeff")
            if "BEGIN:" in text.upper() or name == "utf-8":
                return text
    raise Unreadable(_("Its calendar part is not written in the letters that it says."))
