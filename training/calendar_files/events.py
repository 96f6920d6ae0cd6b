"""The events of a calendar file as plain facts, by the icalendar library; RFC 5545."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import now
from django.utils.translation import gettext as _

from .lines import BadCalendar, Block, Line, calendars_in, decoded
from .repeating import days_of

MOST_EVENTS = 500
MOST_ZONES = 20
OWN = "bordercoop-"
# Of one that repeats: so many times, within so long; and how long ago it began at most.
MOST_TIMES, PERIOD, OLDEST = 60, timedelta(days=366), timedelta(days=7_320)


@dataclass(frozen=True)
class FileEvent:
    """An event of a file, or one time of those at which it repeats; times are aware, in UTC. `line`
    is where it begins in the file, `time` which time it is, as the file says it; `repeats`: its
    first time alone is taken."""

    line: int
    uid: str
    title: str
    place: str
    text: str
    starts_at: datetime
    ends_at: datetime
    whole_day: bool = False
    cancelled: bool = False
    repeats: bool = False
    time: str = ""

    @property
    def key(self) -> str:
        return f"{self.line}-{self.time}" if self.time else str(self.line)


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


def read_file(content: bytes, zone: str, *, since: datetime | None = None) -> Reading:
    """Every event of a calendar file. Times without a zone, and whole days, are those of `zone`. Of
    one that repeats every time within a year from `since` (now), at most `MOST_TIMES`; the first
    where none lies there, or the rule is not followed.

    Raises BadCalendar with the line for a file that is none; an event that cannot be right is
    refused with its line, and the others are read.
    """
    found, since = Reading(), since or now()
    for calendar in calendars_in(decoded(content)):
        events = [block for block in calendar.blocks if block.name == "VEVENT"]
        zones = [block for block in calendar.blocks if block.name == "VTIMEZONE"]
        found.others += len(calendar.blocks) - len(events) - len(zones)
        if len(found.events) + len(found.refused) + len(events) > MOST_EVENTS:
            raise BadCalendar(_("This file has too many events."), calendar.number)
        components = parsed(events, zones)
        moved = _moved(components, ZoneInfo(zone))
        for block, event in zip(events, components, strict=True):
            try:
                one = event_of(sound(event, block), block, ZoneInfo(zone))
                times = [one]
                if one.repeats and len(found.events) < MOST_EVENTS:
                    times = times_of(event, one, ZoneInfo(zone), since, moved.get(one.uid, set()))
                found.events += times
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

    own = {
        zone.value_of("TZID").strip("/"): zone for zone in reversed(zones[:MOST_ZONES])
        if _yearly(zone) and zone.value_of("TZID")
    }  # fmt: skip
    names = {name: _own_name(zone) for name, zone in own.items()}
    blocks = [_renamed(block, names) for block in blocks]
    known = "".join(_renamed(one, names).text() for one in own.values())
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


TZID = re.compile(r';TZID=(?:"([^"]*)"|([^":;,]+))(?=[:;])', re.IGNORECASE)
TIMES = ("DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID")


def _own_name(zone: Block) -> str:
    """The library keeps a zone that it does not know by its name as long as the process runs, and
    the first file that has the name says what it is: of each file its own name, therefore. A name
    that everybody knows stays."""
    from icalendar.timezone import tzp

    name = zone.value_of("TZID").strip("/")
    with suppress(Exception):
        if not name.startswith(OWN) and tzp.timezone(name) is not None:
            return name
    return OWN + hashlib.sha256(zone.text().encode("utf-8", "replace")).hexdigest()


def _renamed(block: Block, names: dict[str, str]) -> Block:
    """With the zones' names replaced in its own lines; the lines stay where they are."""

    def said(line: Line) -> Line:
        head, colon, value = line.text.partition(":")
        if line.name == "TZID" and block.name == "VTIMEZONE":
            value = names.get(value.strip().strip("/"), value)
            return Line(line.number, head + colon + value)
        if line.name not in TIMES:
            return line
        return Line(line.number, TZID.sub(named, line.text))

    def named(found: re.Match[str]) -> str:
        name = names.get((found[1] or found[2] or "").strip("/"))
        return found[0] if name is None else f';TZID="{name}"'

    return Block(block.name, block.number, [said(one) for one in block.lines], block.blocks)


