"""Scales, risks, what each side says of them, section levels and public events."""

from .assessments import Assessment, Citation, Confidence, Probability
from .events import EventAssessment, EventHost, PublicEvent, Readiness
from .levels import LEVELS, SectionLevel
from .matrix import (
    CHANGEABLE,
    MatrixApproval,
    MatrixState,
    MatrixVersion,
    matrix_in_force,
)
from .risks import Risk, RiskState, RiskStep, Treatment

__all__ = [
    "CHANGEABLE",
    "LEVELS",
    "Assessment",
    "Citation",
    "Confidence",
    "EventAssessment",
    "EventHost",
    "MatrixApproval",
    "MatrixState",
    "MatrixVersion",
    "Probability",
    "PublicEvent",
    "Readiness",
    "Risk",
    "RiskState",
    "RiskStep",
    "SectionLevel",
    "Treatment",
    "matrix_in_force",
]
