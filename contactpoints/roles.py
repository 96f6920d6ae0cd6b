"""The one table of rights: what each role may do at the units within reach of its posting.

Source of the roles: the services' procedure as written down in docs/glossary.md.
"""

from django.utils.translation import gettext_lazy as _

from .models import Role, Unit

READS = {"view_incidents"}
# Everybody of the two services sees what is planned together; experts are guests and do not.
STAFF = {"view_activities"}
# Whoever reports may write a person down, and cannot read it again: docs/sealed.md says why.
LOGS = (
    READS
    | STAFF
    | {"report_incidents", "annotate_incidents", "translate_incidents", "write_sealed"}
)
DESK = LOGS | {
    "release_incidents",
    "close_incidents",
    "view_alerts",
    "acknowledge_alerts",
    "open_sealed",
    "view_investigations",
}

CODENAMES: dict[Role, set[str]] = {
    Role.OFFICER: LOGS | {"inspect_signs"},
    Role.SHIFT_LEADER: LOGS | {"verify_incidents", "close_incidents", "inspect_signs"},
    Role.DUTY_OFFICER: DESK,
    Role.HEAD_OF_POINT: DESK
    | {
        "recall_releases",
        "set_rota",
        "break_glass",
        "release_sealed",
        "import_incidents",
        "answer_recommendations",
        "nominate",
        "approve_nominations",
    },
    Role.HEADQUARTERS_OFFICER: DESK
    | {
        "validate_incidents",
        "merge_incidents",
        "recall_releases",
        "set_rota",
        "import_open_source",
        "import_incidents",
        "break_glass",
        "release_sealed",
        "place_holds",
        "lead_investigations",
        "draft_guidelines",
        "draft_sops",
        "inspect_signs",
        "read_risks",
        "task_reports",
        "answer_recommendations",
        "plan_activities",
        "nominate",
        "approve_nominations",
    },
    Role.REPRESENTATIVE: READS
    | STAFF
    | {
        "annotate_incidents",
        "view_investigations",
        "lead_investigations",
        "sign_acts",
        "hold_meetings",
        "inspect_signs",
        "draft_guidelines",
    },
    Role.UNIT_HEAD: READS
    | STAFF
    | {
        "verify_incidents",
        "annotate_incidents",
        "view_investigations",
        "answer_recommendations",
        "nominate",
        "approve_nominations",
    },
    Role.INTERPRETER: READS | STAFF | {"translate_incidents"},
    Role.COORDINATOR: READS | STAFF | {"plan_activities", "nominate"},
    Role.ANALYST: READS
    | STAFF
    | {
        "import_open_source",
        "file_anomalies",
        "draft_sops",
        "read_risks",
        "write_risks",
        "task_reports",
        "answer_recommendations",
    },
    Role.APPROVER: READS
    | STAFF
    | {
        "view_investigations",
        "approve_guidelines",
        "approve_sops",
        "read_risks",
        "approve_risks",
        "sign_plans",
    },
    Role.EXPERT: READS,
    Role.AUDITOR: READS | STAFF | {"view_alerts", "read_audit", "view_investigations"},
    Role.DATA_PROTECTION: READS
    | STAFF
    | {"read_audit", "set_retention", "place_holds", "search_subjects", "view_investigations"},
    Role.SERIOUS_HANDLER: {"handle_serious"},
    Role.ADMINISTRATOR: {"administer_accounts", "administer_lists", "operate_portal"},
}

MEANINGS = {
    "view_incidents": _("Read the incidents of these units and those released to them"),
    "report_incidents": _("Log incidents and add supplements for these units"),
    "annotate_incidents": _("Write notes, measures and tasks of these units"),
    "translate_incidents": _("Translate the texts of the incidents of these units"),
    "verify_incidents": _("Verify what others of these units reported"),
    "validate_incidents": _("Validate verified incidents of these units"),
    "merge_incidents": _("Merge records of these units that are of one event, and take it back"),
    "release_incidents": _("Release incidents of these units to desks"),
    "recall_releases": _("Take back what was released of incidents of these units"),
    "close_incidents": _("Close the own side's part of an incident"),
    "view_alerts": _("See the alerts of these desks"),
    "acknowledge_alerts": _("Acknowledge, accept or decline alerts of these desks"),
    "set_rota": _("Set who is on duty at these desks"),
    "import_open_source": _("Import open-source records for these units"),
    "import_incidents": _("Import incidents of these units from files"),
    "administer_accounts": _("Invite, post, transfer and suspend people of these units"),
    "administer_lists": _("Edit the own side's lists and propose changes to common ones"),
    "operate_portal": _("See the state of the portal and send given-up messages again"),
    "break_glass": _("Open a time-limited emergency session with wider rights"),
    "handle_serious": _("Handle the serious incidents that are reported to this officer"),
    "read_audit": _("Read the audit of the own side"),
    "write_sealed": _("Write into the sealed personal part of incidents of these units"),
    "open_sealed": _("Open the sealed personal part of incidents of these units, with a reason"),
    "release_sealed": _("Release personal data of incidents of these units to desks"),
    "set_retention": _("Set how long the own side keeps personal data"),
    "place_holds": _("Place and lift legal holds on incidents of these units"),
    "view_investigations": _("Read the joint investigations and meetings of these units"),
    "lead_investigations": _("Propose, agree to and lead joint investigations of these units"),
    "sign_acts": _("Sign acts and receipts of joint investigations for the own side"),
    "hold_meetings": _("Call meetings of border representatives and agree their protocols"),
    "inspect_signs": _("Record inspections and repairs of border signs"),
    "draft_guidelines": _("Draft guidelines and put them to both sides"),
    "approve_guidelines": _("Approve guidelines for the own side"),
    "file_anomalies": _("File and assess anomaly reports of these units"),
    "draft_sops": _("Draft standard operating procedures and put them to both sides"),
    "approve_sops": _("Approve standard operating procedures for the own side"),
    "search_subjects": _("Search what the own side keeps of a person, for the person's request"),
    "read_risks": _("Read the own side's risks before they are put to both sides"),
    "write_risks": _(
        "Write and assess risks, section levels, public events and the watch-list of these units"
    ),
    "approve_risks": _(
        "Approve the scales of the risk matrix, risk reports and the watch-list for the own side"
    ),
    "task_reports": _("Task these units with risk reports"),
    "answer_recommendations": _(
        "Answer recommendations of risk reports and of the register to these units"
    ),
    "view_activities": _("See study visits, trainings and meetings of both sides"),
    "plan_activities": _("Plan study visits, trainings and meetings for these units"),
    "sign_plans": _("Sign the yearly joint plan and contingency plans for the own side"),
    "nominate": _("Nominate officers of these units for activities"),
    "approve_nominations": _("Let officers of these units go to activities"),
}


def reach(unit: Unit, tree: list[Unit]) -> list[Unit]:
    """The units of `tree` at which a posting at `unit` grants rights.

    The unit and all its descendants on the same side; from a desk also the desk's parent and that
    one's descendants, other desks excepted.
    """
    below = [u for u in tree if u.path.startswith(unit.path) and u.side == unit.side]
    if unit.kind != Unit.Kind.DESK or unit.parent is None:
        return below
    around = [
        u
        for u in tree
        if u.path.startswith(unit.parent.path) and u.side == unit.side and u.kind != Unit.Kind.DESK
    ]
    return [*below, *around]
