"""Checks of single values. Each adds a sentence to the field that cannot be right."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.reference.wording import fault

from .fields import EARLIEST, LONGEST, ONE_LINE, PEOPLE_MOST, TOLERANCE


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC to the second, with Z."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def moment_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class Check:
    """Collects a sentence per field, so that an officer sees all that is wrong at once."""

    def __init__(self) -> None:
        self.wrong: dict[str, list[str]] = {}

    def no(self, field: str, sentence: str) -> None:
        self.wrong.setdefault(field, []).append(sentence)


def text(check: Check, name: str, value: Any) -> str:
    if not isinstance(value, str):
        check.no(name, _("This must be text."))
        return ""
    value = " ".join(value.split()) if name in ONE_LINE else value.strip()
    if sentence := fault(value, LONGEST[name]):
        check.no(name, sentence)
    return value.replace("\x00", "")


def moment(check: Check, name: str, value: Any, at: datetime) -> str | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        check.no(name, _("Give the time with its time zone."))
        return None
    if value > at + TOLERANCE:
        check.no(name, _("This time is in the future. Check the date, the time and the time zone."))
    elif value < EARLIEST:
        check.no(name, _("This time is too long ago. Check the year."))
    return utc_text(value)


def count(check: Check, name: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= PEOPLE_MOST:
        check.no(name, _("Give a whole number from 0 to %(most)s.") % {"most": PEOPLE_MOST})
        return None
    return value


def position(check: Check, lat: Any, lon: Any) -> tuple[float | None, float | None]:
    if lat is None and lon is None:
        return None, None
    if lat is None or lon is None:
        missing = "lat" if lat is None else "lon"
        check.no(missing, _("Give both latitude and longitude, or neither."))
        return None, None
    for name, value, most in (("lat", lat, 90), ("lon", lon, 180)):
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not -most <= value <= most
        ):
            check.no(
                name,
                _("This must be a number of degrees from -%(most)s to %(most)s.") % {"most": most},
            )
    if check.wrong.keys() & {"lat", "lon"}:
        return None, None
    return round(float(lat), 6), round(float(lon), 6)
