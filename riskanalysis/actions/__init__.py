"""The verbs of risk analysis."""

from .anomalies import assess_anomaly, close_anomaly, file_anomaly, share_anomaly
from .assessing import assess_risk
from .brochure import build_brochure
from .event_checklist import (
    add_event_item,
    leave_out_event_item,
    take_event_checklist,
    tick_event_item,
    untick_event_item,
)
from .event_course import (
    add_venue,
    change_venue,
    drop_venue,
    move_event,
    tie_to_event,
    untie_from_event,
)
from .event_days import call_off_event, change_event_days, reinstate_event
from .events import (
    add_event,
    discard_event_assessment,
    drop_host,
    give_event_assessment,
    set_host_side,
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
from .report_evidence import cite_in_report, remove_citation
from .report_joint import assign_part, decline_report, invite_side, join_report, leave_report
from .report_judging import (
    answer_recommendation,
    change_judgement,
    change_recommendation,
    remove_judgement,
    remove_recommendation,
    write_judgement,
    write_recommendation,
)
from .report_parts import finish_part, reopen_part, restore_text, save_part, skip_part
from .report_review import (
    approve_report,
    ask_review,
    comment_report,
    pass_review,
    resolve_comment,
    return_report,
)
from .report_sending import (
    archive_report,
    disseminate_report,
    send_held_report,
    supersede_report,
    withdraw_report,
)
from .report_tasking import (
    begin_collection,
    begin_drafting,
    cancel_report,
    change_report,
    task_report,
)
from .risks import change_risk, join_risk, leave_risk, move_risk, share_risk, write_risk
from .treatments import change_treatment, drop_treatment, finish_treatment, plan_treatment
from .watching import (
    approve_watch,
    change_watch,
    export_watch_list,
    share_watch,
    withdraw_watch,
    write_watch,
)

__all__ = [
    "add_event",
    "add_event_item",
    "add_venue",
    "advance_matrix",
    "answer_recommendation",
    "approve_matrix",
    "approve_report",
    "approve_watch",
    "archive_report",
    "ask_review",
    "assess_anomaly",
    "assess_risk",
    "assign_part",
    "begin_collection",
    "begin_drafting",
    "build_brochure",
    "call_off_event",
    "cancel_report",
    "change_event_days",
    "change_judgement",
    "change_matrix",
    "change_recommendation",
    "change_report",
    "change_risk",
    "change_treatment",
    "change_venue",
    "change_watch",
    "cite_in_report",
    "close_anomaly",
    "comment_report",
    "compute_findings",
    "count_indicators",
    "decline_report",
    "discard_event_assessment",
    "disseminate_report",
    "draft_matrix",
    "drop_host",
    "drop_treatment",
    "drop_venue",
    "export_risks",
    "export_watch_list",
    "file_anomaly",
    "finish_part",
    "finish_treatment",
    "give_event_assessment",
    "invite_side",
    "join_report",
    "join_risk",
    "leave_out_event_item",
    "leave_report",
    "leave_risk",
    "move_event",
    "move_risk",
    "note_matrix_export",
    "pass_review",
    "plan_treatment",
    "propose_matrix",
    "rebuild_indicators",
    "recount_indicators",
    "reinstate_event",
    "remove_citation",
    "remove_judgement",
    "remove_recommendation",
    "reopen_part",
    "resolve_comment",
    "restore_text",
    "return_report",
    "save_part",
    "send_held_report",
    "set_host_side",
    "set_section_level",
    "share_anomaly",
    "share_risk",
    "share_watch",
    "skip_part",
    "supersede_report",
    "take_event_checklist",
    "task_report",
    "tick_event_item",
    "tie_to_event",
    "untick_event_item",
    "untie_from_event",
    "want_findings",
    "withdraw_matrix",
    "withdraw_report",
    "withdraw_watch",
    "write_event_assessment",
    "write_judgement",
    "write_recommendation",
    "write_risk",
    "write_watch",
]
