"""Risk reports, common procedures and indicators live here."""

from django.apps import AppConfig


class RiskAnalysisConfig(AppConfig):
    name = "riskanalysis"
