"""On which days an event of a calendar file repeats (RFC 5545, 3.8.5.3). Pure functions.

The days are walked one by one, so that no rule takes long, whatever it says: the library's own way
looks for the next day until the year 9999 where there is none.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FOLLOWED = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH",
            "BYSETPOS", "SKIP"}  # fmt: skip
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


class Unfollowed(ValueError):
    """A rule that is not followed here."""


def days_of(rule: Mapping[str, Any], first: date, last: date) -> Iterator[date]:
    """The days of a series that begins on `first`, which is one of them, up to `last`. `rule` is
    RRULE as the library reads it; its UNTIL is the caller's. Raises Unfollowed."""
    said = {name.upper(): value for name, value in rule.items()}
    freq = str(_one(said, "FREQ", "")).upper()
    if set(said) - FOLLOWED or freq not in FREQUENCIES:
        raise Unfollowed
    every, most = int(_one(said, "INTERVAL", 1)), _one(said, "COUNT", None)
    positions = [int(value) for value in _all(said, "BYSETPOS")]
    start = WEEKDAYS.index(str(_one(said, "WKST", "MO")).upper()[-2:])
    if every < 1:
        raise Unfollowed
    fits = _fitting(said, freq, first)
    count = 0
    for day in _chosen(_periods(freq, every, start, first, last, fits), positions):
        if day < first:
            continue
        if day > last:
            return
        if count == 0 and day != first:
            yield first
            count = 1
        if most is not None and count >= int(most):
            return
        count += 1
        yield day
    if count == 0:
        yield first


def _all(said: Mapping[str, Any], name: str) -> list[Any]:
    value = said.get(name, [])
    return list(value) if isinstance(value, list | tuple) else [value]


def _one(said: Mapping[str, Any], name: str, otherwise: Any) -> Any:
    return (_all(said, name) or [otherwise])[0]


def _fitting(said: Mapping[str, Any], freq: str, first: date) -> Any:
    """Whether a day is one of the rule, apart from the interval."""
    months = {int(value) for value in _all(said, "BYMONTH")}
    numbers = {int(value) for value in _all(said, "BYMONTHDAY")}
    weekdays: set[tuple[int, int]] = set()
    for value in _all(said, "BYDAY"):
        text = str(value).upper()
        weekdays.add((int(text[:-2] or 0), WEEKDAYS.index(text[-2:])))
    if freq == "WEEKLY":
        if numbers or any(nth for nth, _day in weekdays):
            raise Unfollowed
        weekdays = weekdays or {(0, first.weekday())}
    elif freq != "DAILY" and not numbers and not weekdays:
        numbers = {first.day}
        if freq == "YEARLY" and not months:
            months = {first.month}
    elif freq == "DAILY" and any(nth for nth, _day in weekdays):
        raise Unfollowed
    of_year = freq == "YEARLY" and not months

    def fits(day: date) -> bool:
        if months and day.month not in months:
            return False
        length = monthrange(day.year, day.month)[1]
        if numbers and day.day not in numbers and day.day - length - 1 not in numbers:
            return False
        if not weekdays:
            return True
        if of_year:
            at, whole = day.timetuple().tm_yday, date(day.year, 12, 31).timetuple().tm_yday
        else:
            at, whole = day.day, length
        nths = (0, (at - 1) // 7 + 1, -((whole - at) // 7 + 1))
        return any((nth, day.weekday()) in weekdays for nth in nths)

    return fits


def _periods(
    freq: str, every: int, start: int, first: date, last: date, fits: Any
) -> Iterator[list[date]]:
    """The days that fit, by day, week, month or year, whatever the frequency is."""

    def number(day: date) -> int:
        if freq == "DAILY":
            return day.toordinal()
        if freq == "WEEKLY":
            return (day.toordinal() - 1 - start) // 7
        return day.year * 12 + day.month if freq == "MONTHLY" else day.year

    base, at, found = number(first), number(first), list[date]()
    day = {"MONTHLY": first.replace(day=1), "YEARLY": first.replace(month=1, day=1),
           "WEEKLY": max(first - 6 * DAY, date.min)}.get(freq, first)  # fmt: skip
    # To the end of its period, since a position may count from there.
    while day <= last or number(day) == at:
        if (now := number(day)) != at:
            if now > at:
                yield found
            at, found = now, []
        if (now - base) % every == 0 and fits(day):
            found.append(day)
        day += DAY
    yield found


def _chosen(periods: Iterator[list[date]], positions: list[int]) -> Iterator[date]:
    for days in periods:
        if not positions:
            yield from days
            continue
        size = len(days)
        wanted = {at - 1 if at > 0 else size + at for at in positions if at}
        yield from (days[at] for at in sorted(wanted) if 0 <= at < size)
