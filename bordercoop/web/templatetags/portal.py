"""Tags that draw the same small things alike on every screen."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import now
from django.utils.translation import get_language, pgettext_lazy

from bordercoop.access.models import User
from bordercoop.reference.sides import Side

from .. import clocks

register = template.Library()
Context = dict[str, Any]

SEVERITY = {
    1: pgettext_lazy("severity", "Information"),
    2: pgettext_lazy("severity", "Elevated"),
    3: pgettext_lazy("severity", "High"),
    4: pgettext_lazy("severity", "Critical"),
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A symbol of the sprite; without a label it is decoration and silent to screen readers."""
    return _icon(name, label) if label else _decoration(name)


@cache
def _decoration(name: str) -> SafeString:
    return _icon(name, "")  # a page has hundreds, of a few dozen names


def _icon(name: str, label: str) -> SafeString:
    href = f"{static('img/sprite.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="i" role="img" aria-label="{}"><use href="{}"/></svg>', label, href
        )
    return format_html('<svg class="i" aria-hidden="true"><use href="{}"/></svg>', href)


@register.simple_tag
def side(code: str) -> SafeString:
    """The two-letter badge of a side, drawn alike for all and never a flag."""
    if code not in Side.values:
        return mark_safe("")
    return format_html(
        '<abbr class="cc {}" title="{}">{}</abbr>', code.lower(), Side(code).label, code
    )


@register.simple_tag
def sev(level: int | str) -> SafeString:
    """Severity as shape, number and word; colour alone says nothing to some eyes."""
    number = int(level)
    return format_html(
        '<span class="sev sev{}">{}{} {}</span>',
        number,
        icon(f"sev{number}"),
        number,
        SEVERITY[number],
    )


@register.simple_tag(takes_context=True)
def times(context: Context, moment: datetime | None, own: str = "") -> SafeString:
    """ "02:07 Riga · 03:07 Minsk": both walls, the reader's own side first.

    A wall that is on another day says which. The gap between them stands in the frame's clocks.
    """
    if moment is None:
        return mark_safe("")
    return _time(moment, _walls(moment, own or _side_of(context), gaps=False))


@register.simple_tag(takes_context=True)
def day_times(context: Context, moment: datetime | None, own: str = "") -> SafeString:
    """As `times`, with the day in front unless it is today on the reader's own wall."""
    if moment is None:
        return mark_safe("")
    reader = own or _side_of(context)
    first, today = (clocks.clocks(at, reader)[0].local.date() for at in (moment, now()))
    walls = _walls(moment, reader, gaps=False)
    if first == today:
        return _time(moment, walls)
    return _time(moment, format_html("{} {}", date_format(first, "MONTH_DAY_FORMAT"), walls))


@register.simple_tag(takes_context=True)
def stamp(context: Context, moment: datetime | None, own: str = "") -> SafeString:
    """ "22.11.2026 02:07 Riga · 03:07 Minsk +1 h · 00:07 UTC"."""
    if moment is None:
        return mark_safe("")
    reader = own or _side_of(context)
    first = clocks.clocks(moment, reader)[0]
    text = format_html(
        '{} {} · <span class="utc">{}</span>',
        first.day,
        _walls(moment, reader),
        clocks.utc(moment, first),
    )
    return _time(moment, text)


@register.simple_tag(takes_context=True)
def moment(
    context: Context, value: datetime | None, precision: str = "minute", zone: str = ""
) -> SafeString:
    """A time as precisely as it is known: `minute` as a stamp, else `day` or `month` in `zone`."""
    if value is None:
        return mark_safe("")
    if precision == "minute":
        return stamp(context, value)
    local = value.astimezone(ZoneInfo(zone) if zone else UTC)
    if precision == "month":
        text, iso = date_format(local, "YEAR_MONTH_FORMAT"), f"{local:%Y-%m}"
    else:
        text, iso = date_format(local, "DATE_FORMAT"), f"{local:%Y-%m-%d}"
    return format_html('<time datetime="{}">{}</time>', iso, text)


@register.simple_tag(takes_context=True)
def userdate(context: Context, value: datetime | None, own: str = "") -> SafeString:
    """The day on the reader's own calendar."""
    if value is None:
        return mark_safe("")
    first = clocks.clocks(value, own or _side_of(context))[0]
    return format_html('<time datetime="{}">{}</time>', first.local.date().isoformat(), first.day)


@register.filter
def duration(seconds: Any) -> str:
    """Seconds or a timedelta, rounded for reading."""
    if seconds is None or seconds == "":
        return ""
    if hasattr(seconds, "total_seconds"):
        seconds = seconds.total_seconds()
    return clocks.duration(float(seconds))


@register.filter
def officer(user: User | None) -> str:
    """An officer's name in the script of the page's language."""
    return user.name_for(get_language() or "en") if user else ""


def _walls(moment: datetime, own: str, *, gaps: bool = True) -> SafeString:
    return format_html_join(
        " · ",
        "{}{} {}{}",
        (
            (
                f"{clock.short_day} " if clock.other_day else "",
                clock.time,
                clock.city,
                format_html(' <i class="gap">{}</i>', clock.gap) if clock.gap and gaps else "",
            )
            for clock in clocks.clocks(moment, own)
        ),
    )


def _time(moment: datetime, text: SafeString) -> SafeString:
    iso = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return format_html('<time datetime="{}">{}</time>', iso, text)


def _side_of(context: Context) -> str:
    return getattr(context.get("user"), "side", "")
