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
from .sealed import (
    AcknowledgeSealedRecall,
    OpenSealed,
    RecallSealed,
    ReleaseSealed,
    SealedPart,
    SealedPersonDoor,
    SealedPersons,
    SealedReadings,
)
from .shapes import IncidentOut

__all__ = [
    "AcknowledgeSealedRecall",
    "Close",
    "IncidentDetail",
    "IncidentList",
    "IncidentOut",
    "OpenSealed",
    "PrintedIncident",
    "RecallSealed",
    "ReleaseDoor",
    "ReleaseSealed",
    "SealedPart",
    "SealedPersonDoor",
    "SealedPersons",
    "SealedReadings",
    "Supplement",
    "Validate",
    "Verify",
]
