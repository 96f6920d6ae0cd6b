"""What was said with a standard phrase, in the reader's language and on the reader's clock."""

from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from ..saying import language_of, wording

register = template.Library()


@register.simple_tag(takes_context=True)
def said(context: dict[str, Any], row: Any, field: str = "line") -> SafeString:
    """The line of a row as the reader reads it."""
    side = getattr(context.get("user"), "side", "")
    return conditional_escape(wording(row, field, side))


@register.simple_tag
def said_in(row: Any, field: str = "text") -> str:
    """In which language `said` gives the line of a row, for the attribute `lang`."""
    return language_of(row, field)
