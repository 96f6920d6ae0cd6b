"""Why something could not be sent, in words that an officer reads."""

from django import template

from ..dead_letters import in_words

register = template.Library()


@register.filter
def in_plain_words(failure: str) -> str:
    """What an error of the outbox means to whoever sent the alert; nothing of its text."""
    return in_words(failure)
