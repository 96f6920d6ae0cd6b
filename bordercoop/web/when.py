"""Times as officers type them. Pure functions; what cannot be right raises `Unclear`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Two PCs never agree to the second.
TOLERANCE = timedelta(minutes=2)

DATE_HELP = gettext_lazy(
    "This is not a date. Type day, month and year, such as 22.11.2026 or 2211."
)
TIME_HELP = gettext_lazy("This is not a time of day. Type it as 02:07 or 0207.")
WHEN_HELP = gettext_lazy("This is not a date and time. Type it as 22.11.2026 02:07 or 2211 0207.")


class Unclear(ValueError):
    """What was typed has no single meaning; the text says why and what to type instead."""

    def __init__(self, sentence: str | Promise, code: str = "invalid") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code

    def __str__(self) -> str:
        return str(self.sentence)


class HappenedTwice(Unclear):
    """The clock was put back: this wall time was shown twice. `choices` are (fold, label)."""

    def __init__(self, sentence: str, choices: list[tuple[int, str]]) -> None:
        super().__init__(sentence, "ambiguous")
        self.choices = choices


@dataclass(frozen=True)
class Wall:
    """A date and a time as a clock on a wall shows them."""

    day: date
    time: time


def parse_date(text: str, *, today: date) -> date:
    """22.11.2026, 22.11.26, 22.11, 2211, 221126, 22112026 or 2026-11-22.

    Without a year it is the latest such day that is not after `today`.
    """
    text = _clean(text)
    if iso := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        year, month, day = iso.groups()
        return _date(int(year), month, day)
    if re.fullmatch(r"\d{4}|\d{6}|\d{8}", text):
        day, month, year = text[:2], text[2:4], text[4:]
    elif parts := re.fullmatch(r"(\d{1,2})[./ -](\d{1,2})(?:\.|[./ -](\d{2}|\d{4}))?\.?", text):
        day, month, year = parts[1], parts[2], parts[3] or ""
    else:
        raise Unclear(DATE_HELP)
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), day=day, month=month)
    # A day that exists only in leap years can lie up to eight years back.
    for back in range(9):
        try:
            found = _date(today.year - back, day=day, month=month)
        except Unclear:
            continue
        if found <= today:
            return found
    raise Unclear(DATE_HELP)


def parse_time(text: str) -> time:
    """02:07, 2:07, 02.07, 0207 or 207."""
    text = _clean(text)
    found = re.fullmatch(r"(\d{1,2})[:. ](\d{2})", text) or re.fullmatch(r"(\d{1,2})(\d{2})", text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise Unclear(TIME_HELP)
    return time(int(found[1]), int(found[2]))


def parse_when(text: str, *, now: datetime) -> Wall:
    """Date and time in one go: `1702 0800`, `17.02.2026 08:00`, `2026-02-17T08:00`.

    A time alone is its latest occurrence. `now` is the wall time of the zone that is meant.
    """
    parts = _clean(text).replace("T", " ").split(" ")
    if len(parts) == 1:
        at = parse_time(parts[0])
        late = datetime.combine(now.date(), at) > now.replace(tzinfo=None) + TOLERANCE
        return Wall(now.date() - timedelta(days=1) if late else now.date(), at)
    if len(parts) != 2:
        raise Unclear(WHEN_HELP)
    return Wall(parse_date(parts[0], today=now.date()), parse_time(parts[1]))


def instant(wall: Wall, zone: ZoneInfo, *, fold: int | None = None) -> datetime:
    """The UTC instant at which clocks of `zone` showed `wall`.

    A time that was skipped raises `Unclear`; one that was shown twice raises `HappenedTwice`
    unless `fold` says which: 0 the first, 1 the second.
    """
    shown = datetime.combine(wall.day, wall.time)
    try:
        first, second = (shown.replace(tzinfo=zone, fold=which).astimezone(UTC) for which in (0, 1))
    except OverflowError as error:
        raise Unclear(DATE_HELP) from error
    if first == second:
        return first
    if first.astimezone(zone).replace(tzinfo=None) != shown:
        raise Unclear(
            _(
                "This time did not exist: on %(day)s the clocks were put forward past %(time)s. "
                "Check the time."
            )
            % {"day": f"{wall.day:%d.%m.%Y}", "time": f"{wall.time:%H:%M}"},
            "nonexistent",
        )
    if fold is not None:
        return second if fold else first
    names = {
        0: _("the first, summer time (%(utc)s UTC)"),
        1: _("the second, winter time (%(utc)s UTC)"),
    }
    raise HappenedTwice(
        _(
            "The clocks were put back on %(day)s, so %(time)s was shown twice. "
            "Choose which of the two it was."
        )
        % {"day": f"{wall.day:%d.%m.%Y}", "time": f"{wall.time:%H:%M}"},
        [
            (which, names[which] % {"utc": f"{moment:%H:%M}"})
            for which, moment in ((0, first), (1, second))
        ],
    )


def not_in_future(moment: datetime, *, now: datetime) -> datetime:
    """The moment itself, or `Unclear` when it is still to come."""
    if moment > now + TOLERANCE:
        raise Unclear(
            _("This time is still to come. Check the date, the time and the zone."), "future"
        )
    return moment


def _date(year: int, month: str, day: str) -> date:
    try:
        found = date(year, int(month), int(day))
    except ValueError as error:
        raise Unclear(DATE_HELP) from error
    if found.year < 1900:
        raise Unclear(DATE_HELP)
    return found


def _clean(text: str) -> str:
    """Single spaces, no other digits than 0-9, of a length that can be meant."""
    text = " ".join(text.split())
    if len(text) > 40 or not text.isascii():
        raise Unclear(WHEN_HELP)
    return text
