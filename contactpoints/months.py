"""Calendar months, as figures and statements count them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid


def month_of(text: str, zone: str = "UTC") -> date:
    """The first day of "2026-11"; the present month of `zone` for "". Raises Invalid for anything
    else."""
    if not text:
        return now().astimezone(ZoneInfo(zone)).date().replace(day=1)
    try:
        found = datetime.strptime(text, "%Y-%m").date()
        if not 2000 <= found.year <= 2100:
            raise ValueError
    except ValueError:
        sentence = _("Give the month as year and month, for example 2026-11.")
        raise Invalid(sentence, fields={"month": [sentence]}) from None
    return found


def after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def span(month: date, zone: str = "UTC") -> tuple[datetime, datetime]:
    """The month's first moment and the next one's, on the wall of `zone`."""
    there = ZoneInfo(zone)
    first, last = (datetime(day.year, day.month, 1, tzinfo=there) for day in (month, after(month)))
    return first, last


def months(until: date, count: int = 12) -> list[date]:
    """The last months, newest first."""
    found = [until]
    while len(found) < count:
        found.append(before(found[-1]))
    return found
