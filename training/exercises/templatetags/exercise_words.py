"""How pages write the clock of an exercise."""

from datetime import timedelta
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ..models import Inject
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


@register.filter
def headline(inject: Inject) -> SafeString:
    """The headline of an inject in the language of the page where it has one."""
    words, language = inject.headline_for(get_language() or "en")
    return format_html('<span lang="{}">{}</span>', language, words)
