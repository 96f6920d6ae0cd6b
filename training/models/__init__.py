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
from .papers import ActivityFile
from .people import Participation, PartMove, PartState, Quota
from .programme import ProgrammeSession, TakenTime

__all__ = [
    "Activity",
    "ActivityFile",
    "ActivityKind",
    "ActivityMove",
    "ActivitySeries",
    "ActivityState",
    "Agreement",
    "Host",
    "Level",
    "Mode",
    "PartMove",
    "PartState",
    "Participation",
    "ProgrammeSession",
    "Quota",
    "TakenTime",
]
