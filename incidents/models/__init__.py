"""Incidents, their versions, and the copy that each unit reads."""

from .incident import Incident, IncidentQuerySet, IncidentVersion, NumberSeries
from .marking import Consent, MarkingChange, PassOn
from .remarks import Audience, Measure, Note, Part, Remark
from .sharing import Release, Share, ShareQuerySet
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
    "MOVES",
    "OPEN_MOVES",
    "OWN",
    "RELEASABLE_STATES",
    "Audience",
    "Consent",
    "Ground",
    "Handling",
    "Incident",
    "IncidentQuerySet",
    "IncidentVersion",
    "MarkingChange",
    "Measure",
    "Note",
    "NumberSeries",
    "Part",
    "PassOn",
    "Precision",
    "Release",
    "Remark",
    "Share",
    "ShareQuerySet",
    "State",
    "Tlp",
]
