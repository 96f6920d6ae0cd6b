"""What the kernel's pages take from the apps above, by dotted names. Part of the settings."""

# The rights that pages of apps above contactpoints take; who tells why one sees a single thing.
PAGE_RIGHTS = {
    **dict.fromkeys(("audit", "audit_sheet", "audit_sealed", "emergency_reviews"), "read_audit"),
    "attempts": "view_alerts",
    **dict.fromkeys(("forward", "not_delivered", "open_alerts"), "view_alerts"),
    **dict.fromkeys(
        (
            "hand_back",
            "open_alerts_acknowledge",
            "open_alerts_confirm",
            "resend_alert",
            "forward_withdraw",
        ),
        "acknowledge_alerts",
    ),
    **dict.fromkeys(("forwards", "forward_acknowledge"), "annotate_incidents"),
    "alert": "view_alerts",
    **dict.fromkeys(("alert_update", "alert_cancel", "alert_held_drop"), "acknowledge_alerts"),
    **dict.fromkeys(("phrases", "phrase_choose", "phrase_say"), ("view_alerts", "view_incidents")),
    "operations": "operate_portal",
    **dict.fromkeys(("exchange", "exchange_export", "alerts_export"), "view_alerts"),
    **dict.fromkeys(
        ("ledger", "ledger_export", "statements", "statement", "statement_export", "statement_pdf"),
        "view_alerts",
    ),
    **dict.fromkeys(("statement_line", "statement_sign"), "set_rota"),
    **dict.fromkeys(("requests", "information_request"), ("view_alerts", "view_incidents")),
    **dict.fromkeys(("notices", "notice", "notice_pdf"), "view_incidents"),
    **dict.fromkeys(("notice_new", "notice_change"), "report_incidents"),
    "notice_match": "annotate_incidents",
    "request_file": "view_alerts",
    **dict.fromkeys(("request_new", "request_answer"), "acknowledge_alerts"),
    **dict.fromkeys(("broadcasts", "broadcast", "broadcast_sheet"), "view_alerts"),
    **dict.fromkeys(
        (
            "cap_messages",
            "cap_message",
            "cap_message_xml",
            "cap_message_receipt",
            "delivery_cap",
            "delivery_cap_answer",
        ),
        "view_alerts",
    ),
    **dict.fromkeys(("broadcast_new", "broadcast_end", "broadcast_phoned"), "acknowledge_alerts"),
    **dict.fromkeys(
        ("paper", "paper_reserve", "paper_set_pdf", "paper_entry", "paper_void"),
        "report_incidents",
    ),
    "paper_copy_pdf": "release_incidents",
    "incident_recall": "recall_releases",
    "incident_proposals": "view_incidents",
    "incident_propose": "annotate_incidents",
    **dict.fromkeys(
        ("unit_new", "propose_new", "propose_change", "propose_retire", "propose_restore"),
        "administer_lists",
    ),
    **dict.fromkeys(
        ("incident_versions", "incident_board", "incident_task", "my_tasks"), "view_incidents"
    ),
    "incident_texts": "translate_incidents",
    "serious_handling": "handle_serious",
    **dict.fromkeys(
        ("investigations", "investigation", "case_entry", "case_entry_new"), "view_investigations"
    ),
    "investigation_new": "lead_investigations",
    **dict.fromkeys(("summaries", "summary", "summary_export", "summary_mail"), "view_incidents"),
    **dict.fromkeys(("receipts", "receipt", "receipt_pdf"), "view_investigations"),
    "indicators": "validate_incidents",
    **dict.fromkeys(
        ("imports", "import", "import_start", "import_stop", "import_faults"), "import_incidents"
    ),
    **dict.fromkeys(("incident_validate", "incident_impact"), "validate_incidents"),
    "incident_return": ("verify_incidents", "validate_incidents"),
    "incident_withdraw": ("close_incidents", "report_incidents"),
    "incident_reopen": "close_incidents",
    **dict.fromkeys(("emergencies", "open_emergency", "end_emergency"), "break_glass"),
    "incident_sealed": ("open_sealed", "write_sealed"),
    "incident_sealed_new": "write_sealed",
    "incident_sealed_person": "open_sealed",
    "incident_sealed_release": "release_sealed",
    "sealed_readings": "read_audit",
    **dict.fromkeys(
        ("retention", "retention_holds", "incident_retention"), ("read_audit", "place_holds")
    ),
    **dict.fromkeys(
        (
            "retention_certificates",
            "retention_certificate",
            "retention_certificate_pdf",
            "subject_access_log",
        ),
        "read_audit",
    ),
    "subject_access": "search_subjects",
    **dict.fromkeys(
        ("case_act", "case_act_changes", "case_opinions", "case_act_pdf", "case_pack"),
        "view_investigations",
    ),
    **dict.fromkeys(
        (
            "case_act_new",
            "case_act_paragraph",
            "case_act_draft",
            "case_act_remove",
            "case_act_move",
        ),
        "lead_investigations",
    ),
    "case_act_sign": "sign_acts",
    **dict.fromkeys(
        (
            "guidelines",
            "guideline",
            "guideline_pdf",
            "guideline_version",
            "guideline_diff",
            "guideline_readers",
            "guideline_lesson",
        ),
        "view_incidents",
    ),
    **dict.fromkeys(("guideline_step_new", "guideline_edit", "guideline_step"), "draft_guidelines"),
    **dict.fromkeys(
        (
            "sops",
            "sop",
            "sop_pdf",
            "sop_version",
            "sop_diff",
            "sop_readers",
            "sop_lesson",
        ),
        "view_incidents",
    ),
    **dict.fromkeys(("sop_step_new", "sop_edit", "sop_step"), "draft_sops"),
    **dict.fromkeys(
        ("signs", "signs_export", "sign", "sign_lines", "sign_line", "sign_photo"), "view_incidents"
    ),
    "sign_inspect": "inspect_signs",
    **dict.fromkeys(
        ("meetings", "meeting", "meeting_pdf", "meeting_item", "decisions", "decision"),
        "view_investigations",
    ),
    "meeting_new": "hold_meetings",
    **dict.fromkeys(
        ("webhooks", "webhook", "webhook_new", "webhook_change"), "administer_accounts"
    ),
    **dict.fromkeys(("displays", "display_make"), "set_rota"),
    **dict.fromkeys(
        (
            "brochure",
            "brochure_edition",
            "brochure_pdf",
            "brochure_preview",
            "brochure_preview_pdf",
        ),
        "view_incidents",
    ),
    **dict.fromkeys(("activities", "activity", "activity_file"), "view_activities"),
    **dict.fromkeys(
        ("activity_new", "activity_change", "activity_move", "session_new", "session_change"),
        "plan_activities",
    ),
    **dict.fromkeys(("risk", "risk_chart", "anomalies", "anomaly"), "view_incidents"),
    **dict.fromkeys(("anomaly_new", "anomaly_do"), "file_anomalies"),
    **dict.fromkeys(
        (
            "risk_register",
            "risk_register_export",
            "risk_page",
            "risk_history",
            "risk_treatments",
            "risk_matrix",
            "risk_matrix_file",
            "risk_scales",
            "risk_scales_version",
            "section_levels",
            "section_level",
            "public_events",
            "public_event",
            "public_event_version",
            "public_event_now",
        ),
        ("view_incidents", "read_risks"),
    ),
    **dict.fromkeys(
        ("reports", "report", "report_print", "report_chart"), ("view_incidents", "read_risks")
    ),
    **dict.fromkeys(("watch", "watch_export", "watch_entry"), ("view_incidents", "read_risks")),
    **dict.fromkeys(("watch_new", "watch_change"), "write_risks"),
    "report_task": "task_reports",
    **dict.fromkeys(
        (
            "report_part",
            "report_evidence",
            "report_judgement",
            "report_review",
            "report_history",
            "report_approve",
        ),
        "read_risks",
    ),
    "report_send": ("write_risks",),
    **dict.fromkeys(
        (
            "risk_new",
            "risk_change",
            "risk_assess",
            "risk_treatment",
            "risk_scales_edit",
            "public_event_assess",
        ),
        "write_risks",
    ),
    **dict.fromkeys(
        (
            "activity_people",
            "activity_people_check",
            "activities_mine",
            "activity_travel",
            "activity_ics",
            "courses",
            "course",
            "activity_listed",
            "materials",
            "material",
            "material_file",
        ),
        "view_activities",
    ),
    **dict.fromkeys(
        ("activities_import", "activity_letters", "activity_time_decline"), "plan_activities"
    ),
    **dict.fromkeys(
        ("activity_attendance", "activity_here", "activity_certificates"), "plan_activities"
    ),
    **dict.fromkeys(
        ("activity_here_code", "certificates_mine", "certificate_pdf", "activity_evaluation"),
        "view_activities",
    ),
    **dict.fromkeys(
        ("course_new", "course_change", "activity_course", "material_new"), "plan_activities"
    ),
    **dict.fromkeys(("trainers", "trainer", "trainer_new", "trainer_change"), "plan_activities"),
    **dict.fromkeys(("retraining", "retraining_of"), ("plan_activities", "nominate")),
    **dict.fromkeys(
        ("programme_report", "year_plans", "year_plan", "plan_version", "plan_paper"),
        "view_activities",
    ),
    **dict.fromkeys(("plan_line_new", "plan_line_change", "activity_plan_line"), "plan_activities"),
    "year_plan_sign": "sign_plans",
}
EXPLANATIONS = {
    "incident": "incidents.why.copies",
    "incident_supplement": "incidents.why.copies",
    "incident_release": "incidents.why.copies",
    "incident_print": "incidents.why.copies",
    "paper_copy_pdf": "incidents.why.copies",
    **dict.fromkeys(
        (
            "incident_validate",
            "incident_impact",
            "incident_return",
            "incident_withdraw",
            "incident_reopen",
            "incident_versions",
            "incident_texts",
            "incident_board",
            "incident_task",
        ),
        "incidents.why.copies",
    ),
    **dict.fromkeys(
        (
            "incident_sealed",
            "incident_sealed_new",
            "incident_sealed_person",
            "incident_sealed_release",
        ),
        "incidents.why.sealed",
    ),
    "incident_consents": "incidents.why.copies",
    "incident_files": "incidents.why.copies",
    "incident_retention": "incidents.why.copies",
    "incident_links": "incidents.why.copies",
    "incident_merge": "incidents.why.copies",
    "incident_unmerge": "incidents.why.copies",
    "incident_paired": "incidents.why.both_copies",
    "incident_recall": "incidents.why.copies",
    "incident_proposals": "incidents.why.copies",
    "incident_propose": "incidents.why.copies",
}
HOME_TILES = [
    "contactpoints.tiles.tasks_of",
    "contactpoints.forward_tiles.tasks_of",
    "contactpoints.handover_tiles.tasks_of",
    "contactpoints.ledger_tiles.tasks_of",
    "contactpoints.tiles.rota_tasks_of",
    "contactpoints.list_tiles.tasks_of",
    "contactpoints.procedure_tiles.tasks_of",
    "contactpoints.webhook_tiles.tasks_of",
    "incidents.asking.tiles.tasks_of",
    "incidents.notices.tiles.tasks_of",
    "incidents.tiles.tasks_of",
    "incidents.paper_tiles.tasks_of",
    "incidents.investigation.tiles.tasks_of",
    "incidents.serious_tiles.tasks_of",
    "incidents.sealed_tiles.tasks_of",
    "incidents.tiles.consents_of",
    "incidents.tiles.indicators_of",
    "incidents.investigation.meeting_tiles.tasks_of",
    "incidents.investigation.sign_tiles.tasks_of",
    "contactpoints.emergency.tasks_of",
    "riskanalysis.register_tiles.tasks_of",
    "riskanalysis.report_tiles.tasks_of",
    "riskanalysis.watch_tiles.tasks_of",
    "training.activity_tiles.tasks_of",
    "training.people_tiles.tasks_of",
    "training.after_tiles.tasks_of",
    "training.course_tiles.tasks_of",
    "training.plan_tiles.tasks_of",
    "bordercoop.web.trail.tiles.tasks_of",
    "bordercoop.operations.tiles.tasks_of",
]
# What the one search asks, in the order of its answer: (officer, query, most) -> Group or None.
SEARCHES = [
    "incidents.search.found_in",
    "incidents.asking.tiles.found_in",
    "incidents.notices.tiles.found_in",
    "contactpoints.search.units_in",
    "contactpoints.search.places_in",
    "incidents.investigation.sign_tiles.found_in",
    "riskanalysis.register_tiles.found_in",
    "riskanalysis.report_search.found_in",
    "riskanalysis.watch_tiles.found_in",
    "training.activity_tiles.found_in",
    "contactpoints.search.people_in",
    "contactpoints.search.procedures_in",
    "bordercoop.web.finding.sources.help_pages",
    "bordercoop.web.finding.sources.glossary",
]
ROLE_NAME = "contactpoints.access.role_name"
# Pages between which readers of activities go: (user) -> [(code, label, address)].
ACTIVITY_TABS = ["training.activity_tiles.tabs"]
# Groups of the menu: the daily work, where to look up, what is wanted seldom. On a phone the bar
# holds the first entries and "More" the rest, so the order is that of use.
NAVIGATION = [
    [
        "contactpoints.tiles.navigation",
        "contactpoints.forward_tiles.navigation",
        "incidents.tiles.navigation",
        "incidents.asking.tiles.navigation",
        "incidents.notices.tiles.navigation",
        "riskanalysis.tiles.navigation",
        "incidents.investigation.tiles.navigation",
        "incidents.serious_tiles.navigation",
        "bordercoop.web.trail.tiles.navigation",
        "incidents.retention_tiles.navigation",
        "contactpoints.list_tiles.navigation",
        "bordercoop.operations.tiles.navigation",
    ],
    [
        "contactpoints.tiles.navigation_of_contacts",
        "contactpoints.list_tiles.navigation_of_places",
        "contactpoints.procedure_tiles.navigation",
        "training.activity_tiles.navigation",
        "incidents.investigation.meeting_tiles.navigation",
        "incidents.investigation.sign_tiles.navigation",
    ],
    [
        "contactpoints.emergency.navigation",
        "contactpoints.ledger_tiles.navigation",
        "contactpoints.webhook_tiles.navigation",
        "incidents.tiles.navigation_of_exchange",
        "incidents.paper_tiles.navigation",
        "incidents.sealed_tiles.navigation",
        "incidents.retention_tiles.navigation_of_holds",
    ],
]
