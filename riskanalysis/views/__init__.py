"""The pages of risk analysis."""

from .anomalies import anomalies, anomaly, anomaly_do, anomaly_new
from .picture import risk, risk_chart

__all__ = ["anomalies", "anomaly", "anomaly_do", "anomaly_new", "risk", "risk_chart"]
