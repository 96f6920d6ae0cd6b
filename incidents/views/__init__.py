"""Pages of incidents: doors to the verbs, and the names their templates may use."""

from .act import (
    case_act,
    case_act_changes,
    case_act_draft,
    case_act_move,
    case_act_paragraph,
    case_act_pdf,
    case_act_remove,
    case_act_sign,
    case_opinions,
    case_pack,
)
from .asking import request_answer, request_file, request_list, request_new, request_page
from .board import (
    incident_board,
    incident_task,
    my_tasks,
)
from .case import (
    investigation,
    investigation_do,
    investigation_member_end,
    investigation_new,
    investigation_step,
    investigation_steps,
    investigations,
)
from .case_entries import (
    case_comment_answer,
    case_entry,
    case_entry_do,
    case_entry_new,
    case_exchange,
    case_file,
)
from .exchange import (
    alerts_export,
    exchange,
    exchange_export,
)
from .exporting import (
    incident_export,
)
from .files import (
    incident_file,
    incident_file_hand_over,
    incident_file_withdraw,
    incident_files,
    incident_files_pack,
)
from .finding import (
    filter_chips,
    filter_delete,
    filter_rename,
    incident_map,
    saved_filters,
)
from .handling import (
    consent_give,
    consent_refuse,
    incident_ask_consent,
    incident_consents,
    incident_mark,
    incident_pass_on,
)
from .importing import (
    import_faults,
    import_one,
    import_start,
    import_stop,
    imports,
)
from .joining import (
    incident_links,
    incident_merge,
    incident_paired,
    incident_unlink,
    incident_unmerge,
)
from .life import (
    incident_impact,
    incident_reopen,
    incident_resubmit,
    incident_return,
    incident_validate,
    incident_withdraw,
)
from .lists import (
    incident_list,
)
from .meeting_decisions import decision, decisions
from .meetings import (
    meeting_item,
    meeting_list,
    meeting_new,
    meeting_page,
    meeting_pdf,
)
from .near import (
    incident_near,
)
from .notices import (
    notice_change,
    notice_list,
    notice_match,
    notice_new,
    notice_page,
    notice_pdf,
)
from .presence import (
    incident_presence,
)
from .printing import (
    incident_form_pdf,
    incident_print,
)
from .proposals import (
    incident_proposal_answer,
    incident_proposal_withdraw,
    incident_proposals,
    incident_propose,
)
from .recall import (
    incident_recall,
)
from .receipts import (
    receipt,
    receipt_pdf,
    receipts,
)
from .record import (
    incident_close,
    incident_detail,
    incident_measure,
    incident_note,
    incident_verify,
)
from .release import (
    incident_held_drop,
    incident_release,
)
from .report import (
    incident_new,
    incident_supplement,
)
from .retention import (
    hold_lift,
    incident_hold,
    incident_retention,
    retention,
    retention_certificate,
    retention_certificate_pdf,
    retention_certificates,
    retention_holds,
)
from .sealed import (
    incident_sealed,
    incident_sealed_acknowledge,
    incident_sealed_new,
    incident_sealed_person,
)
from .sealed_release import (
    incident_sealed_recall,
    incident_sealed_release,
    sealed_readings,
)
from .signs import (
    sign_inspect,
    sign_line,
    sign_lines,
    sign_list,
    sign_page,
    sign_photo,
    signs_export,
)
from .subjects import (
    subject_access,
    subject_access_log,
)
from .summaries import (
    indicators,
    summaries,
    summary,
    summary_export,
    summary_mail,
)
from .texts import (
    incident_texts,
)
from .verifying import verify_act
from .versions import (
    incident_versions,
)

__all__ = [
    "alerts_export",
    "case_act",
    "case_act_changes",
    "case_act_draft",
    "case_act_move",
    "case_act_paragraph",
    "case_act_pdf",
    "case_act_remove",
    "case_act_sign",
    "case_comment_answer",
    "case_entry",
    "case_entry_do",
    "case_entry_new",
    "case_exchange",
    "case_file",
    "case_opinions",
    "case_pack",
    "consent_give",
    "consent_refuse",
    "decision",
    "decisions",
    "exchange",
    "exchange_export",
    "filter_chips",
    "filter_delete",
    "filter_rename",
    "hold_lift",
    "import_faults",
    "import_one",
    "import_start",
    "import_stop",
    "imports",
    "incident_ask_consent",
    "incident_board",
    "incident_close",
    "incident_consents",
    "incident_detail",
    "incident_export",
    "incident_file",
    "incident_file_hand_over",
    "incident_file_withdraw",
    "incident_files",
    "incident_files_pack",
    "incident_form_pdf",
    "incident_held_drop",
    "incident_hold",
    "incident_impact",
    "incident_links",
    "incident_list",
    "incident_map",
    "incident_mark",
    "incident_measure",
    "incident_merge",
    "incident_near",
    "incident_new",
    "incident_note",
    "incident_paired",
    "incident_pass_on",
    "incident_presence",
    "incident_print",
    "incident_proposal_answer",
    "incident_proposal_withdraw",
    "incident_proposals",
    "incident_propose",
    "incident_recall",
    "incident_release",
    "incident_reopen",
    "incident_resubmit",
    "incident_retention",
    "incident_return",
    "incident_sealed",
    "incident_sealed_acknowledge",
    "incident_sealed_new",
    "incident_sealed_person",
    "incident_sealed_recall",
    "incident_sealed_release",
    "incident_supplement",
    "incident_task",
    "incident_texts",
    "incident_unlink",
    "incident_unmerge",
    "incident_validate",
    "incident_verify",
    "incident_versions",
    "incident_withdraw",
    "indicators",
    "investigation",
    "investigation_do",
    "investigation_member_end",
    "investigation_new",
    "investigation_step",
    "investigation_steps",
    "investigations",
    "meeting_item",
    "meeting_list",
    "meeting_new",
    "meeting_page",
    "meeting_pdf",
    "my_tasks",
    "notice_change",
    "notice_list",
    "notice_match",
    "notice_new",
    "notice_page",
    "notice_pdf",
    "receipt",
    "receipt_pdf",
    "receipts",
    "request_answer",
    "request_file",
    "request_list",
    "request_new",
    "request_page",
    "retention",
    "retention_certificate",
    "retention_certificate_pdf",
    "retention_certificates",
    "retention_holds",
    "saved_filters",
    "sealed_readings",
    "sign_inspect",
    "sign_line",
    "sign_lines",
    "sign_list",
    "sign_page",
    "sign_photo",
    "signs_export",
    "subject_access",
    "subject_access_log",
    "summaries",
    "summary",
    "summary_export",
    "summary_mail",
    "verify_act",
]
