"""What is kept of experts and deployments."""

from .deployments import Deployment, DeploymentMove, DeploymentSeries, DeploymentState
from .experts import (
    Accreditation,
    AccreditationKind,
    AvailablePeriod,
    Expert,
    ExpertLanguage,
    LanguageLevel,
)
from .records import Briefing, Debriefing, DeployedTime, ExpertPosting, Extension

__all__ = [
    "Accreditation",
    "AccreditationKind",
    "AvailablePeriod",
    "Briefing",
    "Debriefing",
    "DeployedTime",
    "Deployment",
    "DeploymentMove",
    "DeploymentSeries",
    "DeploymentState",
    "Expert",
    "ExpertLanguage",
    "ExpertPosting",
    "Extension",
    "LanguageLevel",
]
