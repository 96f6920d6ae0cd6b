"""What is kept of recommendations and contingency plans."""

from .contingency import (
    ContingencyActivation,
    ContingencyApproval,
    ContingencyPlan,
    ContingencyTick,
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
