"""Risk analysis: indicators and findings, anomalies, risks and scales, reports, the watch-list."""

from .anomalies import WORDS_MOST, Anomaly, AnomalyStep
from .assessments import Assessment, Citation, Confidence, Probability
from .brochure import BrochureEdition, BrochurePaper, BrochurePart
from .event_checklist import CountedFrom, EventItem, EventItemMove, ItemMove
from .event_course import (
    EventChange,
    EventChangeKind,
    EventPhaseStep,
    EventTie,
    EventVenue,
    TiedKind,
)
from .events import (
    FLOWS_AROUND,
    VENUES_AROUND,
    EventAssessment,
    EventHost,
    EventPhase,
    PublicEvent,
    Readiness,
    side_of_city,
)
from .indicators import AWAY, NOWHERE, WITHIN_KM, Fact, Hexagon, IndicatorChange, Section, Tally
from .levels import LEVELS, SectionLevel
from .matrix import CHANGEABLE, MatrixApproval, MatrixState, MatrixVersion, matrix_in_force
from .report_evidence import ReportCitation
from .report_parts import (
    PART_MOST,
    ReportJudgement,
    ReportPart,
    ReportRecommendation,
    ReportText,
)
from .report_road import (
    ReportApproval,
    ReportComment,
    ReportReview,
    ReportSnapshot,
    ReportStep,
)
from .reports import ReportLevel, ReportState, ReportTold, RiskReport
from .risks import Risk, RiskState, RiskStep, Treatment
from .statistics import Finding
from .watching import ANY_EVENT, WatchEntry, WatchLevel, WatchStanding, WatchState, WatchVersion

__all__ = [
    "ANY_EVENT",
    "AWAY",
    "CHANGEABLE",
    "FLOWS_AROUND",
    "LEVELS",
    "NOWHERE",
    "PART_MOST",
    "VENUES_AROUND",
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
    "CountedFrom",
    "EventAssessment",
    "EventChange",
    "EventChangeKind",
    "EventHost",
    "EventItem",
    "EventItemMove",
    "EventPhase",
    "EventPhaseStep",
    "EventTie",
    "EventVenue",
    "Fact",
    "Finding",
    "Hexagon",
    "IndicatorChange",
    "ItemMove",
    "MatrixApproval",
    "MatrixState",
    "MatrixVersion",
    "Probability",
    "PublicEvent",
    "Readiness",
    "ReportApproval",
    "ReportCitation",
    "ReportComment",
    "ReportJudgement",
    "ReportLevel",
    "ReportPart",
    "ReportRecommendation",
    "ReportReview",
    "ReportSnapshot",
    "ReportState",
    "ReportStep",
    "ReportText",
    "ReportTold",
    "Risk",
    "RiskReport",
    "RiskState",
    "RiskStep",
    "Section",
    "SectionLevel",
    "Tally",
    "TiedKind",
    "Treatment",
    "WatchEntry",
    "WatchLevel",
    "WatchStanding",
    "WatchState",
    "WatchVersion",
    "matrix_in_force",
    "side_of_city",
]
