"""The headline of a copy in the language of the page."""

from django import template

from ..models import Share
from ..texts import headline_of

register = template.Library()


@register.filter
def headline(share: Share) -> str:
    """As it reads in the active language, when the copy has it in that language."""
    return headline_of(share)[0]


@register.filter
def headline_language(share: Share) -> str:
    """The language that `headline` is in."""
    return headline_of(share)[1]
