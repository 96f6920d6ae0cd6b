"""The incidents' part of the API, a module for each part of the work."""

from .joining import Links, Merging, NearDoor, Paired, Unlinking, Unmerging
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
    "Links",
    "Merging",
    "NearDoor",
    "Paired",
    "PrintedIncident",
    "ReleaseDoor",
    "Supplement",
    "Unlinking",
    "Unmerging",
    "Validate",
    "Verify",
]