def _yearly(zone: Block) -> bool:
    """Whether a time zone changes by the year, as those of this world do."""
    rules = [line.text.upper() for part in zone.blocks for line in part.lines]
    return all("FREQ=YEARLY" in rule for rule in rules if rule.startswith("RRULE"))


def sound(event: Any, block: Block) -> Any:
    """The component itself. Raises BadCalendar with the line of what could not be read in it."""
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
    return FileEvent(
        line=block.number,
        uid=_word(event, "UID")[:300],
        title=_word(event, "SUMMARY"),
        place=_word(event, "LOCATION"),
        text=_word(event, "DESCRIPTION", lines=True),
        starts_at=starts_at,
        ends_at=ends_at,
        whole_day=days,
        cancelled=_word(event, "STATUS").upper() == "CANCELLED",
        repeats="RRULE" in event or "RDATE" in event,
    )


def _moved(components: list[Any], zone: ZoneInfo) -> dict[str, set[datetime]]:
    """By UID the times of a series that other events of the file say anew."""
    found: dict[str, set[datetime]] = {}
    for event in components:
        at = getattr(event.get("RECURRENCE-ID"), "dt", None) if event is not None else None
        if isinstance(at, date):
            with suppress(OverflowError, ValueError):
                found.setdefault(_word(event, "UID")[:300], set()).add(aware(at, zone))
    return found


def times_of(
    event: Any, first: FileEvent, zone: ZoneInfo, since: datetime, moved: set[datetime]
) -> list[FileEvent]:
    """The times of an event that repeats, or the first alone."""
    try:
        wall = event["DTSTART"].dt
        begins = wall.date() if isinstance(wall, datetime) else wall
        rule, until = event.get("RRULE"), since + PERIOD
        if begins < (since - OLDEST).date() or isinstance(rule, list) or "EXRULE" in event:
            return [first]
        days = list(days_of(rule, begins, until.date())) if rule else [begins]
        starts = [_on(day, wall) for day in days]
        if rule and rule.get("UNTIL"):
            starts = [at for at in starts if _by(at, rule["UNTIL"][0], zone)]
        gone = moved | {aware(at, zone) for at in _dates(event, "EXDATE")}
        whole = {aware(at, zone): at for at in [*starts, *_dates(event, "RDATE")]}
        lasts, found = first.ends_at - first.starts_at, []
        for starts_at, at in sorted(whole.items()):
            ends_at = starts_at + lasts
            if first.whole_day:
                ends_at = aware(at + timedelta(days=max(1, round(lasts / timedelta(days=1)))), zone)
            if starts_at not in gone and ends_at > since and starts_at < until:
                found.append(
                    replace(
                        first, starts_at=starts_at, ends_at=ends_at, repeats=False,
                        time=f"{at:%Y%m%dT%H%M}",
                    )
                )  # fmt: skip
    # What a stranger wrote is not followed where it makes no sense; the first time was read.
    except Exception:
        return [first]
    return found[:MOST_TIMES] or [first]


def _on(day: date, wall: date | datetime) -> date | datetime:
    return datetime.combine(day, wall.timetz()) if isinstance(wall, datetime) else day


def _by(at: date | datetime, until: date | datetime, zone: ZoneInfo) -> bool:
    if isinstance(until, datetime) and isinstance(at, datetime):
        return aware(at, zone) <= aware(until, zone)
    days = [one.date() if isinstance(one, datetime) else one for one in (at, until)]
    return days[0] <= days[1]


def _dates(event: Any, name: str) -> list[Any]:
    value = event.get(name, [])
    lists = value if isinstance(value, list) else [value]
    said = [one.dt for each in lists for one in each.dts]
    return [one[0] if isinstance(one, tuple) else one for one in said]


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
