"""Everything that changes an incident."""

from .act import (
    change_paragraph,
    draft_act,
    move_paragraph,
    remove_paragraph,
    state_position,
    write_paragraph,
)
from .act_disputes import declare_no_agreement, settle, state_opinion, take_to_higher_level
from .act_papers import export_case_pack, print_act
from .act_signing import sign_act
from .asking import (
    alarm_late_questions,
    answer_request,
    ask_information,
    refuse_request,
    withdraw_request,
    write_to_request,
)
from .board import (
    add_task,
    assign_task,
    comment_task,
    drop_task,
    finish_task,
    move_task,
    record_task,
)
from .case_entries import (
    answer_comment,
    change_entry,
    comment_entry,
    exchange_entries,
    pass_evidence,
    translate_entry,
    withdraw_entry,
    write_entry,
)
from .case_files import add_entry_file, download_entry_file, mark_entry_file
from .case_road import (
    alarm_late_cases,
    close_case_part,
    finish_exchange,
    form_team,
    go_on_site,
    plan_meeting_on_line,
)
from .case_team import (
    add_member,
    end_member,
    skip_step,
    skip_steps,
    take_step_back,
    tick_step,
    translate_case,
)
from .cells import (
    count_cells,
    rebuild_cells,
    recount_cells,
)
from .exporting import (
    export_alerts,
    export_incidents,
    export_ledger,
)
from .files import (
    attach_file,
    download_attachment,
    export_files,
    forget_stray_files,
    hand_over,
    mark_scanned,
    withdraw_attachment,
)
from .held import drop_held_release, send_held_release
from .import_work import advance_import
from .importing import (
    map_import,
    start_import,
    stop_import,
    upload_import,
)
from .investigation import agree_case, cite_incident, decline_case, propose_case, withdraw_case
from .life import (
    reopen_incident,
    resubmit_incident,
    return_incident,
    withdraw_incident,
)
from .linking import (
    link_incidents,
    note_near,
    pair_reports,
    unlink_incidents,
)
from .marking import (
    ask_consent,
    give_consent,
    mark_incident,
    pass_on,
    refuse_consent,
)
from .meeting_paper import print_protocol
from .meeting_protocol import (
    alarm_late_decisions,
    change_decision,
    comment_decision,
    confirm_protocol,
    move_decision,
    write_decision,
    write_protocol,
)
from .meetings import (
    add_participant,
    agree_meeting,
    call_again,
    call_meeting,
    cancel_meeting,
    hold_meeting,
    postpone_meeting,
    propose_item,
    remove_participant,
)
from .merging import (
    merge_incidents,
    unmerge_incidents,
)
from .notice_matches import match_notice
from .notice_paper import print_notice
from .notice_sending import send_held_notice, send_notice
from .notices import (
    cancel_notice,
    change_notice,
    discard_notice,
    end_notice,
    translate_notice,
    write_notice,
)
from .paper_forms import (
    enter_paper_form,
    print_paper_copy,
    print_paper_forms,
    reserve_numbers,
    void_paper_form,
)
from .presence import (
    be_present,
    leave,
)
from .printing import (
    print_incident,
)
from .proposals import (
    answer_proposal,
    propose_fields,
    withdraw_fields,
)
from .purging import (
    purge_expired,
)
from .recall import (
    recall_release,
)
from .receipt_checks import (
    record_check,
    stop_handover,
)
from .receipt_list import add_item, remove_item
from .receipt_signing import (
    answer_item,
    confirm_handover,
    print_receipt,
)
from .receipts import (
    cancel_handover,
    name_basis,
    name_hands,
    open_handover,
    plan_handover,
    prepare_handover,
)
from .release import (
    release_incident,
)
from .remarks import (
    add_measure,
    add_note,
)
from .report import (
    record_open_source,
    report_incident,
    supplement_incident,
)
from .request_papers import (
    add_request_file,
    ask_request_consent,
    decide_request_consent,
    download_request_file,
    link_request,
    mark_request_file,
    pass_request_on,
)
from .retention import (
    lift_hold,
    place_hold,
    set_retention,
)
from .review import (
    close_part,
    revise_impact,
    validate_incident,
    verify_incident,
)
from .saved import (
    delete_filter,
    rename_filter,
    save_filter,
)
from .sealed import (
    add_sealed_person,
    correct_sealed_person,
    open_sealed_copy,
    open_sealed_part,
    read_sealed_copy,
    read_sealed_part,
)
from .sealed_release import (
    acknowledge_sealed_recall,
    recall_sealed,
    release_sealed,
)
from .serious import (
    assess_serious,
    assign_serious,
    close_serious,
    decide_serious,
    finish_serious,
    read_serious,
    report_serious,
    take_up_serious,
    write_serious,
)
from .sign_lines import agree_line, confirm_line, decline_line, propose_line, write_result
from .signs import drop_repair, export_signs, finish_repair, inspect_sign, plan_repair
from .subjects import (
    print_certificate,
    print_subject_search,
    search_subjects,
)
from .summaries import (
    export_summary,
    freeze_indicators,
    set_summary_mail,
    summarise_due,
)
from .texts import (
    translate_text,
)

