"""Incidents, their versions, and the copy that each unit reads."""

from .incident import Incident, IncidentQuerySet, IncidentVersion, NumberSeries
from .life import Confidence, Decision, Grading, Impact, Scale, Validation
from .remarks import Audience, Measure, Note, Part, Remark
from .serious import (
    SeriousEntry,
    SeriousGround,
    SeriousKind,
    SeriousReport,
    SeriousState,
)
from .sharing import Release, Share, ShareQuerySet
from .words import MOVES, OPEN_MOVES, OWN, RELEASABLE_STATES, Ground, Precision, State

__all__ = [
    "MOVES",
    "OPEN_MOVES",
    "OWN",
    "RELEASABLE_STATES",
    "Audience",
    "Confidence",
    "Decision",
    "Grading",
    "Ground",
    "Impact",
    "Incident",
    "IncidentQuerySet",
    "IncidentVersion",
    "Measure",
    "Note",
    "NumberSeries",
    "Part",
    "Precision",
    "Release",
    "Remark",
    "Scale",
    "SeriousEntry",
    "SeriousGround",
    "SeriousKind",
    "SeriousReport",
    "SeriousState",
    "Share",
    "ShareQuerySet",
    "State",
    "Validation",
]
