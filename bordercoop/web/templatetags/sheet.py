"""Tags for sheets in the languages of both sides: the reader's and the partner's."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .second import language_of

register = template.Library()


@register.simple_tag(takes_context=True)
def second_name(context: dict[str, Any], named: Any) -> SafeString:
    """A line with the name of a place, unit or point in the partner's language."""
    language = language_of(getattr(context.get("user"), "side", ""))
    if not language or named.name_in(language) == named.name:
        return mark_safe("")
    return format_html(
        '<span class="second" lang="{}">{}</span>', language, named.name_in(language)
    )


@register.simple_tag(takes_context=True)
def second_in(context: dict[str, Any], meaning: str, label: str) -> SafeString:
    """As `second` for a short word that stands in the catalogue with its meaning."""
    language = language_of(getattr(context.get("user"), "side", ""))
    if not language:
        return mark_safe("")
    with translation.override(language):
        text = translation.pgettext(meaning, label)
    if text == translation.pgettext(meaning, label):
        return mark_safe("")
    return format_html('<span class="second" lang="{}">{}</span>', language, text)
