"""The incidents' part of the API, a module for each part of the work."""

from .finding import IncidentMap, SavedFilterDoor, SavedFilters, Search
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
    "IncidentMap",
    "IncidentOut",
    "PrintedIncident",
    "ReleaseDoor",
    "SavedFilterDoor",
    "SavedFilters",
    "Search",
    "Supplement",
    "Validate",
    "Verify",
]
