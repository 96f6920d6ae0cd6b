"""What is kept of exercises."""

from .exercises import (
    Exercise,
    ExerciseAgreement,
    ExerciseKind,
    ExerciseMove,
    ExerciseSeries,
    ExerciseState,
)
from .injects import Inject, InjectRelease
from .people import ExercisePart, ExercisePerson
from .results import (
    DebriefKind,
    DebriefLine,
    ExerciseNote,
    ExerciseObjective,
    ObjectiveMark,
    Reached,
    StepTick,
    TiedKind,
)

__all__ = [
    "DebriefKind",
    "DebriefLine",
    "Exercise",
    "ExerciseAgreement",
    "ExerciseKind",
    "ExerciseMove",
    "ExerciseNote",
    "ExerciseObjective",
    "ExercisePart",
    "ExercisePerson",
    "ExerciseSeries",
    "ExerciseState",
    "Inject",
    "InjectRelease",
    "ObjectiveMark",
    "Reached",
    "StepTick",
    "TiedKind",
]
