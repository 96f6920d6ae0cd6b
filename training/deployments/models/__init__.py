"""What is kept of experts and deployments."""

from .accreditations import Accreditation, AccreditationKind
from .deployments import Deployment, DeploymentState
from .experts import AvailablePeriod, Expert, ExpertLanguage, LanguageLevel
from .records import Briefing, Debriefing, DeployedTime, ExpertPosting, Extension
from .steps import DeploymentMove, DeploymentSeries

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
