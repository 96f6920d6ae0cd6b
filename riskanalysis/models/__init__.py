"""Risk analysis: indicators counted out of the copies, what statistics found in them, anomalies."""

from .anomalies import WORDS_MOST, Anomaly, AnomalyStep
from .indicators import (
    AWAY,
    NOWHERE,
    WITHIN_KM,
    Fact,
    Hexagon,
    IndicatorChange,
    Section,
    Tally,
)
from .statistics import Finding

__all__ = [
    "AWAY",
    "NOWHERE",
    "WITHIN_KM",
    "WORDS_MOST",
    "Anomaly",
    "AnomalyStep",
    "Fact",
    "Finding",
    "Hexagon",
    "IndicatorChange",
    "Section",
    "Tally",
]
