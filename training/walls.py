"""Moments moved on the walls of their places. Pure functions."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange


def shifted(
    moment: datetime, before: datetime, after: datetime, zone: str, to: str = ""
) -> datetime:
    """As far from `after` on the wall of `to` as it was from `before` on that of `zone`, in UTC.
    Without `to` the place is the same."""
    there, here = ZoneInfo(zone), ZoneInfo(to or zone)
    gone = _wall(moment, there) - _wall(before, there)
    return (_wall(after, here) + gone).replace(tzinfo=here).astimezone(UTC)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def shifted_period(
    period: DateTimeTZRange, before: datetime, after: datetime, zone: str, to: str = ""
) -> DateTimeTZRange:
    return DateTimeTZRange(
        *(shifted(moment, before, after, zone, to) for moment in (period.lower, period.upper))
    )
