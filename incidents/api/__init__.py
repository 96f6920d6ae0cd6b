"""The incidents' part of the API, a module for each part of the work."""

from .life import (
    Outcomes,
    Reopen,
    Resubmit,
    Return,
    ReviseImpact,
    Validate,
    Versions,
    Withdraw,
)
from .record import (
    Close,
    IncidentDetail,
    IncidentList,
    PrintedIncident,
    ReleaseDoor,
    Supplement,
    Verify,
)
from .shapes import IncidentOut

__all__ = [
    "Close",
    "IncidentDetail",
    "IncidentList",
    "IncidentOut",
    "Outcomes",
    "PrintedIncident",
    "ReleaseDoor",
    "Reopen",
    "Resubmit",
    "Return",
    "ReviseImpact",
    "Supplement",
    "Validate",
    "Verify",
    "Versions",
    "Withdraw",
]
