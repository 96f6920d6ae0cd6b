"""What is kept of recommendations and contingency plans."""

from .active import ContingencyPhaseStart, ContingencyTick
from .contingency import (
    ContingencyActivation,
    ContingencyApproval,
    ContingencyPlan,
    ContingencyVersion,
)
from .recommendations import (
    ChangeKind,
    LessonSeries,
    LessonSource,
    OwnerReminder,
    Recommendation,
    RecommendationChange,
    RecommendationMove,
    RecommendationState,
)

__all__ = [
    "ChangeKind",
    "ContingencyActivation",
    "ContingencyApproval",
    "ContingencyPhaseStart",
    "ContingencyPlan",
    "ContingencyTick",
    "ContingencyVersion",
    "LessonSeries",
    "LessonSource",
    "OwnerReminder",
    "Recommendation",
    "RecommendationChange",
    "RecommendationMove",
    "RecommendationState",
]
