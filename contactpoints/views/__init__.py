"""Pages of units, desks and people: doors to the verbs, and the names their templates may use."""

from .console import accept, acknowledge, console, console_board, decline, drawn
from .contacts import call_sheet_page, contacts
from .points import contact_point, contact_points

__all__ = [
    "accept",
    "acknowledge",
    "call_sheet_page",
    "console",
    "console_board",
    "contact_point",
    "contact_points",
    "contacts",
    "decline",
    "drawn",
]
