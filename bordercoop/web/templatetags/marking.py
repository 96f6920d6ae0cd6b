"""Badges of a marking: handling code and TLP, drawn alike on every screen."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from bordercoop.reference.marking import lines_of, meaning_of

register = template.Library()


@register.simple_tag
def marking(row: Any) -> SafeString:
    """The two badges of whatever is marked, their meaning in the title; "" for what is not.

    For lists, where a stop of the tabulator at every row would be in the way; elsewhere include
    components/marking.html, which tells the meaning on hover and focus.
    """
    known = meaning_of(row)
    if not known["tlp"]:
        return mark_safe("")
    means = known["handling_means"]
    if known["restriction"]:
        means = f"{means} {known['restriction']}"
    return format_html(
        '<span class="marks"><abbr class="hc" title="{}">{}</abbr> '
        '<abbr class="tlp {}" title="{}">TLP:{}</abbr></span>',
        means,
        known["handling"],
        known["tlp"].split("+")[0].lower(),
        known["tlp_means"],
        known["tlp"],
    )


@register.simple_tag
def marking_lines(row: Any) -> list[str]:
    """The marking with its meaning, a line each."""
    return lines_of(row)
