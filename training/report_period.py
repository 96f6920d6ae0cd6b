"""The period of a report of the programme. Pure, but for today."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.web.when import Unclear, parse_date

from .models.plans import quarter_end
from .plan_progress import today_at

YEARS = (1990, 2100)
WORD = re.compile(r"(\d{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?", re.ASCII)


@dataclass(frozen=True)
class Period:
    """Both days are in it. `word` names it, such as "2026-Q3", "" for days that were typed."""

    since: date
    until: date
    word: str = ""

    @property
    def words(self) -> str:
        days = [date_format(day, "DATE_FORMAT") for day in (self.since, self.until)]
        return f"{days[0]} – {days[1]}"

    @property
    def is_year(self) -> bool:
        """One year of the calendar, by its days."""
        year = self.since.year
        return (self.since, self.until) == (date(year, 1, 1), date(year, 12, 31))

    @property
    def years(self) -> range:
        return range(self.since.year, self.until.year + 1)


def period_of(query: Mapping[str, Any]) -> Period:
    """What `since` and `until`, or `period` ("2026", "2026-Q3", "2026-11"), ask for; without any
    the present year. Raises Invalid for a day that is none, an end before the begin, and more than
    eleven years."""
    typed = {name: str(query.get(name) or "").strip()[:40] for name in ("since", "until")}
    if typed["since"] or typed["until"]:
        today = today_at()
        since = _day("since", typed["since"]) or date(today.year, 1, 1)
        until = _day("until", typed["until"]) or max(since, today)
        if until < since:
            raise _wrong("until", _("It ends before it begins. Check both days."))
        if until.year - since.year > 10:
            raise _wrong("since", _("A report covers eleven years at most."))
        return Period(since, until)
    word = str(query.get("period") or "").strip().upper() or str(today_at().year)
    found = WORD.fullmatch(word)
    if found is None or not YEARS[0] <= int(found[1]) <= YEARS[1]:
        raise _wrong(
            "period", _("Give a year, a quarter or a month, such as 2026, 2026-Q3, 2026-11.")
        )
    year = int(found[1])
    if found[2]:
        quarter = int(found[2])
        return Period(date(year, quarter * 3 - 2, 1), _before(quarter_end(year, quarter)), word)
    if found[3]:
        month = int(found[3])
        after = date(year + month // 12, month % 12 + 1, 1)
        return Period(date(year, month, 1), _before(after), word)
    return Period(date(year, 1, 1), date(year, 12, 31), word)


def _before(day: date) -> date:
    return day - timedelta(days=1)


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = parse_date(text, today=today_at())
    except Unclear as unclear:
        raise _wrong(name, str(unclear)) from None
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise _wrong(name, _("Check the year."))
    return day


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def choices(today: date | None = None) -> list[tuple[str, str]]:
    """Years, quarters of this year and the last, and months of this year, to choose from."""
    year = (today or today_at()).year
    found = [(str(each), str(each)) for each in (year, year - 1, year - 2)]
    found += [
        (f"{each}-Q{n}", f"Q{n} {each}") for each in (year, year - 1) for n in range(1, 5)
    ]  # fmt: skip
    return found + [
        (f"{year}-{n:02d}", date_format(date(year, n, 1), "YEAR_MONTH_FORMAT"))
        for n in range(1, 13)
    ]
