"""The conventions that a reader of the code cannot see at a glance, kept by walking its syntax."""

import ast
import functools
import importlib
import inspect
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = (
    "contactpoints", "incidents", "training", "riskanalysis", "training/lessons",
    "training/joint_operations", "training/deployments", "training/exercises",
)  # fmt: skip
PROTECTED = {"Incident", "IncidentVersion", "Share", "Delivery", "Alert", "Release", "Note",
             "Measure", "Part", "Decision", "Grading", "Task", "Translation",
             "SealedPerson", "SealedVersion", "SealedCopy", "SealedReading", "Consent",
             "PassOn", "MarkingChange", "Attachment", "AttachmentCopy", "CustodyEntry",
             "Link", "Merge", "Recall", "ContentProposal", "IncidentPresence",
             "SeriousReport", "SeriousEntry", "Import", "ImportFault", "Summary",
             "Act", "ActVersion", "ActSignature", "CaseOpinion", "CaseReferral",
             "RetentionPeriod", "LegalHold", "Purge", "PurgeLine", "SubjectSearch",
             "Investigation", "CaseEntry", "SignInspection", "SignPhoto", "SignRepair",
             "LineCheck", "HeldRelease", "LineInspection", "Meeting", "MeetingDecision",
             "Handover", "HandoverItem",
             "HandoverPerson", "HandoverCheck", "HandoverStop", "HandoverConfirmation",
             "Channel", "Attempt", "Forward", "HandBack",
             "ShiftHandover", "DutyNote", "Broadcast",
             "ExchangeStatement", "StatementEntry", "StatementSignature",
             "CapMessage", "Webhook",
             "InformationRequest", "RequestFile",
             "AdvanceNotice", "NoticeVersion", "NoticeMatch",
             "Risk", "Assessment", "Citation", "Treatment", "EventAssessment",
             "Anomaly", "Fact", "Tally",
             "Activity", "ProgrammeSession", "Participation", "Agreement",
             "ActivityFile", "Course", "CourseAgreement", "Trained", "SameTraining",
             "Listed", "Material", "MaterialVersion", "Trainer",
             "Recommendation", "RecommendationChange", "ContingencyPlan", "ContingencyVersion",
             "ContingencyActivation",
             "Deployment", "Expert", "Accreditation"}  # fmt: skip
# What a door may ask of a protected model first: who is reading, or what about.
FIRST = {"visible_to", "about", "of_side", "of_what_others_opened", "passed_to", "own_of"}
# An officer's own last report, with its unit checked right after.
OWN_WORDS = {"_last_values"}


def modules(*names):
    for app in APPS:
        for name in names:
            yield from sorted((ROOT / app).glob(f"{name}.py"))
            yield from sorted((ROOT / app / name).glob("*.py"))


DOORS = list(modules("views", "api", "admin", "tasks", "forms"))
VERBS = list(modules("actions"))
LOW = [*modules("models", "access", "actions", "roles", "watch", "content", "reading", "timeline")]


def named(path):
    return str(path.relative_to(ROOT))


@functools.cache
def tree(path):
    return ast.parse(path.read_text("utf-8"))


def functions(path):
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]


def test_there_are_doors_and_verbs_to_look_at():
    assert {named(path) for path in DOORS} >= {
        "contactpoints/views/console.py",
        "incidents/api/record.py",
    }
    assert len(VERBS) >= 6


@pytest.mark.parametrize("path", DOORS, ids=named)
def test_a_door_reads_protected_rows_through_who_may_see_them(path):
    parents = {child: node for node in ast.walk(tree(path)) for child in ast.iter_child_nodes(node)}
    for node, parent in parents.items():
        if not (isinstance(node, ast.Attribute) and node.attr == "objects"):
            continue
        if not (isinstance(node.value, ast.Name) and node.value.id in PROTECTED):
            continue
        around = parent
        while around in parents and not isinstance(around, ast.FunctionDef):
            around = parents[around]
        if isinstance(around, ast.FunctionDef) and around.name in OWN_WORDS:
            continue
        first = parent.attr if isinstance(parent, ast.Attribute) else None
        assert first in FIRST, f"{named(path)}:{node.lineno} {node.value.id}.objects.{first}"


