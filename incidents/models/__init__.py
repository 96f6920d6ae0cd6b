"""Incidents, their versions, and the copy that each unit reads."""

from .files import GIVEN, Attachment, AttachmentCopy, AttachmentQuerySet, CustodyEntry, Scan
from .incident import Incident, IncidentQuerySet, IncidentVersion, NumberSeries
from .remarks import Audience, Measure, Note, Part, Remark
from .sharing import Release, Share, ShareQuerySet
from .words import MOVES, OPEN_MOVES, OWN, RELEASABLE_STATES, Ground, Precision, State

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
    "CustodyEntry",
    "Ground",
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
    "Scan",
    "Share",
    "ShareQuerySet",
    "State",
]
