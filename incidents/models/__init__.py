"""Incidents, their versions, and the copy that each unit reads."""

from .board import GOING_ON, Task, TaskComment, TaskState, TaskStep
from .incident import Incident, IncidentQuerySet, IncidentVersion, NumberSeries
from .life import Confidence, Decision, Grading, Impact, Scale, Validation
from .remarks import Audience, Measure, Note, Part, Remark
from .sharing import Release, Share, ShareQuerySet
from .texts import Translation
from .words import MOVES, OPEN_MOVES, OWN, RELEASABLE_STATES, Ground, Precision, State

__all__ = [
    "GOING_ON",
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
    "Share",
    "ShareQuerySet",
    "State",
    "Task",
    "TaskComment",
    "TaskState",
    "TaskStep",
    "Translation",
    "Validation",
]
