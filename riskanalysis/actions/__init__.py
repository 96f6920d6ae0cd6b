"""The verbs of risk analysis."""

from .indicators import count_indicators, rebuild_indicators, recount_indicators

__all__ = ["count_indicators", "rebuild_indicators", "recount_indicators"]
