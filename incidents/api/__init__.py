"""The incidents' part of the API, a module for each part of the work."""

from .handling import Consents, GiveConsent, MarkingDoor, PassOnDoor, RefuseConsent
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
    "Consents",
    "GiveConsent",
    "IncidentDetail",
    "IncidentList",
    "IncidentOut",
    "MarkingDoor",
    "PassOnDoor",
    "PrintedIncident",
    "RefuseConsent",
    "ReleaseDoor",
    "Supplement",
    "Validate",
    "Verify",
]
