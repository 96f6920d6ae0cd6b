"""The rights that pages of apps above contactpoints take: who tells why one sees a single thing."""

# Any of the rights -> the names of the addresses.
TAKEN = {
    ("read_audit",): (
        "audit audit_sheet audit_sealed emergency_reviews sealed_readings retention_certificates "
        "retention_certificate retention_certificate_pdf subject_access_log"
    ),
    ("view_alerts",): (
        "attempts forward not_delivered open_alerts alert exchange exchange_export alerts_export "
        "ledger ledger_export statements statement statement_export statement_pdf request_file "
        "broadcasts broadcast broadcast_sheet cap_messages cap_message cap_message_xml "
        "cap_message_receipt delivery_cap delivery_cap_answer"
    ),
    ("acknowledge_alerts",): (
        "hand_back open_alerts_acknowledge open_alerts_confirm resend_alert forward_withdraw "
        "alert_update alert_cancel alert_held_drop request_new request_answer broadcast_new "
        "broadcast_end broadcast_phoned"
    ),
    ("annotate_incidents",): "forwards forward_acknowledge notice_match incident_propose",
    (
        "view_alerts",
        "view_incidents",
    ): "phrases phrase_choose phrase_say requests information_request",
    ("operate_portal",): "operations",
    ("set_rota",): "statement_line statement_sign displays display_make",
    ("view_incidents",): (
        "notices notice notice_pdf incident_proposals incident_versions incident_board "
        "incident_task my_tasks summaries summary summary_export summary_mail guidelines "
        "guideline guideline_pdf guideline_version guideline_diff guideline_readers "
        "guideline_lesson sops sop sop_pdf sop_version sop_diff sop_readers sop_lesson signs "
        "signs_export sign sign_lines sign_line sign_photo brochure brochure_edition brochure_pdf "
        "brochure_preview brochure_preview_pdf risk risk_chart anomalies anomaly"
    ),
    (
        "report_incidents",
    ): "notice_new notice_change paper paper_reserve paper_set_pdf paper_entry paper_void "
    "crossing_waiting crossing_correct",
    ("release_incidents",): "paper_copy_pdf",
    ("recall_releases",): "incident_recall",
    ("administer_lists",): "unit_new propose_new propose_change propose_retire propose_restore",
    ("translate_incidents",): "incident_texts",
    ("handle_serious",): "serious_handling",
    ("view_investigations",): (
        "investigations investigation case_entry case_entry_new receipts receipt receipt_pdf "
        "case_act case_act_changes case_opinions case_act_pdf case_pack meetings meeting "
        "meeting_pdf meeting_item decisions decision"
    ),
    ("lead_investigations",): (
        "investigation_new case_act_new case_act_paragraph case_act_draft case_act_remove "
        "case_act_move"
    ),
    ("validate_incidents",): "indicators incident_validate incident_impact",
    ("import_incidents",): "imports import import_start import_stop import_faults",
    ("verify_incidents", "validate_incidents"): "incident_return",
    ("close_incidents", "report_incidents"): "incident_withdraw",
    ("close_incidents",): "incident_reopen",
    ("break_glass",): "emergencies open_emergency end_emergency",
    ("open_sealed", "write_sealed"): "incident_sealed",
    ("write_sealed",): "incident_sealed_new",
    ("open_sealed",): "incident_sealed_person",
    ("release_sealed",): "incident_sealed_release",
    ("read_audit", "place_holds"): "retention retention_holds incident_retention",
    ("search_subjects",): "subject_access",
    ("sign_acts",): "case_act_sign",
    ("draft_guidelines",): "guideline_step_new guideline_edit guideline_step",
    ("draft_sops",): "sop_step_new sop_edit sop_step",
    ("inspect_signs",): "sign_inspect",
    ("hold_meetings",): "meeting_new",
    ("administer_accounts",): "webhooks webhook webhook_new webhook_change",
    ("view_activities",): (
        "activities activity activity_file activity_people activity_people_check activities_mine "
        "activity_travel activity_ics courses course activity_listed materials material "
        "material_file activity_here_code certificates_mine certificate_pdf activity_evaluation "
        "programme_report year_plans year_plan plan_version plan_paper joint_operations "
        "joint_operation joint_operation_paper joint_operation_version joint_operation_pdf "
        "joint_operation_shifts joint_operation_day recommendations recommendation "
        "recommendation_file contingency_plans contingency_plan contingency_version "
        "contingency_paper contingency_activation exercises exercise exercise_by_uid "
        "exercise_control exercise_results exercise_replay exercise_paper replay_of_incident"
    ),
    ("plan_activities",): (
        "activity_new activity_change activity_move session_new session_change activities_import "
        "activity_letters activity_time_decline activity_attendance activity_here "
        "activity_certificates course_new course_change activity_course material_new trainers "
        "trainer trainer_new trainer_change plan_line_new plan_line_change activity_plan_line "
        "joint_operation_new joint_operation_change joint_operation_part recommendation_new "
        "recommendation_change contingency_new contingency_change contingency_item experts expert "
        "expert_new expert_change exercise_new exercise_change inject_new inject_change "
        "scenario_of_incident"
    ),
    ("file_anomalies",): "anomaly_new anomaly_do",
    ("view_incidents", "read_risks"): (
        "risk_register risk_register_export risk_page risk_history risk_treatments risk_matrix "
        "risk_matrix_file risk_scales risk_scales_version section_levels section_level "
        "public_events public_event public_event_version public_event_now reports report "
        "report_print report_chart watch watch_export watch_entry"
    ),
    ("write_risks",): (
        "watch_new watch_change report_send risk_new risk_change risk_assess risk_treatment "
        "risk_scales_edit public_event_assess"
    ),
    ("task_reports",): "report_task",
    (
        "read_risks",
    ): "report_part report_evidence report_judgement report_review report_history report_approve",
    ("plan_activities", "nominate"): "retraining retraining_of",
    ("sign_plans",): "year_plan_sign joint_operation_approve contingency_approve",
    ("set_rota", "plan_activities"): "deployments deployment deployment_new",
}
PAGE_RIGHTS = {
    page: rights if len(rights) > 1 else rights[0]
    for rights, pages in TAKEN.items()
    for page in pages.split()
}
