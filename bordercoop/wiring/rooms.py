"""What the kernel asks of the apps above, and they of one another."""

STILL_POSTED = "contactpoints.access.still_posted"
OPERATOR_CHECK = "contactpoints.access.may_operate"
# Who is told when a process falls silent: () -> ids of accounts.
OPERATORS = "contactpoints.access.operators"
AUDITOR_CHECK = "contactpoints.access.may_audit"
# What else crosses between the two sides and is counted: (since, until, at and unit) -> lines of
# `contactpoints.ledger.Crossed`.
EXCHANGE_COUNTERS = ["incidents.exchanged.crossed"]
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
IN_FORCE_AT_DESKS = ["incidents.notices.desk.line", "contactpoints.crossing_tiles.line"]
# What apps above say beside an incident on its page: (officer, incident) -> names for a template,
# which they name as `template`; None for nothing.
BESIDE_INCIDENT = [
    "riskanalysis.watching.beside",
    "training.joint_operations.tagging.beside",
    "riskanalysis.event_beside.of_incident",
    "training.exercises.replaying.beside",
]
# By what else the lists of incidents and of alerts are filtered: the word of the filter -> what it
# is called, (code, side of the reader) -> keys of incidents or None for an unknown code, the same
# -> what their alerts are about, and (officer) -> choices of (code, name).
# (guest who is here as an expert) -> keys of the incidents that the operation needs.
GUEST_INCIDENTS = "training.deployments.guests.incidents_of"
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
# The same beside other things, by what they are: (officer, thing).
BESIDE = {
    "activity": [
        "training.lessons.register.beside_activity",
        "riskanalysis.event_beside.of_activity",
    ],
    "course": ["training.lessons.register.beside_course"],
    "procedure": ["training.lessons.register.beside_procedure"],
    "exercise": ["riskanalysis.event_beside.of_exercise"],
    "operation": ["riskanalysis.event_beside.of_operation"],
    "plan": ["riskanalysis.event_beside.of_plan"],
}
# What may belong to a public event (riskanalysis/event_rooms.py): (references, reader) -> what it
# reads of them, and (reader) -> what may be tied.
EVENT_ROOMS = {
    "risk": ("riskanalysis.event_rooms.risks", "riskanalysis.event_rooms.risks_offered"),
    "risk_report": (
        "riskanalysis.event_rooms.reports",
        "riskanalysis.event_rooms.reports_offered",
    ),
    "operation": (
        "training.joint_operations.event_rooms.operations",
        "training.joint_operations.event_rooms.operations_offered",
    ),
    "plan": (
        "training.lessons.event_rooms.plans",
        "training.lessons.event_rooms.plans_offered",
    ),
    "exercise": (
        "training.exercises.event_rooms.exercises",
        "training.exercises.event_rooms.exercises_offered",
    ),
    "activity": (
        "training.event_rooms.activities",
        "training.event_rooms.activities_offered",
    ),
}
# The same on the page of a focal point: (reader, point) -> names for a template, None for nothing.
BESIDE_FOCAL_POINT = ["training.deployments.at_point.beside"]
# By which channels a step of an escalation may tell; the live screen is always among them.
ESCALATION_CHANNELS = ["live", "mail", "push", "sms", "messenger", "voice"]
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
# What stands in the library of materials by itself: (officer) -> its `OnShelf` of training.
MATERIALS = ["riskanalysis.brochure.shelf.materials_of"]
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
    "riskanalysis.demo.events.live_with_events",
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
    "expert": (
        "training.deployments.kept.due_experts",
        "training.deployments.actions.blank_experts",
    ),
}
# A machine that translates for an officer who asks: `function(text, source, target) -> text`, with
# languages as two letters. Empty: none, and nothing is sent anywhere.
MACHINE_TRANSLATION = ""
HEALTH_CHECKS = [
    "contactpoints.health.checks",
    "incidents.health.checks",
    "bordercoop.operations.health.checks",
]
