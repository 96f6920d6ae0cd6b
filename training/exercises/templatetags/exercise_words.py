"""How pages write the clock of an exercise."""

from datetime import timedelta
from typing import Any

from django import template

from ..reading import clock_of

register = template.Library()


@register.filter
def clock(seconds: Any) -> str:
    """Seconds, or a timedelta, as "02:03" or "1:02:03"; nothing for None."""
    if seconds is None or seconds == "":
        return "–"
    if isinstance(seconds, timedelta):
        return clock_of(seconds)
    return clock_of(timedelta(seconds=round(float(seconds))))
