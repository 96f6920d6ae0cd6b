"""When an activity is, in templates of pages and letters."""

from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from ..models import Activity, TimeProposal
from ..showing import both_spans, time_of

register = template.Library()


@register.simple_tag(takes_context=True)
def activity_time(context: dict[str, Any], activity: Activity) -> str:
    """For a letter to the officer `to`: one line for each clock."""
    return "\n".join(time_of(activity, context["to"].side))


@register.simple_tag(takes_context=True)
def activity_times(context: dict[str, Any], activity: Activity) -> SafeString:
    return _lines(time_of(activity, context["user"].side))


@register.simple_tag(takes_context=True)
def proposed_times(context: dict[str, Any], proposal: TimeProposal) -> SafeString:
    zone = proposal.participation.activity.zone
    period = proposal.period
    return _lines(both_spans(period.lower, period.upper, zone, context["user"].side))


def _lines(lines: list[str]) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))
