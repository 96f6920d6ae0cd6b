"""What both sides share: words, places and their opening, rules, procedures, proposals."""

from .phrases import Phrase, PhraseWording, phrases, wording_of
from .procedure_approval import ProcedureApproval, ProcedureRevision
from .procedure_readers import ProcedureComment, ProcedureReading
from .procedures import (
    HOLDS,
    MOST_MONTHS,
    OPEN_TO_CHANGE,
    Procedure,
    ProcedureState,
    ProcedureVersion,
    digest_of,
    months_after,
    version_in_force,
)
from .proposals import Proposal, Proposals, utc_today
from .rules import Deadline, TextTemplate, Worded
from .status import OPENABLE, PlaceStatus, PlaceStatuses, views_of
from .vocabulary import (
    KEPT_SECONDS,
    LANGUAGES,
    Named,
    Place,
    Term,
    forget,
    offered,
    places,
    terms,
    usable_places,
)

__all__ = [
    "HOLDS",
    "KEPT_SECONDS",
    "LANGUAGES",
    "MOST_MONTHS",
    "OPENABLE",
    "OPEN_TO_CHANGE",
    "Deadline",
    "Named",
    "Phrase",
    "PhraseWording",
    "Place",
    "PlaceStatus",
    "PlaceStatuses",
    "Procedure",
    "ProcedureApproval",
    "ProcedureComment",
    "ProcedureReading",
    "ProcedureRevision",
    "ProcedureState",
    "ProcedureVersion",
    "Proposal",
    "Proposals",
    "Term",
    "TextTemplate",
    "Worded",
    "digest_of",
    "forget",
    "months_after",
    "offered",
    "phrases",
    "places",
    "terms",
    "usable_places",
    "utc_today",
    "version_in_force",
    "views_of",
    "wording_of",
]
