"""The API of risk analysis, a module for each part of the work."""

from .anomalies import Anomalies, AnomalyAssess, AnomalyClose, AnomalyDoor, AnomalyShare
from .indicators import Hotspots, Indicators, Trend

__all__ = [
    "Anomalies",
    "AnomalyAssess",
    "AnomalyClose",
    "AnomalyDoor",
    "AnomalyShare",
    "Hotspots",
    "Indicators",
    "Trend",
]
