"""What the live stream asks about a screen without an account."""

from collections.abc import Mapping

from . import actions
from .displays import COOKIE


def heard_by(cookies: Mapping[str, str]) -> frozenset[str] | None:
    """The one unit whose doorbell the display with these cookies hears; None for no display."""
    display = actions.see_display(cookies.get(COOKIE, ""))
    return frozenset([display.unit.code]) if display is not None else None
