"""The incidents' part of the API, a module for each part of the work."""

from .exporting import (
    IncidentExport,
)
from .files import (
    FileContent,
    FileHandOver,
    FilePack,
    FileWithdrawal,
    IncidentFiles,
)
from .finding import (
    IncidentMap,
    SavedFilterDoor,
    SavedFilters,
    Search,
)
from .handling import (
    Consents,
    GiveConsent,
    MarkingDoor,
    PassOnDoor,
    RefuseConsent,
)
from .importing import (
    ImportDoor,
    ImportErrors,
    ImportMapping,
    Imports,
    ImportStart,
    ImportStop,
)
from .joining import (
    Links,
    Merging,
    NearDoor,
    Paired,
    Unlinking,
    Unmerging,
)
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
from .shapes import (
    IncidentOut,
)
from .summaries import (
    Indicators,
    Summaries,
    SummaryDoor,
    SummaryExport,
    SummaryMailDoor,
)

__all__ = [
    "AcknowledgeSealedRecall",
    "Close",
    "Consents",
    "FileContent",
    "FileHandOver",
    "FilePack",
    "FileWithdrawal",
    "GiveConsent",
    "ImportDoor",
    "ImportErrors",
    "ImportMapping",
    "ImportStart",
    "ImportStop",
    "Imports",
    "IncidentDetail",
    "IncidentExport",
    "IncidentFiles",
    "IncidentList",
    "IncidentMap",
    "IncidentOut",
    "Indicators",
    "Links",
    "MarkingDoor",
    "Merging",
    "NearDoor",
    "OpenSealed",
    "Outcomes",
    "Paired",
    "PassOnDoor",
    "PrintedIncident",
    "RecallSealed",
    "RefuseConsent",
    "ReleaseDoor",
    "ReleaseSealed",
    "Reopen",
    "Resubmit",
    "Return",
    "ReviseImpact",
    "SavedFilterDoor",
    "SavedFilters",
    "SealedPart",
    "SealedPersonDoor",
    "SealedPersons",
    "SealedReadings",
    "Search",
    "Summaries",
    "SummaryDoor",
    "SummaryExport",
    "SummaryMailDoor",
    "Supplement",
    "Unlinking",
    "Unmerging",
    "Validate",
    "Verify",
    "Versions",
    "Withdraw",
]
