"""What pages of the second factor ask about the request."""

from __future__ import annotations

from typing import Any

from django import template

from ..second_factor import passkeys_possible as possible

register = template.Library()


@register.simple_tag(takes_context=True)
def passkeys_possible(context: dict[str, Any]) -> bool:
    """Whether the portal was opened under a name, which a passkey needs."""
    return possible(context["request"])
