"""What runs by itself: tasks of the beat, channels of the outbox, ticks, and who follows a verb."""

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
    "training.lessons.actions.remind_owners",
    "training.deployments.actions.end_due_deployments",
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