@pytest.mark.parametrize("path", DOORS, ids=named)
def test_a_door_changes_nothing_itself(path):
    """No .save(), .create(), .update() or .delete() on rows: the verbs do that."""
    for node in ast.walk(tree(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in ("save", "bulk_create", "bulk_update", "get_or_create",
                              "update_or_create", "raw"):  # fmt: skip
            raise AssertionError(f"{named(path)}:{node.lineno} .{node.func.attr}()")
        if node.func.attr in ("create", "delete") and "objects" in ast.unparse(node.func):
            raise AssertionError(f"{named(path)}:{node.lineno} .{node.func.attr}()")


@pytest.mark.parametrize("path", LOW, ids=named)
def test_models_and_verbs_know_nothing_of_http(path):
    for node in ast.walk(tree(path)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            assert not name.startswith(("django.http", "django.shortcuts", "rest_framework")), name


# `on_duty` and the like read; what these modules export is what changes.
WRITING = tuple(app.replace("/", ".") for app in APPS)
PUBLIC = {app: importlib.import_module(f"{app}.actions").__all__ for app in WRITING}
# Moved by the system itself, or by a caller who has asked already.
WITHOUT_ACTOR = {"mark_sent", "mark_delivered", "mark_failed", "restate_alerts", "escalate_due",
                 "escalate_all_due", "mark_forward_failed", "settle_deliveries",
                 "extend_rotas", "grant_roles", "narrow_cards", "end_due_postings",
                 "open_display", "see_display",
                 "fail_channel", "note_attempts", "note_failure", "note_sent",
                 "note_test_sent", "reseal_channels",
                 "forget_webhook_attempts", "note_webhook_attempt", "note_webhook_given_up",
                 "reseal_webhooks",
                 "count_indicators", "rebuild_indicators", "recount_indicators",
                 "want_findings", "compute_findings",
                 "apply_due_changes", "retire_due_units", "count_cells", "rebuild_cells",
                 "recount_cells", "mark_scanned", "forget_stray_files",
                 "advance_import", "summarise_due", "purge_expired",
                 "alarm_late_cases", "mark_entry_file", "advance_procedures",
                 "alarm_late_decisions", "alarm_rota_gaps",
                 "alarm_late_questions", "mark_request_file", "repeat_broadcasts",
                 "check_lines", "end_pauses", "make_due_statement",
                 "send_held", "take_held", "mark_held_gone", "send_held_release",
                 "send_held_notice", "send_held_report", "send_held_update", "blank_absences",
                 "blank_broadcast",
                 "blank_cap", "blank_cards", "build_brochure", "advance_matrix",
                 "run_due_activities", "withdraw_gone", "blank_parts", "blank_trainers",
                 "blank_experts",
                 "mark_activity_file", "close_due_attendance", "follow_attendance",
                 "note_course_held", "queue_retraining", "mark_material_version",
                 "take_answers", "remind_due", "blank_travels",
                 "ask_for_evaluations", "run_due_operations", "draft_due_days",
                 "withdraw_shifts_of_gone",
                 "remind_owners", "mark_evidence", "end_due_deployments",
                 "remind_of_deployments",
                 "release_due_injects"}  # fmt: skip


def verbs():
    for app, names in PUBLIC.items():
        module = importlib.import_module(f"{app}.actions")
        for name in names:
            yield pytest.param(getattr(module, name), id=f"{app}.{name}")


@pytest.mark.parametrize("verb", verbs())
def test_a_verb_says_what_it_means_and_names_its_actor_by_keyword(verb):
    assert (inspect.getdoc(verb) or "").strip().endswith((".", "once.")), "no docstring"
    parameters = inspect.signature(verb).parameters
    if verb.__name__ in WITHOUT_ACTOR:
        assert "by" not in parameters
        return
    assert parameters["by"].kind is inspect.Parameter.KEYWORD_ONLY
    assert parameters["by"].default is inspect.Parameter.empty


@pytest.mark.parametrize("path", VERBS, ids=named)
def test_every_public_function_of_the_actions_is_exported_or_private(path):
    app = ".".join(path.relative_to(ROOT).parts).partition(".actions")[0]
    inner = {"locked_operation", "operation_not_now", "ring_operation", "keep_operation",
             "operation_moved", "void_waiting_version", "paper_changed", "free_shifts",
             "released_copy", "card_of", "share_columns", "make_share", "locked",
             "topics_of_delivery", "move", "ring", "decided", "wrong_state", "sound_reason",
             "enter_step", "recall_forwards", "tell_posts", "tell", "complete",
             "tell_desks", "series_of", "next_numbers", "reader_of", "post_turn", "end_import",
             "hand_out", "locked_case", "locked_entry", "log_custody", "part_of", "require_lead",
             "require_team", "require_state", "not_now", "ring_case", "moved", "case_card",
             "lock_about", "arrived", "locked_statement", "require_open", "rewrite_statement",
             "tell_other_side", "may_leave", "locked_version", "require_revision",
             "require_version_state", "ring_procedures", "tell_approvers", "tell_drafters",
             "log_incident",
             "sign_checked",
             "seen_checked", "opened_for",
             "keep_inspection", "keep_version", "case_cited", "locked_meeting", "require_meeting",
             "meeting_not_now", "require_at", "ring_meeting", "meeting_moved", "meeting_card",
             "tell_of_meeting", "locked_receipt", "fresh_receipt", "delivering", "receipt_not_now",
             "require_receipt", "ring_own", "tell_stopped", "tell_if_heard", "keep_end",
             "written_before", "hand_case_over", "follow_case", "ring_readers", "same_case",
             "forget_reach", "decide_referral", "copies_take", "unchecked",
             "one_at_a_time", "free_time",
             "own_desk", "locked_request", "ring_request", "tell_if_watched", "tell_of_request",
             "in_language", "wrong_at", "same_line", "same_words", "require_pausing",
             "end_displays_of", "end_lost_displays", "language_of_line", "mark_not_taken",
             "purge_elsewhere", "locked_notice", "of_own_side", "draft_of",
             "ring_notice", "locked_risk", "require_owner", "sound_owner", "require_edition",
             "sound_levels", "sound_flows", "hold_matrix", "take_in_shipped", "require_analyst",
             "require_event_runner", "require_event_days", "require_item_ticker", "locked_event",
             "same_again", "within", "own_unit", "ring_at_event", "wait_for_turn", "no_report",
             "locked_report", "require_writer", "require_leading", "require_marking", "changed",
             "standing_review", "void", "keep", "ring_report", "sound_unit", "freeze",
             "locked_activity", "no_activity", "wrong", "digest_of", "require_planner",
             "require_either", "require_changeable", "require_agreed", "take_rooms", "hold_people",
             "untie_of_another_year", "ring_activity",
             "sound_times", "wanted_times", "keep_times", "fit_times", "free_times", "clashing",
             "next_in",
             "require_free", "give_seats", "no_part", "ask_anew", "invite_by_letter",
             "move_programme", "tell_seated", "cut_answers", "course_digest",
             "require_coordinator", "require_pool_keeper", "locked_course",
             "require_drafter_of_plans",
             "require_signer_of_plans", "locked_plan", "keep_plan", "void_waiting",
             "grow", "alone", "ring_at",
             # Of recommendations and contingency plans.
             "next_number", "require_keeper", "ring_sides", "locked_recommendation",
             "require_raiser", "require_answering", "require_tier", "locked_contingency",
             "require_in_use", "require_plan_keeper", "void_approvals", "require_plan_approver",
             "require_activator", "require_ticker",
             # Of experts and deployments.
             "sound_days", "locked_deployment", "require_host", "require_asker",
             "require_offering", "require_serving", "require_accredited", "tell_deployment",
             "take_time", "give_posting", "free_expert", "close_access", "end_there",
             # Of exercises.
             "locked_exercise", "no_exercise", "require_coordinating", "require_directing",
             "require_evaluating", "require_reading", "require_watching", "require_ahead",
             "said_of", "ring_exercise"}  # fmt: skip
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert node.name in set(PUBLIC.get(app, ())) | inner, node.name


@pytest.mark.parametrize("path", VERBS, ids=named)
def test_a_verb_saves_the_fields_it_changed_and_no_others(path):
    for node in ast.walk(tree(path)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "save"
        ):
            given = {keyword.arg for keyword in node.keywords}
            assert given & {"update_fields", "force_insert", "force_update"}, (
                f"{named(path)}:{node.lineno}"
            )


@pytest.mark.parametrize("path", VERBS, ids=named)
def test_a_row_lock_is_taken_without_key_and_of_its_own_row_only(path):
    simple = (ast.Assign, ast.Expr, ast.Return, ast.For)
    for statement in ast.walk(tree(path)):
        if not isinstance(statement, simple):
            continue
        text = ast.unparse(statement.iter if isinstance(statement, ast.For) else statement)
        if "select_for_update(" in text:
            where = f"{named(path)}:{statement.lineno}"
            assert "no_key=True" in text or "RotaRule" in text, where
            assert "of=('self',)" in text or "select_related" not in text, where


@pytest.mark.parametrize("path", [*VERBS, *modules("models")], ids=named)
def test_no_network_is_reached_from_inside_a_transaction(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom | ast.Import):
            text = ast.unparse(node)
            for wire in ("smtplib", "requests", "urllib.request", "socket", "django.core.mail",
                         "celery"):  # fmt: skip
                assert wire not in text, f"{named(path)}:{node.lineno}"


@pytest.mark.parametrize(
    "path", [path for app in APPS if "/" not in app for path in sorted((ROOT / app).rglob("*.py"))
             if "migrations" not in path.parts], ids=named,
)  # fmt: skip
def test_no_signals_carry_business(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "") not in ("django.db.models.signals", "django.dispatch")


@pytest.mark.parametrize("name", ["clock", "pages", "rooms", "things"])
def test_no_setting_is_written_twice(name):
    """The second would take what the first names, and nothing would say so."""
    found = [
        target.id
        for node in tree(ROOT / "bordercoop/wiring" / f"{name}.py").body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    assert len(found) == len(set(found)), sorted({x for x in found if found.count(x) > 1})
