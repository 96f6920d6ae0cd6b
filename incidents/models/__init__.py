"""Incidents, their versions, and the copy that each unit reads."""

from .finding import (
    Cell,
    CellChange,
    SavedFilter,
    Spot,
)
from .incident import (
    Incident,
    IncidentQuerySet,
    IncidentVersion,
    NumberSeries,
)
from .life import (
    Confidence,
    Decision,
    Grading,
    Impact,
    Scale,
    Validation,
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
from .words import (
    MOVES,
    OPEN_MOVES,
    OWN,
    RELEASABLE_STATES,
    Ground,
    Precision,
    State,
)

__all__ = [
    "MOVES",
    "OPEN_MOVES",
    "OWN",
    "RELEASABLE_STATES",
    "Audience",
    "Cell",
    "CellChange",
    "Confidence",
    "Decision",
    "DocumentKind",
    "Grading",
    "Ground",
    "Impact",
    "Incident",
    "IncidentQuerySet",
    "IncidentVersion",
    "Measure",
    "Note",
    "NumberSeries",
    "OpeningReason",
    "Part",
    "PersonRole",
    "Precision",
    "Release",
    "Remark",
    "SavedFilter",
    "Scale",
    "SealedCopy",
    "SealedPerson",
    "SealedReading",
    "SealedVersion",
    "Sex",
    "Share",
    "ShareQuerySet",
    "Spot",
    "State",
    "Validation",
]
