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

__all__ = [
    "Close",
    "IncidentDetail",
    "IncidentList",
    "IncidentOut",
    "PrintedIncident",
    "ReleaseDoor",
    "Supplement",
    "Validate",
    "Verify",
]
