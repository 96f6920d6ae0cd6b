"""Where the kernel reaches up: dotted names, so that it imports no app. Part of the settings."""

CELERY_APPLICATION = "bordercoop.celery.app"
OUTBOX_CHANNELS = {
    "live": "contactpoints.channels.send_live",
    "mail": "contactpoints.channels.send_mail",
    "password_reset": "bordercoop.access.actions.send_password_reset",
    "invitation": "bordercoop.access.actions.send_invitation",
    "factor_reset": "bordercoop.access.second_factor.send_reset_letter",
    "emergency": "contactpoints.letters.send_emergency",
    "waiting": "contactpoints.letters.send_waiting",
    "proposal": "contactpoints.channels.send_proposal",
}
OUTBOX_GIVEN_UP = {
    "live": "contactpoints.channels.give_up",
    "mail": "contactpoints.channels.give_up",
}
TICKS = [
    "contactpoints.actions.escalate_due",
    "contactpoints.actions.end_due_postings",
    "contactpoints.actions.apply_due_changes",
    "contactpoints.actions.retire_due_units",
    "bordercoop.audit.sealing.seal_when_due",
]
STILL_POSTED = "contactpoints.access.still_posted"
OPERATOR_CHECK = "contactpoints.access.may_operate"
AUDITOR_CHECK = "contactpoints.access.may_audit"
# What a refused address was about: its word before the public id, as the audit trail names things.
AUDIT_KINDS = {
    "incidents": "incident",
    "deliveries": "delivery",
    "messages": "message",
    "people": "user",
    "postings": "posting",
    "emergency": "emergency",
    "proposals": "proposal",
    "shifts": "shift",
    "rota-rules": "rota_rule",
}
# Addresses of which no trail, log or count says who asked for them (docs/serious.md).
UNTRACED = ("serious/", "api/v1/serious/")
EMERGENCY = "contactpoints.access.emergency_of"
LIVE_TOPICS = "contactpoints.access.topics_of"
REFERENCE_LOADERS = ["bordercoop.reference.rules.load", "contactpoints.loader.load"]
# What of the apps above still needs a unit: (unit) -> sentences that say what, [] for nothing.
UNIT_HOLDERS = ["incidents.units.what_holds"]
HEALTH_CHECKS = ["contactpoints.health.checks", "bordercoop.operations.health.checks"]
# The rights that pages of apps above contactpoints take; who tells why one sees a single thing.
PAGE_RIGHTS = {
    **dict.fromkeys(("audit", "audit_sheet", "audit_sealed", "emergency_reviews"), "read_audit"),
    "operations": "operate_portal",
    **dict.fromkeys(
        ("unit_new", "propose_new", "propose_change", "propose_retire", "propose_restore"),
        "administer_lists",
    ),
    "incident_versions": "view_incidents",
    "serious_handling": "handle_serious",
    **dict.fromkeys(("incident_validate", "incident_impact"), "validate_incidents"),
    "incident_return": ("verify_incidents", "validate_incidents"),
    "incident_withdraw": ("close_incidents", "report_incidents"),
    "incident_reopen": "close_incidents",
    **dict.fromkeys(("emergencies", "open_emergency", "end_emergency"), "break_glass"),
}
EXPLANATIONS = {
    "incident": "incidents.why.copies",
    "incident_supplement": "incidents.why.copies",
    "incident_release": "incidents.why.copies",
    "incident_print": "incidents.why.copies",
    **dict.fromkeys(
        (
            "incident_validate",
            "incident_impact",
            "incident_return",
            "incident_withdraw",
            "incident_reopen",
            "incident_versions",
        ),
        "incidents.why.copies",
    ),
}
HOME_TILES = [
    "contactpoints.tiles.tasks_of",
    "contactpoints.tiles.rota_tasks_of",
    "contactpoints.list_tiles.tasks_of",
    "incidents.tiles.tasks_of",
    "incidents.serious_tiles.tasks_of",
    "contactpoints.emergency.tasks_of",
    "bordercoop.web.trail.tiles.tasks_of",
    "bordercoop.operations.tiles.tasks_of",
]
ROLE_NAME = "contactpoints.access.role_name"
NAVIGATION = [
    "contactpoints.tiles.navigation",
    "incidents.tiles.navigation",
    "incidents.serious_tiles.navigation",
    "contactpoints.list_tiles.navigation",
    "contactpoints.emergency.navigation",
    "bordercoop.web.trail.tiles.navigation",
    "bordercoop.operations.tiles.navigation",
    "contactpoints.tiles.navigation_of_contacts",
]
