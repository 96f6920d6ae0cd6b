"""When an activity is, in words: on the clock of its place, and on the reader's where it is
another."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bordercoop.reference.sides import ZONE
from bordercoop.web.clocks import CITY

from .models import Activity


def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Such as "22.11.2026 09:00 - 24.11.2026 17:00" with a dash, on the clock of `zone`."""
    first, last = (moment.astimezone(ZoneInfo(zone)) for moment in (starts_at, ends_at))
    day = f"{date_format(first, 'DATE_FORMAT')} {first:%H:%M}"
    if first.date() == last.date():
        return f"{day} – {last:%H:%M}"
    return f"{day} – {date_format(last, 'DATE_FORMAT')} {last:%H:%M}"


def both_spans(starts_at: datetime, ends_at: datetime, zone: str, side: str) -> list[str]:
    """One line, or two where the clock of the reader's side shows other hours then."""
    own = ZONE.get(side, zone)
    lines = [span(starts_at, ends_at, zone)]
    shown = [moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in (starts_at, ends_at)]
    if shown == [m.astimezone(ZoneInfo(own)).utcoffset() for m in (starts_at, ends_at)]:
        return lines
    return [
        _("%(times)s at the place") % {"times": lines[0]},
        _("%(times)s by the clock of %(city)s")
        % {"times": span(starts_at, ends_at, own), "city": CITY[side]},
    ]


def time_of(activity: Activity, side: str) -> list[str]:
    return both_spans(activity.starts_at, activity.ends_at, activity.zone, side)
