"""What both sides share: vocabularies, places and their opening, deadlines, texts; proposals."""

from .proposals import Proposal, Proposals, utc_today
from .rules import Deadline, TextTemplate, Worded
from .status import OPENABLE, PlaceStatus, PlaceStatuses, views_of
from .vocabulary import KEPT_SECONDS, LANGUAGES, Named, Place, Term, forget, offered, places, terms

__all__ = [
    "KEPT_SECONDS",
    "LANGUAGES",
    "OPENABLE",
    "Deadline",
    "Named",
    "Place",
    "PlaceStatus",
    "PlaceStatuses",
    "Proposal",
    "Proposals",
    "Term",
    "TextTemplate",
    "Worded",
    "forget",
    "offered",
    "places",
    "terms",
    "utc_today",
    "views_of",
]
