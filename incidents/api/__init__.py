"""The incidents' part of the API, a module for each part of the work."""

from .record import (
    Close,
    IncidentDetail,
    IncidentList,
    PrintedIncident,
    ReleaseDoor,
    Supplement,
    Validate,
    Verify,
)
from .shapes import IncidentOut
from .sharing import (
    Exchange,
    Notes,
    PresenceDoor,
    ProposalAnswer,
    Proposals,
    ProposalWithdraw,
    RecallDoor,
)

__all__ = [
    "Close",
    "Exchange",
    "IncidentDetail",
    "IncidentList",
    "IncidentOut",
    "Notes",
    "PresenceDoor",
    "PrintedIncident",
    "ProposalAnswer",
    "ProposalWithdraw",
    "Proposals",
    "RecallDoor",
    "ReleaseDoor",
    "Supplement",
    "Validate",
    "Verify",
]
