"""What is kept of study visits, trainings and meetings."""

from .activities import (
    Activity,
    ActivityKind,
    ActivityMove,
    ActivitySeries,
    ActivityState,
    Agreement,
    Host,
    Level,
    Mode,
)
from .answers import Ahead, AnswerLetter, Outcome, Reminder, TimeProposal
from .attendance import AttendanceMark, How
from .certificates import Certificate, CertificateLevel, CertificateRule, CertificateSeries
from .courses import Course, CourseAgreement, CourseState, Listed, SameTraining, Trained
from .evaluation import Asked, Evaluation
from .materials import Material, MaterialVersion
from .papers import ActivityFile
from .people import Participation, PartMove, PartState, Quota
from .plans import Measure, PlanLine, PlanLink, PlanSignature, PlanVersion, YearPlan
from .programme import ProgrammeSession, TakenTime
from .trainers import AskedToEvaluate, Trainer
from .travel import DocumentKind, Transport, Travel

__all__ = [
    "Activity",
    "ActivityFile",
    "ActivityKind",
    "ActivityMove",
    "ActivitySeries",
    "ActivityState",
    "Agreement",
    "Ahead",
    "AnswerLetter",
    "Asked",
    "AskedToEvaluate",
    "AttendanceMark",
    "Certificate",
    "CertificateLevel",
    "CertificateRule",
    "CertificateSeries",
    "Course",
    "CourseAgreement",
    "CourseState",
    "DocumentKind",
    "Evaluation",
    "Host",
    "How",
    "Level",
    "Listed",
    "Material",
    "MaterialVersion",
    "Measure",
    "Mode",
    "Outcome",
    "PartMove",
    "PartState",
    "Participation",
    "PlanLine",
    "PlanLink",
    "PlanSignature",
    "PlanVersion",
    "ProgrammeSession",
    "Quota",
    "Reminder",
    "SameTraining",
    "TakenTime",
    "TimeProposal",
    "Trained",
    "Trainer",
    "Transport",
    "Travel",
    "YearPlan",
]
