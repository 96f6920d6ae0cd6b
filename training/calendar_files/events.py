"""The events of a calendar file as plain facts, by the icalendar library; RFC 5545."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from .lines import BadCalendar, Block, calendars_in, decoded

MOST_EVENTS = 500
MOST_ZONES = 20
# Of an event that repeats: so many, and none later than so long after the first.
MOST_TIMES, FARTHEST = 50, timedelta(days=731)
# Rules that a hostile file makes run for hours.
SLOW = {"BYHOUR", "BYMINUTE", "BYSECOND"}
KNOWN_FREQ = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}


@dataclass(frozen=True)
class FileEvent:
    """An event of a file; times are aware, in UTC. `times` are all its (start, end), the first
    first; `line` is where it begins in the file. `cut`: it repeats in a way that is not taken."""

    line: int
    uid: str
    title: str
    place: str
    text: str
    times: list[tuple[datetime, datetime]]
    whole_day: bool = False
    cancelled: bool = False
    cut: bool = False

    @property
    def starts_at(self) -> datetime:
        return self.times[0][0]

    @property
    def ends_at(self) -> datetime:
        return self.times[0][1]


@dataclass(frozen=True)
class RefusedEvent:
    line: int
    title: str
    reason: str


@dataclass
class Reading:
    """What a file holds: events, those that cannot be right, and how many other components."""

    events: list[FileEvent] = field(default_factory=list)
    refused: list[RefusedEvent] = field(default_factory=list)
    others: int = 0


def read_file(content: bytes, zone: str) -> Reading:
    """Every event of a calendar file. Times without a zone, and whole days, are those of `zone`.

    Raises BadCalendar with the line for a file that is none; an event that cannot be right is
    refused with its line, and the others are read.
    """
    found = Reading()
    for calendar in calendars_in(decoded(content)):
        events = [block for block in calendar.blocks if block.name == "VEVENT"]
        zones = [block for block in calendar.blocks if block.name == "VTIMEZONE"]
        found.others += len(calendar.blocks) - len(events) - len(zones)
        if len(found.events) + len(found.refused) + len(events) > MOST_EVENTS:
            raise BadCalendar(_("This file has too many events."), calendar.number)
        for block, event in zip(events, parsed(events, zones), strict=True):
            try:
                found.events.append(event_of(_sound(event, block), block, ZoneInfo(zone)))
            except BadCalendar as error:
                title = plain(block.value_of("SUMMARY"))[:160]
                found.refused.append(RefusedEvent(error.line, title, str(error)))
    return found


def parsed(blocks: list[Block], zones: list[Block]) -> list[Any]:
    """The components by the library, each None that it could not read at all. Alarms are left out:
    they are nobody's business here."""
    # Slow to import, and nothing but calendar files and letters needs it.
    from icalendar import Calendar

    def read(some: list[Block], known: str) -> list[Any]:
        inner = "".join(Block(one.name, one.number, one.lines).text() for one in some)
        whole = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{known}{inner}END:VCALENDAR\r\n"
        names = {one.name for one in some}
        calendar = Calendar.from_ical(whole)
        return [one for one in calendar.subcomponents if one.name in names]

    known = "".join(one.text() for one in zones[:MOST_ZONES] if _yearly(one))
    # A library reads what a stranger wrote: whatever it stumbles over is the file's fault.
    with suppress(Exception):
        found = read(blocks, known)
        if len(found) == len(blocks):
            return found
    each: list[Any] = []
    for block in blocks:
        try:
            each.append(read([block], "")[0])
        except Exception:
            each.append(None)
    return each


def _yearly(zone: Block) -> bool:
    """Whether a time zone changes by the year, as those of this world do."""
    rules = [line.text.upper() for part in zone.blocks for line in part.lines]
    return all("FREQ=YEARLY" in rule for rule in rules if rule.startswith("RRULE"))


def _sound(event: Any, block: Block) -> Any:
    if event is None:
        raise BadCalendar(_("This part of the calendar cannot be read."), block.number)
    if event.errors:
        name = str(event.errors[0][0] or "").upper()
        if not name:
            raise BadCalendar(_("This line cannot be read."), _unread(block))
        raise BadCalendar(_("%(name)s cannot be read.") % {"name": name}, block.line_of(name))
    return event


def _unread(block: Block) -> int:
    from icalendar.parser import Contentline

    for line in block.lines:
        try:
            Contentline(line.text).parts()
        except ValueError:
            return line.number
    return block.number


def _one(event: Any, block: Block, name: str) -> Any:
    value = event.get(name)
    if isinstance(value, list):
        raise BadCalendar(_("%(name)s stands there twice.") % {"name": name}, block.line_of(name))
    return value


