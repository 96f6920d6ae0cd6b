"""The second label of a field: the same words in the partner service's language.

Both sides then talk about the same field, whatever language each of them works in.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

LANGUAGE = {"LV": "lv", "BY": "be"}
PARTNER = {"LV": "BY", "BY": "LV"}


@register.simple_tag(takes_context=True)
def second(context: dict[str, Any], label: Any) -> SafeString:
    """A line with `label` (a msgid or a lazy text) in the partner's language.

    An officer who already reads in the partner's language gets the own side's one. Nothing comes
    out for a guest, for a stranger and where both lines would be the same.
    """
    language = language_of(getattr(context.get("user"), "side", ""))
    if not language:
        return mark_safe("")
    text = in_language(language, label)
    if text == in_language(translation.get_language() or "en", label):
        return mark_safe("")
    return format_html('<span class="second" lang="{}">{}</span>', language, text)


def language_of(side: str) -> str:
    partner = LANGUAGE.get(PARTNER.get(side, ""), "")
    return LANGUAGE[side] if partner and partner == translation.get_language() else partner


def in_language(language: str, label: Any) -> str:
    with translation.override(language):
        return str(label) if isinstance(label, Promise) else translation.gettext(str(label))
