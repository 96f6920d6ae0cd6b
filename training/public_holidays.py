"""Public holidays of the countries involved, with their names. Pure reads of the package
`holidays`, which follows the laws and the governments' yearly decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .holiday_names import in_words

# The countries of both sides are always shown, those of hosts where something takes place there.
ALWAYS = ("LV", "BY")
# Where people work on public holidays under martial law: the days are shown, and that they do.
WORKED = ("UA",)


@dataclass(frozen=True)
class Holiday:
    country: str
    name: str


@lru_cache(maxsize=256)
def _year(country: str, year: int, language: str) -> dict[date, str]:
    """By the active language, which is `language`."""
    found = _named(country, year, language, holidays.PUBLIC)
    if country in WORKED:
        for day, name in _named(country, year, language, holidays.WORKDAY).items():
            found.setdefault(day, _("%(name)s (a working day now)") % {"name": name})
    return found


def _named(country: str, year: int, language: str, category: str) -> dict[date, str]:
    known = holidays.country_holidays(country).supported_languages
    own = language in known
    spoken = language if own else "en_US"
    rows = holidays.country_holidays(country, years=year, language=spoken, categories=[category])
    return {day: name if own else in_words(name) for day, name in rows.items()}


def holidays_between(
    first: date, last: date, countries: Iterable[str] = (), *, order: str = "LV"
) -> dict[date, list[Holiday]]:
    """By day, `last` included: those of the country `order` first, then the other side's, then the
    hosts'. In the active language."""
    language = get_language() or "en"
    sides = sorted(ALWAYS, key=lambda country: country != order)
    asked = [*sides, *sorted(set(countries) - set(ALWAYS))]
    found: dict[date, list[Holiday]] = {}
    for country in asked:
        for year in range(first.year, last.year + 1):
            for day, name in _year(country, year, language).items():
                if first <= day <= last:
                    found.setdefault(day, []).append(Holiday(country, name))
    return found
