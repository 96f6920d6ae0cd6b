"""Risk analysis: indicators and what statistics found in them, anomalies, the brochure."""

from .anomalies import WORDS_MOST, Anomaly, AnomalyStep
from .brochure import BrochureEdition, BrochurePaper, BrochurePart
from .indicators import AWAY, NOWHERE, WITHIN_KM, Fact, Hexagon, IndicatorChange, Section, Tally
from .statistics import Finding

__all__ = [
    "AWAY",
    "NOWHERE",
    "WITHIN_KM",
    "WORDS_MOST",
    "Anomaly",
    "AnomalyStep",
    "BrochureEdition",
    "BrochurePaper",
    "BrochurePart",
    "Fact",
    "Finding",
    "Hexagon",
    "IndicatorChange",
    "Section",
    "Tally",
]
