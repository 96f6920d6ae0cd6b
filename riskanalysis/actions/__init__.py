"""The verbs of risk analysis."""

from .anomalies import assess_anomaly, close_anomaly, file_anomaly, share_anomaly
from .brochure import build_brochure
from .findings import compute_findings, want_findings
from .indicators import count_indicators, rebuild_indicators, recount_indicators

__all__ = [
    "assess_anomaly",
    "build_brochure",
    "close_anomaly",
    "compute_findings",
    "count_indicators",
    "file_anomaly",
    "rebuild_indicators",
    "recount_indicators",
    "share_anomaly",
    "want_findings",
]
