"""The verbs of recommendations and contingency plans."""

from .activating import (
    activate_contingency,
    begin_phase,
    stand_down,
    take_tick_back,
    tick_task,
)
from .approving import approve_contingency, print_contingency
from .changes import download_evidence, mark_evidence, tie_change, untie_change
from .contingency import (
    begin_contingency,
    change_contingency,
    put_contingency,
    remove_contingency_item,
    retire_contingency,
    set_contingency_item,
)
from .recommendations import (
    change_recommendation,
    confirm_recommendation,
    decline_recommendation,
    finish_recommendation,
    raise_recommendation,
    reopen_recommendation,
    take_in_hand,
)
from .reminding import remind_owners

__all__ = [
    "activate_contingency",
    "approve_contingency",
    "begin_contingency",
    "begin_phase",
    "change_contingency",
    "change_recommendation",
    "confirm_recommendation",
    "decline_recommendation",
    "download_evidence",
    "finish_recommendation",
    "mark_evidence",
    "print_contingency",
    "put_contingency",
    "raise_recommendation",
    "remind_owners",
    "remove_contingency_item",
    "reopen_recommendation",
    "retire_contingency",
    "set_contingency_item",
    "stand_down",
    "take_in_hand",
    "take_tick_back",
    "tick_task",
    "tie_change",
    "untie_change",
]
