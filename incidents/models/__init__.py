"""Incidents, their versions, and the copy that each unit reads."""

from .incident import Incident, IncidentQuerySet, IncidentVersion, NumberSeries
from .joining import Link, LinkKind, Merge, absorbed_by, merged_into
from .remarks import Audience, Measure, Note, Part, Remark
from .sharing import Release, Share, ShareQuerySet
from .words import MOVES, OPEN_MOVES, OWN, RELEASABLE_STATES, Ground, Precision, State

__all__ = [
    "MOVES",
    "OPEN_MOVES",
    "OWN",
    "RELEASABLE_STATES",
    "Audience",
    "Ground",
    "Incident",
    "IncidentQuerySet",
    "IncidentVersion",
    "Link",
    "LinkKind",
    "Measure",
    "Merge",
    "Note",
    "NumberSeries",
    "Part",
    "Precision",
    "Release",
    "Remark",
    "Share",
    "ShareQuerySet",
    "State",
    "absorbed_by",
    "merged_into",
]
