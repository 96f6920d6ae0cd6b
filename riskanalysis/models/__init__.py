"""Risk analysis: indicators and findings, anomalies, risks and scales, the brochure."""

from .anomalies import WORDS_MOST, Anomaly, AnomalyStep
from .assessments import Assessment, Citation, Confidence, Probability
from .brochure import BrochureEdition, BrochurePaper, BrochurePart
from .events import EventAssessment, EventHost, PublicEvent, Readiness
from .indicators import AWAY, NOWHERE, WITHIN_KM, Fact, Hexagon, IndicatorChange, Section, Tally
from .levels import LEVELS, SectionLevel
from .matrix import CHANGEABLE, MatrixApproval, MatrixState, MatrixVersion, matrix_in_force
from .risks import Risk, RiskState, RiskStep, Treatment
from .statistics import Finding

__all__ = [
    "AWAY",
    "CHANGEABLE",
    "LEVELS",
    "NOWHERE",
    "WITHIN_KM",
    "WORDS_MOST",
    "Anomaly",
    "AnomalyStep",
    "Assessment",
    "BrochureEdition",
    "BrochurePaper",
    "BrochurePart",
    "Citation",
    "Confidence",
    "EventAssessment",
    "EventHost",
    "Fact",
    "Finding",
    "Hexagon",
    "IndicatorChange",
    "MatrixApproval",
    "MatrixState",
    "MatrixVersion",
    "Probability",
    "PublicEvent",
    "Readiness",
    "Risk",
    "RiskState",
    "RiskStep",
    "Section",
    "SectionLevel",
    "Tally",
    "Treatment",
    "matrix_in_force",
]