__all__ = [
    "acknowledge_sealed_recall",
    "add_entry_file",
    "add_item",
    "add_measure",
    "add_member",
    "add_note",
    "add_participant",
    "add_request_file",
    "add_sealed_person",
    "add_task",
    "advance_import",
    "agree_case",
    "agree_line",
    "agree_meeting",
    "alarm_late_cases",
    "alarm_late_decisions",
    "alarm_late_questions",
    "answer_comment",
    "answer_item",
    "answer_proposal",
    "answer_request",
    "ask_consent",
    "ask_information",
    "ask_request_consent",
    "assess_serious",
    "assign_serious",
    "assign_task",
    "attach_file",
    "be_present",
    "call_again",
    "call_meeting",
    "cancel_handover",
    "cancel_meeting",
    "cancel_notice",
    "change_decision",
    "change_entry",
    "change_notice",
    "change_paragraph",
    "cite_incident",
    "close_case_part",
    "close_part",
    "close_serious",
    "comment_decision",
    "comment_entry",
    "comment_task",
    "confirm_handover",
    "confirm_line",
    "confirm_protocol",
    "correct_sealed_person",
    "count_cells",
    "decide_request_consent",
    "decide_serious",
    "declare_no_agreement",
    "decline_case",
    "decline_line",
    "delete_filter",
    "discard_notice",
    "download_attachment",
    "download_entry_file",
    "download_request_file",
    "draft_act",
    "drop_held_release",
    "drop_repair",
    "drop_task",
    "end_member",
    "end_notice",
    "enter_paper_form",
    "exchange_entries",
    "export_alerts",
    "export_case_pack",
    "export_files",
    "export_incidents",
    "export_ledger",
    "export_signs",
    "export_summary",
    "finish_exchange",
    "finish_repair",
    "finish_serious",
    "finish_task",
    "forget_stray_files",
    "form_team",
    "freeze_indicators",
    "give_consent",
    "go_on_site",
    "hand_over",
    "hold_meeting",
    "inspect_sign",
    "leave",
    "lift_hold",
    "link_incidents",
    "link_request",
    "map_import",
    "mark_entry_file",
    "mark_incident",
    "mark_request_file",
    "mark_scanned",
    "match_notice",
    "merge_incidents",
    "move_decision",
    "move_paragraph",
    "move_task",
    "name_basis",
    "name_hands",
    "note_near",
    "open_handover",
    "open_sealed_copy",
    "open_sealed_part",
    "pair_reports",
    "pass_evidence",
    "pass_on",
    "pass_request_on",
    "place_hold",
    "plan_handover",
    "plan_meeting_on_line",
    "plan_repair",
    "postpone_meeting",
    "prepare_handover",
    "print_act",
    "print_certificate",
    "print_incident",
    "print_notice",
    "print_paper_copy",
    "print_paper_forms",
    "print_protocol",
    "print_receipt",
    "print_subject_search",
    "propose_case",
    "propose_fields",
    "propose_item",
    "propose_line",
    "purge_expired",
    "read_sealed_copy",
    "read_sealed_part",
    "read_serious",
    "rebuild_cells",
    "recall_release",
    "recall_sealed",
    "record_check",
    "record_open_source",
    "record_task",
    "recount_cells",
    "refuse_consent",
    "refuse_request",
    "release_incident",
    "release_sealed",
    "remove_item",
    "remove_paragraph",
    "remove_participant",
    "rename_filter",
    "reopen_incident",
    "report_incident",
    "report_serious",
    "reserve_numbers",
    "resubmit_incident",
    "return_incident",
    "revise_impact",
    "save_filter",
    "search_subjects",
    "send_held_notice",
    "send_held_release",
    "send_notice",
    "set_retention",
    "set_summary_mail",
    "settle",
    "sign_act",
    "skip_step",
    "skip_steps",
    "start_import",
    "state_opinion",
    "state_position",
    "stop_handover",
    "stop_import",
    "summarise_due",
    "supplement_incident",
    "take_step_back",
    "take_to_higher_level",
    "take_up_serious",
    "tick_step",
    "translate_case",
    "translate_entry",
    "translate_notice",
    "translate_text",
    "unlink_incidents",
    "unmerge_incidents",
    "upload_import",
    "validate_incident",
    "verify_incident",
    "void_paper_form",
    "withdraw_attachment",
    "withdraw_case",
    "withdraw_entry",
    "withdraw_fields",
    "withdraw_incident",
    "withdraw_request",
    "write_decision",
    "write_entry",
    "write_notice",
    "write_paragraph",
    "write_protocol",
    "write_result",
    "write_serious",
    "write_to_request",
]
