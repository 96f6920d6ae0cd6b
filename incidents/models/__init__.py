"""Incidents, their versions, and the copy that each unit reads."""

from .files import (
    GIVEN,
    Attachment,
    AttachmentCopy,
    AttachmentQuerySet,
    CustodyEntry,
    Scan,
)
from .finding import (
    Cell,
    CellChange,
    SavedFilter,
    Spot,
)
from .importing import (
    Import,
    ImportFault,
)
from .incident import (
    Incident,
    IncidentQuerySet,
    IncidentVersion,
    NumberSeries,
)
from .joining import (
    Link,
    LinkKind,
    Merge,
    absorbed_by,
    merged_into,
)
from .life import (
    Confidence,
    Decision,
    Grading,
    Impact,
    Scale,
    Validation,
)
from .marking import (
    Consent,
    MarkingChange,
    PassOn,
)
from .remarks import (
    Audience,
    Measure,
    Note,
    Part,
    Remark,
)
from .sealed import (
    DocumentKind,
    OpeningReason,
    PersonRole,
    SealedCopy,
    SealedPerson,
    SealedReading,
    SealedVersion,
    Sex,
)
from .sharing import (
    Release,
    Share,
    ShareQuerySet,
)
from .summaries import (
    Summary,
    SummaryMail,
)
from .words import (
    MOVES,
    OPEN_MOVES,
    OWN,
    RELEASABLE_STATES,
    Ground,
    Handling,
    Precision,
    State,
    Tlp,
)

__all__ = [
    "GIVEN",
    "MOVES",
    "OPEN_MOVES",
    "OWN",
    "RELEASABLE_STATES",
    "Attachment",
    "AttachmentCopy",
    "AttachmentQuerySet",
    "Audience",
    "Cell",
    "CellChange",
    "Confidence",
    "Consent",
    "CustodyEntry",
    "Decision",
    "DocumentKind",
    "Grading",
    "Ground",
    "Handling",
    "Impact",
    "Import",
    "ImportFault",
    "Incident",
    "IncidentQuerySet",
    "IncidentVersion",
    "Link",
    "LinkKind",
    "MarkingChange",
    "Measure",
    "Merge",
    "Note",
    "NumberSeries",
    "OpeningReason",
    "Part",
    "PassOn",
    "PersonRole",
    "Precision",
    "Release",
    "Remark",
    "SavedFilter",
    "Scale",
    "Scan",
    "SealedCopy",
    "SealedPerson",
    "SealedReading",
    "SealedVersion",
    "Sex",
    "Share",
    "ShareQuerySet",
    "Spot",
    "State",
    "Summary",
    "SummaryMail",
    "Tlp",
    "Validation",
    "absorbed_by",
    "merged_into",
]
