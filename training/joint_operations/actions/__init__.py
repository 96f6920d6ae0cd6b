"""The verbs of joint operations."""

from .days import (
    approve_operation_day,
    correct_operation_day,
    draft_due_days,
    write_operation_day,
)
from .operations import (
    add_resource,
    begin_operation,
    cancel_operation,
    change_operation,
    propose_operation,
    remove_resource,
    run_due_operations,
    tie_operation,
)
from .papers import (
    approve_operation_paper,
    draft_evaluation_report,
    print_operation_paper,
    put_operation_paper,
    write_operation_text,
)
from .shifts import cancel_operation_shift, set_operation_shift, withdraw_shifts_of_gone
from .tags import tag_incident, untag_incident

__all__ = [
    "add_resource",
    "approve_operation_day",
    "approve_operation_paper",
    "begin_operation",
    "cancel_operation",
    "cancel_operation_shift",
    "change_operation",
    "correct_operation_day",
    "draft_due_days",
    "draft_evaluation_report",
    "print_operation_paper",
    "propose_operation",
    "put_operation_paper",
    "remove_resource",
    "run_due_operations",
    "set_operation_shift",
    "tag_incident",
    "tie_operation",
    "untag_incident",
    "withdraw_shifts_of_gone",
    "write_operation_day",
    "write_operation_text",
]
