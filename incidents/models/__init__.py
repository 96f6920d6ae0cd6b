"""Incidents, their versions, and the copy that each unit reads."""

from .exchange import ContentProposal, IncidentPresence, Recall
from .incident import Incident, IncidentQuerySet, IncidentVersion, NumberSeries
from .remarks import Audience, Measure, Note, Part, Remark
from .sharing import Release, Share, ShareQuerySet
from .words import MOVES, OPEN_MOVES, OWN, RELEASABLE_STATES, Ground, Precision, State

__all__ = [
    "MOVES",
    "OPEN_MOVES",
    "OWN",
    "RELEASABLE_STATES",
    "Audience",
    "ContentProposal",
    "Ground",
    "Incident",
    "IncidentPresence",
    "IncidentQuerySet",
    "IncidentVersion",
    "Measure",
    "Note",
    "NumberSeries",
    "Part",
    "Precision",
    "Recall",
    "Release",
    "Remark",
    "Share",
    "ShareQuerySet",
    "State",
]
