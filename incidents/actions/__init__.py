"""Everything that changes an incident."""

from .board import (
    add_task,
    assign_task,
    comment_task,
    drop_task,
    finish_task,
    move_task,
    record_task,
)
from .life import reopen_incident, resubmit_incident, return_incident, withdraw_incident
from .printing import print_incident
from .release import release_incident
from .remarks import add_measure, add_note
from .report import record_open_source, report_incident, supplement_incident
from .review import close_part, revise_impact, validate_incident, verify_incident
from .texts import translate_text

__all__ = [
    "add_measure",
    "add_note",
    "add_task",
    "assign_task",
    "close_part",
    "comment_task",
    "drop_task",
    "finish_task",
    "move_task",
    "print_incident",
    "record_open_source",
    "record_task",
    "release_incident",
    "reopen_incident",
    "report_incident",
    "resubmit_incident",
    "return_incident",
    "revise_impact",
    "supplement_incident",
    "translate_text",
    "validate_incident",
    "verify_incident",
    "withdraw_incident",
]
