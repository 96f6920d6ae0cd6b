"""Which help page belongs to which screen. Read by the settings; names no code."""

# docs/help/<language>/<topic>.md, in the order of the index.
HELP_ORDER = [
    "sign-in", "home", "console", "incident-form", "incident", "texts", "board", "files", "release",
    "handling", "paper", "requests", "notices", "exchange", "ledger", "incidents", "search",
    "import", "summaries", "risk",
    "serious", "investigation", "contact-points", "crossing-points", "line-check", "rota",
    "escalation", "handover", "broadcast", "cap", "contacts", "call-sheet", "settings",
    "channels", "people", "emergency", "audit", "sealed", "retention", "meetings", "signs",
    "guidelines", "sops", "brochure", "risk-register", "risk-reports", "watch-list",
    "public-events", "activities", "nominations", "attendance", "courses", "joint-plan",
    "exercises",
    "joint-operations", "deployments", "recommendations", "contingency-plans", "lists", "webhooks",
    "operations", "messages", "glossary",
]  # fmt: skip
# Help page -> the names of the addresses of its screens; other screens lead to the index.
SCREENS = {
    "sign-in": (
        "account_login account_logout account_inactive account_reauthenticate "
        "account_reset_password account_reset_password_done account_reset_password_from_key "
        "account_reset_password_from_key_done tour welcome mfa_index mfa_authenticate "
        "mfa_reauthenticate mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes "
        "mfa_generate_recovery_codes mfa_list_webauthn mfa_add_webauthn "
        "mfa_reauthenticate_webauthn mfa_remove_webauthn mfa_edit_webauthn mfa_login_webauthn"
    ),
    "home": "home",
    "console": (
        "console acknowledge accept decline hand_back open_alerts open_alerts_confirm "
        "open_alerts_acknowledge not_delivered forward forwards forward_acknowledge alert phrases "
        "phrase_choose phrase_say"
    ),
    "incident-form": "incident_new incident_supplement",
    "incident": (
        "incident incident_print incident_validate incident_impact incident_return "
        "incident_withdraw incident_reopen incident_versions incident_links incident_unlink "
        "incident_merge incident_unmerge incident_paired"
    ),
    "texts": "incident_texts",
    "board": "incident_board incident_task my_tasks",
    "files": "incident_files",
    "release": "incident_release incident_recall",
    "handling": "incident_consents",
    "paper": "paper paper_reserve paper_entry paper_void",
    "requests": "requests request_new information_request request_answer",
    "notices": "notices notice_new notice notice_change",
    "exchange": "incident_proposals incident_propose exchange exchange_export alerts_export",
    "ledger": (
        "ledger ledger_export statements statement statement_line statement_sign statement_export"
    ),
    "incidents": "incidents incident_map saved_filters incident_export",
    "search": "search",
    "import": "imports import",
    "summaries": "summaries summary summary_export indicators",
    "risk": "risk anomalies anomaly anomaly_new",
    "serious": (
        "serious serious_new serious_return serious_handling serious_report serious_message "
        "serious_step"
    ),
    "investigation": (
        "investigations investigation_new investigation investigation_do investigation_step "
        "investigation_steps case_entry_new case_entry case_entry_do case_comment_answer receipts "
        "receipt case_act case_act_new case_act_paragraph case_act_changes case_act_sign "
        "case_opinions verify_act"
    ),
    "contact-points": (
        "contact_points contact_point displays display_make focal_point focal_point_of"
    ),
    "crossing-points": ("crossings crossings_export crossing crossing_waiting crossing_correct"),
    "line-check": "lines line_pair line_break line_export point_pause",
    "rota": (
        "rotas rota my_duty absence_own rota_absence shift_offer swap_accept calendar_renew "
        "rota_export"
    ),
    "escalation": "policies policy policy_edit",
    "handover": "handovers desk_handovers shift_handover journals desk_journal",
    "broadcast": (
        "broadcasts broadcast_new broadcast broadcast_sheet broadcast_end broadcast_phoned"
    ),
    "cap": "cap_messages cap_message",
    "contacts": "contacts contacts_export",
    "call-sheet": "call_sheet",
    "settings": "profile usersessions_list account_change_password why tokens",
    "channels": "channels channel_add attempts",
    "people": "people people_export person person_invite",
    "emergency": "emergencies open_emergency emergency emergency_reviews",
    "audit": "audit",
    "sealed": (
        "incident_sealed incident_sealed_new incident_sealed_person incident_sealed_release "
        "sealed_readings"
    ),
    "retention": (
        "retention retention_holds retention_certificates retention_certificate "
        "incident_retention subject_access subject_access_log"
    ),
    "meetings": "meetings meeting_new meeting meeting_item decisions decision",
    "signs": "signs signs_export sign sign_inspect sign_lines sign_line",
    "guidelines": (
        "guidelines guideline guideline_readers guideline_lesson guideline_version guideline_diff "
        "guideline_edit guideline_step guideline_step_new"
    ),
    "sops": "sops sop sop_readers sop_lesson sop_version sop_diff sop_edit sop_step sop_step_new",
    "brochure": "brochure brochure_edition brochure_preview",
    "risk-register": (
        "risk_register risk_register_export risk_new risk_page risk_change risk_assess "
        "risk_history risk_treatments risk_treatment risk_matrix risk_scales risk_scales_version "
        "risk_scales_edit section_levels section_level"
    ),
    "risk-reports": (
        "reports report_task report report_part report_evidence report_judgement report_review "
        "report_approve report_send report_history"
    ),
    "watch-list": "watch watch_export watch_new watch_entry watch_change",
    "public-events": (
        "public_events public_event public_event_assess public_event_version public_event_now"
    ),
    "activities": (
        "activities activity activity_new activity_change activity_move session_new session_change"
    ),
    "nominations": (
        "activity_people activities_mine activity_travel activity_letters activities_import"
    ),
    "attendance": (
        "activity_attendance activity_here activity_here_code activity_certificates "
        "certificates_mine activity_evaluation trainers trainer trainer_new trainer_change "
        "verify_form verify_certificate"
    ),
    "courses": (
        "courses course course_new course_change retraining retraining_of activity_course "
        "activity_listed materials material material_new"
    ),
    "joint-plan": (
        "programme_report year_plans year_plan year_plan_sign plan_line_new plan_line_change "
        "plan_version activity_plan_line"
    ),
    "exercises": (
        "exercises exercise exercise_new exercise_change exercise_control exercise_results "
        "exercise_replay inject_new inject_change replay_of_incident scenario_of_incident"
    ),
    "joint-operations": (
        "joint_operations joint_operation joint_operation_paper joint_operation_version "
        "joint_operation_shifts joint_operation_day joint_operation_new joint_operation_change "
        "joint_operation_part joint_operation_approve"
    ),
    "deployments": (
        "deployments deployment deployment_new deployments_mine deployment_mine experts expert "
        "expert_new expert_change"
    ),
    "recommendations": "recommendations recommendation recommendation_new recommendation_change",
    "contingency-plans": (
        "contingency_plans contingency_plan contingency_new contingency_change contingency_item "
        "contingency_approve contingency_version contingency_activation"
    ),
    "lists": (
        "places place lists units unit_new unit desk_edit proposals proposal list list_row "
        "propose_new propose_change propose_retire propose_restore unit_move unit_retire "
        "place_status proposal_decline places_export"
    ),
    "webhooks": "webhooks webhook webhook_new webhook_change webhook_secret",
    "operations": "operations",
    "messages": "given_up",
    "glossary": "glossary",
}
HELP_TOPICS = {screen: topic for topic, screens in SCREENS.items() for screen in screens.split()}
