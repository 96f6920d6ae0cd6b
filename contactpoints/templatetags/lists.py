"""Small words of the lists' pages."""

from typing import Any

from django import template

from bordercoop.reference.lists import LISTS

register = template.Library()


@register.filter
def list_title(slug: str) -> Any:
    """The title of the common list with this address."""
    return LISTS[slug].title if slug in LISTS else slug
