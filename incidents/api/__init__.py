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
from .serious import (
    SeriousDetail,
    SeriousLines,
    SeriousList,
    SeriousNumbers,
    SeriousReturn,
    SeriousSteps,
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
    "SeriousDetail",
    "SeriousLines",
    "SeriousList",
    "SeriousNumbers",
    "SeriousReturn",
    "SeriousSteps",
    "Supplement",
    "Validate",
    "Verify",
    "Versions",
    "Withdraw",
]
