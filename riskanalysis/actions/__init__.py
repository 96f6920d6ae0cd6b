"""What changes in the risk analysis: one verb, one function."""

from .assessing import assess_risk
from .events import add_event, drop_host, give_event_assessment, write_event_assessment
from .levels import set_section_level
from .matrix import (
    advance_matrix,
    approve_matrix,
    change_matrix,
    draft_matrix,
    propose_matrix,
    withdraw_matrix,
)
from .register_exports import export_risks, note_matrix_export
from .risks import change_risk, join_risk, leave_risk, move_risk, share_risk, write_risk
from .treatments import change_treatment, drop_treatment, finish_treatment, plan_treatment

__all__ = [
    "add_event",
    "advance_matrix",
    "approve_matrix",
    "assess_risk",
    "change_matrix",
    "change_risk",
    "change_treatment",
    "draft_matrix",
    "drop_host",
    "drop_treatment",
    "export_risks",
    "finish_treatment",
    "give_event_assessment",
    "join_risk",
    "leave_risk",
    "move_risk",
    "note_matrix_export",
    "plan_treatment",
    "propose_matrix",
    "set_section_level",
    "share_risk",
    "withdraw_matrix",
    "write_event_assessment",
    "write_risk",
]
