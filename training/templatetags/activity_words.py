"""Times of activities in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from bordercoop.reference.sides import ZONE
from bordercoop.web.clocks import CITY, ORDER

from ..activity_forms import CITIES

register = template.Library()


@register.inclusion_tag("training/_tabs.html", takes_context=True)
def activity_tabs(context: Any, tab: str) -> dict[str, Any]:
    """The pages between which the reader goes (`settings.ACTIVITY_TABS`); `tab` is this one."""
    user = context["user"]
    rooms = [import_string(name)(user) for name in settings.ACTIVITY_TABS]
    return {"tab": tab, "tabs": [one for room in rooms for one in room]}


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _span(starts: datetime, ends: datetime, zone: str, *, day: bool = True) -> SafeString:
    there = ZoneInfo(zone)
    first, last = starts.astimezone(there), ends.astimezone(there)
    begin, end = f"{first:%H:%M}", f"{last:%H:%M}"
    if day:
        begin = f"{date_format(first, 'DATE_FORMAT')} {begin}"
    if first.date() != last.date():
        end = f"{date_format(last, 'DATE_FORMAT' if day else 'MONTH_DAY_FORMAT')} {end}"
    return format_html(
        '<time datetime="{}">{}</time> – <time datetime="{}">{}</time>',
        _iso(starts), begin, _iso(ends), end,
    )  # fmt: skip


@register.simple_tag
def span(of: Any) -> SafeString:
    """ "10.12.2026 09:00 – 12.12.2026 17:00 Vienna": an activity or an item on the wall of its
    place."""
    zone = of.zone if hasattr(of, "zone") else of.activity.zone
    return format_html(
        '{} <span class="muted">{}</span>',
        _span(of.starts_at, of.ends_at, zone), CITIES.get(zone, zone),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def span_walls(context: dict[str, Any], of: Any) -> SafeString:
    """The same on the walls of both sides, the reader's own first, one a line."""
    reader = getattr(context.get("user"), "side", "")
    lines = [
        format_html("{} {}", _span(of.starts_at, of.ends_at, ZONE[side]), CITY[side])
        for side in ORDER.get(reader, ORDER["LV"])
    ]
    return SafeString("<br>".join(lines))


@register.simple_tag
def hours(session: Any, zone: str) -> SafeString:
    """ "09:00 – 10:30" on the wall of the place; another day is named."""
    return _span(session.starts_at, session.ends_at, zone, day=False)


@register.simple_tag
def hours_apart(session: Any, zone: str, side: str) -> SafeString:
    """The hours on the wall of a side, "" where that shows the same as the place."""
    there, here = ZoneInfo(zone), ZoneInfo(ZONE[side])
    first = session.starts_at
    if first.astimezone(there).utcoffset() == first.astimezone(here).utcoffset():
        return SafeString("")
    return format_html(
        "{} {}", _span(session.starts_at, session.ends_at, ZONE[side], day=False), CITY[side]
    )
