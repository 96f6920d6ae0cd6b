"""What things are called and where they are read, by the word before their public id."""

# What a refused address was about: its word before the public id, as the audit trail names things.
AUDIT_KINDS = {
    "incidents": "incident",
    "cap": "cap",
    "channels": "channel",
    "deliveries": "delivery",
    "waiting": "waiting",
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
    "exercises": "exercise",
    "replay": "incident",
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
# For what apps above offer standard phrases: word in the address -> (officer, uid) -> Purpose.
PHRASE_USES = {
    "note": "incidents.saying.note",
    "request_answer": "incidents.saying.request_answer",
    "request_message": "incidents.saying.request_message",
    "request_withdrawal": "incidents.saying.request_withdrawal",
}
# What a recommendation comes from, by the word before the colon: (ref, reader) -> (title, address),
# None for what the reader does not read.
LESSON_ROOMS = {
    "activity": "training.lessons.sources.activity",
    "exercise": "training.exercises.reading.as_source",
    "investigation": "training.lessons.sources.investigation",
    "operation": "training.joint_operations.listing.as_source",
}
# Which acknowledged alerts were followed by progress: (list of (public id, desk, since)) -> the
# places in it of those that were. An alert about anything else never wakes up again.
PROGRESS_OF = {"incident": "incidents.progress.noted"}
# Who says whether an officer reads what taught a lesson: (officer, public id) -> whether, by the
# word before the public id.
LESSON_SOURCES = {"investigation": "incidents.investigation.lessons.may_read_case"}
# What an objective of an exercise may be tied to: (officer, number) -> (what it is called, its
# address), None where the officer does not read it; "" while nothing keeps a register of it.
TIED_THINGS = {
    "recommendation": "training.lessons.tied.recommendation",
    "plan": "training.lessons.tied.plan",
}
