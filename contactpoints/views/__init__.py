"""Pages of units, desks and people: doors to the verbs, and the names their templates may use."""

from .console import accept, acknowledge, console, console_board, decline, drawn
from .emergency import emergencies, emergency, end, open_one, reviews

__all__ = [
    "accept",
    "acknowledge",
    "console",
    "console_board",
    "decline",
    "drawn",
    "emergencies",
    "emergency",
    "end",
    "open_one",
    "reviews",
]
