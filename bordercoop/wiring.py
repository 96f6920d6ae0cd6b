"""Where the kernel reaches up: dotted names, so that it imports no app. Part of the settings."""

CELERY_APPLICATION = "bordercoop.celery.app"
CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "bordercoop.outbox.tasks.tick",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "forget": {
        "task": "bordercoop.access.tasks.forget_expired",
        "schedule": 86400.0,
        "options": {"expires": 3600},
    },
    "forget_keys": {
        "task": "bordercoop.api.tasks.forget_old_keys",
        "schedule": 86400.0,
        "options": {"expires": 3600},
    },
    "stray_files": {
        "task": "incidents.tasks.forget_stray_files",
        "schedule": 86400.0,
        "options": {"expires": 3600},
    },
    "purge": {
        "task": "incidents.tasks.purge_expired",
        "schedule": 86400.0,
        "options": {"expires": 3600},
    },
    "rotas": {
        "task": "contactpoints.tasks.extend_rotas",
        "schedule": 86400.0,
        "options": {"expires": 3600},
    },
    "brochure": {
        "task": "riskanalysis.tasks.build_brochure",
        "schedule": 86400.0,
        "options": {"expires": 3600},
    },
    "webhook_log": {
        "task": "contactpoints.tasks.forget_webhook_attempts",
        "schedule": 86400.0,
        "options": {"expires": 3600},
    },
}
# What is of priority P1 does not queue behind the rest: it has lanes of its own.
MAIL_LANES = dict.fromkeys(("mail", "mail_p1"), "contactpoints.channels.send_mail")
PERSONAL_LANES = {
    f"{kind}{lane}": "contactpoints.reaching.sending.send_personal"
    for kind in ("push", "sms", "messenger", "voice")
    for lane in ("", "_p1")
}
OUTBOX_CHANNELS = {
    "live": "contactpoints.channels.send_live",
    **MAIL_LANES,
    **PERSONAL_LANES,
    "digest": "contactpoints.reaching.sending.send_digest",
    "unreached": "contactpoints.reaching.sending.send_unreached",
    "password_reset": "bordercoop.access.actions.send_password_reset",
    "invitation": "bordercoop.access.actions.send_invitation",
    "factor_reset": "bordercoop.access.second_factor.send_reset_letter",
    "emergency": "contactpoints.letters.send_emergency",
    "forward": "contactpoints.forward_letters.send_forward",
    "waiting": "contactpoints.letters.send_waiting",
    "proposal": "contactpoints.channels.send_proposal",
    "approval": "contactpoints.letters.send_approval",
    "review": "contactpoints.letters.send_review",
    "rota_gaps": "contactpoints.letters.send_rota_gaps",
    "statement": "contactpoints.letters.send_statement",
    "handling": "incidents.letters.send",
    "scan": "incidents.channels.scan_file",
    "import": "incidents.channels.go_on_importing",
    "silence": "bordercoop.operations.watchdog.send_silence",
    "summary": "incidents.letters.send_summary",
    "request": "incidents.letters.send_request",
    "webhook": "contactpoints.webhooks.sending.send_webhook",
    "webhook_off": "contactpoints.letters.send_webhook_off",
    "brochure": "riskanalysis.brochure.following.carry_out",
    "finding": "riskanalysis.channels.compute",
    "activity_letter": "training.letters.send_activity_letter",
    "activity_scan": "training.channels.scan_file",
    "evaluation_letter": "training.evaluation_letters.send_evaluation_letter",
    "retraining": "training.course_letters.send_retraining",
    "plan_waits": "training.plan_letters.send_plan",
    "material_scan": "training.channels.scan_material",
    "lesson_letter": "training.lessons.channels.send_recommendation",
    "contingency_waits": "training.lessons.channels.send_contingency",
    "evidence_scan": "training.lessons.channels.scan_evidence",
    "deployment_letter": "training.deployments.channels.send_deployment",
    "accreditation_letter": "training.deployments.channels.send_accreditation",
    "operation_waits": "training.joint_operations.channels.send_operation",
    "operation_shift": "training.joint_operations.channels.send_operation_shift",
}
OUTBOX_GIVEN_UP = {
    "live": "contactpoints.channels.give_up",
    **dict.fromkeys(MAIL_LANES, "contactpoints.channels.give_up"),
    **dict.fromkeys(PERSONAL_LANES, "contactpoints.reaching.sending.give_up_personal"),
    "forward": "contactpoints.forward_letters.give_up_forward",
    "scan": "incidents.channels.give_up_scan",
    "activity_scan": "training.channels.give_up_scan",
    "material_scan": "training.channels.give_up_material",
    "evidence_scan": "training.lessons.channels.give_up_evidence",
    "webhook": "contactpoints.webhooks.sending.give_up_webhook",
}
# Seconds after which a receiver that is away is asked again; others every five minutes.
OUTBOX_AWAY = {"mail_p1": 60}
# Ticks for which two seconds are long: the relay runs them every half a second as well.
QUICK_TICKS = [
    "contactpoints.actions.escalate_all_due",
    "training.exercises.actions.release_due_injects",
]
TICKS = [
    "bordercoop.operations.watchdog.watch_processes",
    "contactpoints.actions.settle_deliveries",
    "contactpoints.actions.escalate_all_due",
    "contactpoints.actions.check_lines",
    "contactpoints.actions.end_pauses",
    "contactpoints.actions.repeat_broadcasts",
    "contactpoints.actions.end_due_postings",
    "contactpoints.actions.apply_due_changes",
    "contactpoints.actions.retire_due_units",
    "contactpoints.actions.advance_procedures",
    "contactpoints.actions.alarm_rota_gaps",
    "contactpoints.actions.make_due_statement",
    "incidents.actions.count_cells",
    "riskanalysis.actions.count_indicators",
    "incidents.actions.summarise_due",
    "incidents.actions.alarm_late_cases",
    "incidents.actions.alarm_late_decisions",
    "incidents.actions.alarm_late_questions",
    "riskanalysis.actions.advance_matrix",
    "training.actions.run_due_activities",
    "training.actions.withdraw_gone",
    "training.actions.take_answers",
    "training.actions.remind_due",
    "training.actions.close_due_attendance",
    "training.actions.ask_for_evaluations",
    "training.joint_operations.actions.run_due_operations",
    "training.joint_operations.actions.draft_due_days",
    "training.joint_operations.actions.withdraw_shifts_of_gone",
    "training.lessons.actions.remind_owners",
    "training.deployments.actions.end_due_deployments",
    "training.deployments.actions.remind_of_deployments",
    "training.exercises.actions.release_due_injects",
    "bordercoop.audit.sealing.seal_when_due",
]
# Who hears of a verb that was written into the audit trail, in the same transaction: (verb,
# [(about, side, facts)]). Those that webhooks may follow (contactpoints/webhooks/catalogue.py).
FOLLOWERS = dict.fromkeys(
    (
        "alert.raised",
        *(
            f"delivery.{verb}"
            for verb in (
                "sent", "delivered", "opened", "acknowledged", "acknowledged_by_phone", "accepted",
                "declined", "handed_back", "failed", "escalated", "woken", "recalled",
            )
        ),
        "broadcast.sent", "broadcast.ended",
        "line.missed", "line.repaired",
        "exchange.paused", "exchange.resumed",
        "request.asked", "request.answered", "request.withdrawn", "request.overdue",
        "duty.handed_over", "duty.taken_over",
        "risk_report.disseminated", "risk_report.withdrawn", "risk_report.superseded",
    ),
    "contactpoints.webhooks.queueing.queue_facts",
)  # fmt: skip
# What is made of the procedures in force is made anew with them.
FOLLOWERS |= dict.fromkeys(
    ("procedure.in_force", "procedure.withdrawn", "matrix.in_force"),
    "riskanalysis.brochure.following.queue_brochure",
)
# Whom a new version wants trained again; who came to an activity was trained in what it taught.
FOLLOWERS["procedure.in_force"] = [  # type: ignore[assignment]
    "riskanalysis.brochure.following.queue_brochure",
    "training.actions.queue_retraining",
]
FOLLOWERS |= dict.fromkeys(
    ("participation.attended", "participation.certified", "participation.no_show"),
    "training.actions.follow_attendance",
)
# What a webhook is told of things of the apps above, by the word before the public id: (public id,
# facts of the verb) -> (ids of the desks that it concerns, facts that each of them may read).
WEBHOOK_SUBJECTS = {
    "information_request": "incidents.asking.hooks.told_of",
    "risk_report": "riskanalysis.report_hooks.told_of",
}
STILL_POSTED = "contactpoints.access.still_posted"
OPERATOR_CHECK = "contactpoints.access.may_operate"
# Who is told when a process falls silent: () -> ids of accounts.
OPERATORS = "contactpoints.access.operators"
AUDITOR_CHECK = "contactpoints.access.may_audit"
# What a refused address was about: its word before the public id, as the audit trail names things.
AUDIT_KINDS = {
    "incidents": "incident",
    "cap": "cap",
    "channels": "channel",
    "deliveries": "delivery",
    "forwards": "forward",
    "messages": "message",
    "people": "user",
    "postings": "posting",
    "emergency": "emergency",
    "proposals": "proposal",
    "consents": "consent",
    "shifts": "shift",
    "rota-rules": "rota_rule",
    "swaps": "swap",
    "absences": "absence",
    "files": "file",
    "import": "import",
    "imports": "import",
    "summaries": "summary",
    "holds": "hold",
    "certificates": "purge",
    "investigations": "investigation",
    "receipts": "handover",
    "meetings": "meeting",
    "notices": "notice",
    "decisions": "decision",
    "displays": "display",
    **dict.fromkeys(("guidelines", "sops"), "procedure"),
    "inspections": "line_inspection",
    "lines": "line_check",
    "paper": "paper_form",
    "pauses": "pause",
    "statements": "statement",
    "handovers": "shift_handover",
    "broadcasts": "broadcast",
    "requests": "information_request",
    "webhooks": "webhook",
    "anomalies": "anomaly",
    "reports": "risk_report",
    "register": "risk",
    "treatments": "treatment",
    "scales": "matrix",
    "events": "public_event",
    "watch": "watch",
    "activities": "activity",
    "participations": "participation",
    "time-proposals": "time_proposal",
    "answer-letters": "answer_letter",
    "activity-sessions": "activity_session",
    "activity-files": "activity_file",
    "courses": "course",
    "trainers": "trainer",
    "materials": "material",
    "year-plans": "year_plan",
    "year-plan-lines": "plan_line",
    "joint-operations": "joint_operation",
    "recommendations": "recommendation",
    "recommendation-changes": "recommendation_change",
    "contingency-plans": "contingency",
    "contingency-activations": "activation",
    "deployments": "deployment",
    "experts": "expert",
    "accreditations": "accreditation",
}
# Where what an alert is about is read: its word before the public id, and the address.
ABOUT_LINKS = {
    "incident": "/incidents/{uid}/",
    "investigation": "/investigations/{uid}/",
    "meeting": "/meetings/{uid}/",
    "notice": "/notices/{uid}/",
    "risk_report": "/risk/reports/{uid}/",
    "line": "/lines/breaks/{uid}/",
    "line_inspection": "/signs/inspections/{uid}/",
    "shift_handover": "/handovers/{uid}/",
    "broadcast": "/broadcasts/{uid}/",
    "cap": "/cap/{uid}/",
    "information_request": "/requests/{uid}/",
    "exercise": "/exercises/{uid}/",
    "activation": "/contingency/active/{uid}/",
    "expertise": "/focal-point/?asked={uid}#asked-{uid}",
}
# Who carries out what was held while the exchange was paused: (HeldRelease) -> whether it went, by
# the word before the public id of what it is about; an update of an alert by "update".
HELD_SENDERS = {
    "incident": "incidents.actions.send_held_release",
    "notice": "incidents.actions.send_held_notice",
    "risk_report": "riskanalysis.actions.send_held_report",
    "update": "contactpoints.actions.send_held_update",
}
# What else crosses between the two sides and is counted: (since, until, at and unit) -> lines of
# `contactpoints.ledger.Crossed`.
EXCHANGE_COUNTERS = ["incidents.exchanged.crossed"]
# For what apps above offer standard phrases: word in the address -> (officer, uid) -> Purpose.
PHRASE_USES = {
    "note": "incidents.saying.note",
    "request_answer": "incidents.saying.request_answer",
    "request_message": "incidents.saying.request_message",
    "request_withdrawal": "incidents.saying.request_withdrawal",
}
# What is open at a desk when its shift changes: (desk, by=officer who leaves) -> lines as
# `contactpoints.handovers.item_of` makes them; and what they are called to a reader now:
# (officer, references) -> title by reference.
OPEN_AT_DESK = [
    "contactpoints.handovers.open_alerts",
    "incidents.desk_work.open_items",
    "incidents.asking.desk.open_items",
]
CALLED_AT_DESK = [
    "contactpoints.handovers.alert_titles",
    "incidents.desk_work.titles",
    "incidents.asking.desk.titles",
]
# What happened at a desk in a span of time: (contactpoints.journal.Span) -> its lines.
JOURNAL_OF_DESK = [
    "contactpoints.journal.events",
    "contactpoints.life_history.journal_events",
    "incidents.desk_work.events",
    "incidents.asking.desk.events",
    "incidents.notices.desk.events",
]
# What else is in an officer's own calendar: (officer, since) -> events of the icalendar library, in
# the active language and without other names.
CALENDAR_SOURCES = [
    "training.own_calendar.events_of",
    "training.joint_operations.own_calendar.events_of",
]
# What is in force at desks now: (officer, desks) -> a line for their console, "" for none.
IN_FORCE_AT_DESKS = ["incidents.notices.desk.line"]
# What apps above say beside an incident on its page: (officer, incident) -> names for a template,
# which they name as `template`; None for nothing.
BESIDE_INCIDENT = [
    "riskanalysis.watching.beside",
    "training.joint_operations.tagging.beside",
]
# By what else the lists of incidents and of alerts are filtered: the word of the filter -> what it
# is called, (code, side of the reader) -> keys of incidents or None for an unknown code, the same
# -> what their alerts are about, and (officer) -> choices of (code, name).
INCIDENT_GROUPS = {
    "operation": (
        "training.joint_operations.tagging.label",
        "training.joint_operations.tagging.incidents_of",
        "training.joint_operations.tagging.refs_of",
        "training.joint_operations.tagging.offered_to",
    ),
}
# The sections of the border line, as (code, name) in their order.
BORDER_SECTIONS = "riskanalysis.section_codes.section_choices"
# The same beside other things, by what they are: (officer, activity, course or procedure).
BESIDE = {
    "activity": ["training.lessons.register.beside_activity"],
    "course": ["training.lessons.register.beside_course"],
    "procedure": ["training.lessons.register.beside_procedure"],
}
# What a recommendation comes from, by the word before the colon: (ref, reader) -> (title, address),
# None for what the reader does not read.
LESSON_ROOMS = {
    "activity": "training.lessons.sources.activity",
    "exercise": "training.exercises.reading.as_source",
    "investigation": "training.lessons.sources.investigation",
    "operation": "training.joint_operations.listing.as_source",
}
# The same on the page of a focal point: (reader, point) -> names for a template, None for nothing.
BESIDE_FOCAL_POINT = ["training.deployments.at_point.beside"]
# Which acknowledged alerts were followed by progress: (list of (public id, desk, since)) -> the
# places in it of those that were. An alert about anything else never wakes up again.
PROGRESS_OF = {"incident": "incidents.progress.noted"}
# By which channels a step of an escalation may tell; the live screen is always among them.
ESCALATION_CHANNELS = ["live", "mail", "push", "sms", "messenger", "voice"]
# Who says whether an officer reads what taught a lesson: (officer, public id) -> whether, by the
# word before the public id.
LESSON_SOURCES = {"investigation": "incidents.investigation.lessons.may_read_case"}
# The kinds of procedures that both sides agree on (contactpoints/kinds.py), in their order.
PROCEDURE_KINDS = ["contactpoints.guidelines.KIND", "riskanalysis.sops.KIND"]
# The phases that a step may belong to, by kind of procedure: () -> (code, name) in their order.
PROCEDURE_PHASES = {"guideline": "incidents.investigation.phases.choices"}
# Addresses of which no trail, log or count says who asked for them (docs/serious.md).
UNTRACED = ("serious/", "api/v1/serious/")
EMERGENCY = "contactpoints.access.emergency_of"
# Whether a channel of the officer's own was switched off because nothing gets through.
UNREACHED = "contactpoints.access.unreached"
LIVE_TOPICS = "contactpoints.access.topics_of"
# Which unit a screen without an account may hear, by the key that its browser keeps.
LIVE_DISPLAY = "contactpoints.displaying.heard_by"
# Rows of apps above incidents that name bytes of the file store: () -> queryset with `sha256` and
# `rendition_sha256`. What nothing names is swept from the disk.
FILE_KEEPERS = [
    "training.models.papers.kept_files",
    "training.models.materials.kept_materials",
    "training.lessons.models.recommendations.kept_evidence",
]
# What stands in the library of materials by itself: (officer) -> what makes `training.library.
# OnShelf`.
MATERIALS = ["riskanalysis.brochure.shelf.materials_of"]
# What an objective of an exercise may be tied to: (officer, number) -> (what it is called, its
# address), None where the officer does not read it; "" while nothing keeps a register of it.
TIED_THINGS = {
    "recommendation": "training.lessons.tied.recommendation",
    "plan": "training.lessons.tied.plan",
}
REFERENCE_LOADERS = [
    "bordercoop.reference.rules.load",
    "bordercoop.reference.procedure_loader.load",
    "contactpoints.loader.load",
    "incidents.retention_loader.load",
    "riskanalysis.loader.load",
    "riskanalysis.register_loader.load",
    "training.loader.load",
]
# What apps above incidents add to the demo: (officers by user name) -> a line that says what.
DEMO_PARTS = [
    "riskanalysis.demo.before.tell_before",
    "riskanalysis.demo.ludza.tell_of_ludza",
    "riskanalysis.demo.sops.live_with_sops",
    "riskanalysis.demo.register.live_with_risks",
    "riskanalysis.demo.reports.live_with_reports",
    "riskanalysis.demo.watching.watch_together",
    "training.demo.activities.live_with_activities",
    "training.demo.people.live_with_people",
    "training.demo.courses.live_with_courses",
    "training.demo.over.live_with_what_is_over",
    "training.demo.plans.live_with_plans",
    "training.joint_operations.demo.live_with_operations",
    "training.lessons.demo.live_with_lessons",
    "training.deployments.demo.live_with_deployments",
    "training.exercises.demo.live_with_exercises",
]
# What of the apps above still needs a unit: (unit) -> sentences that say what, [] for nothing.
UNIT_HOLDERS = [
    "incidents.units.what_holds",
    "riskanalysis.units.what_holds",
    "training.units.what_holds",
    "training.lessons.units.what_holds",
    "training.joint_operations.units.what_holds",
    "training.deployments.units.what_holds",
    "training.exercises.units.what_holds",
]
# What apps above incidents keep of people, by kind of period: what finds that it is due, (side,
# period, pk or None) -> [(thing, its last day)]; what blanks it, (thing, side) -> how many rows, or
# of things without a number (their keys) -> how many rows.
KEPT_ABOVE = {
    "part": ("training.kept.due_parts", "training.actions.blank_parts"),
    "travel": ("training.kept.due_travels", "training.actions.blank_travels"),
    "trainer": ("training.kept.due_trainers", "training.actions.blank_trainers"),
}
# A machine that translates for an officer who asks: `function(text, source, target) -> text`, with
# languages as two letters. Empty: none, and nothing is sent anywhere.
MACHINE_TRANSLATION = ""
HEALTH_CHECKS = [
    "contactpoints.health.checks",
    "incidents.health.checks",
    "bordercoop.operations.health.checks",
]
