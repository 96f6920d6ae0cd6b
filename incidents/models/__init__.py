"""Incidents, their versions, and the copy that each unit reads."""

from .board import (
    GOING_ON,
    Task,
    TaskComment,
    TaskQuerySet,
    TaskState,
    TaskStep,
)
from .exchange import (
    ContentProposal,
    IncidentPresence,
    Recall,
)
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
from .retention import (
    Kept,
    LegalHold,
    Purge,
    PurgeLine,
    RetentionPeriod,
    SubjectSearch,
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
from .serious import (
    SeriousEntry,
    SeriousGround,
    SeriousKind,
    SeriousReport,
    SeriousState,
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
from .texts import (
    Translation,
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
    "GOING_ON",
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
    "ContentProposal",
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
    "IncidentPresence",
    "IncidentQuerySet",
    "IncidentVersion",
    "Kept",
    "LegalHold",
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
    "Purge",
    "PurgeLine",
    "Recall",
    "Release",
    "Remark",
    "RetentionPeriod",
    "SavedFilter",
    "Scale",
    "Scan",
    "SealedCopy",
    "SealedPerson",
    "SealedReading",
    "SealedVersion",
    "SeriousEntry",
    "SeriousGround",
    "SeriousKind",
    "SeriousReport",
    "SeriousState",
    "Sex",
    "Share",
    "ShareQuerySet",
    "Spot",
    "State",
    "SubjectSearch",
    "Summary",
    "SummaryMail",
    "Task",
    "TaskComment",
    "TaskQuerySet",
    "TaskState",
    "TaskStep",
    "Tlp",
    "Translation",
    "Validation",
    "absorbed_by",
    "merged_into",
]
