"""The incidents' part of the API, a module for each part of the work."""

from .files import FileContent, FileHandOver, FilePack, FileWithdrawal, IncidentFiles
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
    "FileContent",
    "FileHandOver",
    "FilePack",
    "FileWithdrawal",
    "IncidentDetail",
    "IncidentFiles",
    "IncidentList",
    "IncidentOut",
    "PrintedIncident",
    "ReleaseDoor",
    "Supplement",
    "Validate",
    "Verify",
]