def aware(value: date | datetime, zone: ZoneInfo) -> datetime:
    """A day begins at midnight of `zone`; a time without a zone is of its clock. In UTC."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC)


def period_of(event: Any, block: Block, zone: ZoneInfo) -> tuple[datetime, datetime, bool]:
    """(start, end, whether days): without an end a day is one day and a time one hour, as long as
    an activity takes time at all. Raises BadCalendar with the line."""
    first = _one(event, block, "DTSTART")
    if first is None:
        raise BadCalendar(_("It does not say when it begins."), block.number)
    last, lasts = _one(event, block, "DTEND"), _one(event, block, "DURATION")
    first = getattr(first, "dt", None)
    if not isinstance(first, date):
        raise BadCalendar(_("%(name)s cannot be read.") % {"name": "DTSTART"},
                          block.line_of("DTSTART"))  # fmt: skip
    days = not isinstance(first, datetime)
    try:
        starts_at = aware(first, zone)
        end = getattr(last, "dt", None)
        if isinstance(end, date):
            ends_at, where = aware(end, zone), "DTEND"
        elif isinstance(getattr(lasts, "dt", None), timedelta):
            ends_at, where = starts_at + lasts.dt, "DURATION"
        elif days:
            ends_at, where = aware(first + timedelta(days=1), zone), "DTSTART"
        else:
            ends_at, where = starts_at + timedelta(hours=1), "DTSTART"
        if ends_at == starts_at:
            ends_at += timedelta(days=1) if days else timedelta(hours=1)
    except (OverflowError, ValueError):
        raise BadCalendar(
            _("This time is outside the calendar."), block.line_of("DTSTART")
        ) from None
    if ends_at < starts_at:
        raise BadCalendar(_("It ends before it begins."), block.line_of(where))
    return starts_at, ends_at, days


def event_of(event: Any, block: Block, zone: ZoneInfo) -> FileEvent:
    starts_at, ends_at, days = period_of(event, block, zone)
    times, cut = _repeated(event, starts_at, ends_at, zone)
    return FileEvent(
        line=block.number,
        uid=_word(event, "UID")[:300],
        title=_word(event, "SUMMARY"),
        place=_word(event, "LOCATION"),
        text=_word(event, "DESCRIPTION", lines=True),
        times=times,
        whole_day=days,
        cancelled=_word(event, "STATUS").upper() == "CANCELLED",
        cut=cut,
    )


def _word(event: Any, name: str, *, lines: bool = False) -> str:
    value = event.get(name)
    if isinstance(value, list):
        value = value[0]
    text = "" if value is None else str(value)
    return text.strip() if lines else plain(text)


def plain(text: str) -> str:
    """One line of text, as it is read by people."""
    text = text.replace("\\n", " ").replace("\\,", ",").replace("\\;", ";")
    return " ".join(text.split())


def _repeated(
    event: Any, starts_at: datetime, ends_at: datetime, zone: ZoneInfo
) -> tuple[list[tuple[datetime, datetime]], bool]:
    """All its times, and whether some were left out. The rule runs on the clock of the event, so
    that nine o'clock stays nine o'clock when clocks change."""
    rule = event.get("RRULE")
    first = event["DTSTART"].dt
    if not isinstance(first, datetime):
        first = datetime.combine(first, time())
    if rule is None:
        return [(starts_at, ends_at)], False
    whole = [(starts_at, ends_at)]
    freq = {str(one).upper() for one in (rule.get("FREQ") or [])} if hasattr(rule, "get") else set()
    if isinstance(rule, list) or not freq <= KNOWN_FREQ or not freq or SLOW & set(rule):
        return whole, True
    # Slow to import, and few files need it.
    from dateutil.rrule import rrulestr

    wall = first.replace(tzinfo=None)
    clock = first.tzinfo or zone
    try:
        most = min([MOST_TIMES + 1, *(int(count) for count in rule.get("COUNT") or [])])
        walls = rrulestr(_bounded(rule, clock, wall + FARTHEST), dtstart=wall)
        found = list(islice(iter(walls), most))
        left_out = _walls_out(event, clock)
        lasts = ends_at - starts_at
        begun = [
            moment.replace(tzinfo=clock).astimezone(UTC) for moment in found
            if moment not in left_out
        ]  # fmt: skip
    # The library's own faults over a rule that nobody can follow.
    except Exception:
        return whole, True
    if not begun:
        return whole, True
    times = [(moment, moment + lasts) for moment in begun[:MOST_TIMES]]
    return times, len(begun) > MOST_TIMES


def _bounded(rule: Any, clock: Any, until: datetime) -> str:
    """The rule as text, with an end on the wall of the event that is never farther than `until`:
    a rule that fits no day at all would else be looked through to the year 9999."""
    last = until
    for value in rule.get("UNTIL") or []:
        if not isinstance(value, datetime):
            value = datetime.combine(value, time(23, 59, 59))
        if value.tzinfo is not None:
            value = value.astimezone(clock).replace(tzinfo=None)
        last = min(last, value)
    parts = rule.to_ical().decode().split(";")
    kept = [part for part in parts if part.split("=")[0].upper() not in ("UNTIL", "COUNT")]
    return ";".join([*kept, f"UNTIL={last:%Y%m%dT%H%M%S}"])


def _walls_out(event: Any, clock: Any) -> set[datetime]:
    rows = event.get("EXDATE") or []
    found: set[datetime] = set()
    for row in rows if isinstance(rows, list) else [rows]:
        for one in getattr(row, "dts", []):
            value = one.dt
            if not isinstance(value, datetime):
                value = datetime.combine(value, time())
            if value.tzinfo is not None:
                value = value.astimezone(clock).replace(tzinfo=None)
            found.add(value)
    return found
