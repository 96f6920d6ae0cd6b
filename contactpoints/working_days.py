"""On which days the desks of a side work: public holidays and transferred days included.

Source of the days: the package `holidays` (docs/escalation.md), which follows the laws and the
governments' yearly decisions.
"""

from datetime import date
from functools import lru_cache
from typing import Any

import holidays

COUNTRIES = {"LV": "LV", "BY": "BY"}


@lru_cache(maxsize=32)
def _calendar(country: str, year: int) -> Any:
    # A day of the year may have been exchanged for one of the next.
    return holidays.country_holidays(country, years=(year, year + 1), expand=False)


def is_working_day(day: date, side: str) -> bool:
    """Monday to Friday without public holidays; a Saturday that a government made a working day is
    one. Of a side that is no country every Monday to Friday."""
    if side not in COUNTRIES:
        return day.weekday() < 5
    return bool(_calendar(COUNTRIES[side], day.year).is_working_day(day))
