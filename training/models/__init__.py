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
from .papers import ActivityFile
from .people import Participation, PartMove, PartState, Quota
from .plans import Measure, PlanLine, PlanLink, PlanSignature, PlanVersion, YearPlan
from .programme import ProgrammeSession, TakenTime
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
    "DocumentKind",
    "Host",
    "Level",
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
    "TakenTime",
    "TimeProposal",
    "Transport",
    "Travel",
    "YearPlan",
]
