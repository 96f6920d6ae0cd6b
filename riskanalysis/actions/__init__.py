"""The verbs of risk analysis."""

from .anomalies import assess_anomaly, close_anomaly, file_anomaly, share_anomaly
from .assessing import assess_risk
from .brochure import build_brochure
from .events import (
    add_event,
    discard_event_assessment,
    drop_host,
    give_event_assessment,
    write_event_assessment,
)
from .findings import compute_findings, want_findings
from .indicators import count_indicators, rebuild_indicators, recount_indicators
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
    "assess_anomaly",
    "assess_risk",
    "build_brochure",
    "change_matrix",
    "change_risk",
    "change_treatment",
    "close_anomaly",
    "compute_findings",
    "count_indicators",
    "discard_event_assessment",
    "draft_matrix",
    "drop_host",
    "drop_treatment",
    "export_risks",
    "file_anomaly",
    "finish_treatment",
    "give_event_assessment",
    "join_risk",
    "leave_risk",
    "move_risk",
    "note_matrix_export",
    "plan_treatment",
    "propose_matrix",
    "rebuild_indicators",
    "recount_indicators",
    "set_section_level",
    "share_anomaly",
    "share_risk",
    "want_findings",
    "withdraw_matrix",
    "write_event_assessment",
    "write_risk",
]
