"""Which right each verb asks for, read from the verbs themselves.

So the table in docs/permissions.md cannot drift from the code.
"""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings

# Functions that ask for a right under a name of their own.
ASKING = {
    "require_over": {"administer_accounts"},
    "audited_side": {"read_audit"},
    "require_lead": {"lead_investigations"},
    "require_team": {"lead_investigations"},
    # Of procedures; the kind says which of the rights it is (contactpoints/kinds.py).
    "require_reader": {"view_incidents"},
    "require_drafter": {"draft_guidelines", "draft_sops"},
    "require_preparing": {"draft_guidelines", "draft_sops"},
    "require_approver": {"approve_guidelines", "approve_sops"},
    "require_meeting": {"hold_meetings"},
    "own_desk": {"acknowledge_alerts"},
    "require_posted": {"annotate_incidents"},
    "locked_receipt": {"lead_investigations"},
    "delivering": {"lead_investigations"},
    "require_pausing": {"set_rota"},
    # Of risk reports.
    "require_writer": {"write_risks"},
    "require_leading": {"write_risks"},
    "require_signer": {"set_rota"},
    "require_reader_of_statements": {"view_alerts"},
    "asks_for": {"set_rota"},
    # Of public events.
    "require_analyst": {"write_risks"},
    "require_event_runner": {"write_risks", "plan_activities"},
    "require_item_ticker": {
        "write_risks",
        "plan_activities",
        "annotate_incidents",
        "report_incidents",
        "acknowledge_alerts",
    },
    # Of activities.
    "require_planner": {"plan_activities"},
    "require_either": {"plan_activities"},
    "agrees": {"plan_activities"},
    "takes_for": {"plan_activities"},
    "require_coordinator": {"plan_activities"},
    "require_pool_keeper": {"plan_activities"},
    "require_drafter_of_plans": {"plan_activities"},
    "require_signer_of_plans": {"sign_plans"},
    # Of joint operations.
    "require_operation_worker": {"plan_activities"},
    "require_operation_coordinator": {"plan_activities"},
    "require_operation_approver": {"sign_plans"},
    "approves_operations": {"sign_plans"},
    # Of recommendations and contingency plans.
    "require_keeper": {"plan_activities"},
    "require_raiser": {"plan_activities"},
    "require_answering": {"answer_recommendations"},
    "require_tier": {"plan_activities", "answer_recommendations"},
    "require_plan_keeper": {"plan_activities"},
    "require_plan_approver": {"sign_plans"},
    "require_activator": {"acknowledge_alerts", "plan_activities"},
    "require_ticker": {"acknowledge_alerts", "plan_activities", "report_incidents"},
    # Of experts and deployments.
    "require_host": {"plan_activities"},
    "require_offering": {"plan_activities"},
    "require_asker": {"set_rota", "plan_activities"},
    "asks_at": {"set_rota", "plan_activities"},
    # Of exercises; whoever is named for one may too.
    "require_coordinating": {"plan_activities"},
    "require_directing": {"plan_activities"},
    "require_evaluating": {"plan_activities"},
    "require_watching": {"plan_activities"},
    "evaluates": {"plan_activities"},
    "plays_at": {"acknowledge_alerts"},
    "require_reading": {"view_activities"},
    "may_record_status": {"set_rota", "administer_lists"},
    "may_record_waiting": {"report_incidents"},
}
# Whoever calls one of these acts through the copy that the own side holds.
TOLD = "share_for"


@dataclass(frozen=True)
class Verb:
    """A function of an app's `actions`: the rights of which it asks for one, none for the system's
    own; `told` when a side that holds a released copy may use it too."""

    app: str
    name: str
    rights: frozenset[str]
    told: bool


def verbs() -> Iterator[Verb]:
    """Every exported verb of the portal's own apps, by app and name."""
    own = [
        app for app in apps.get_app_configs() if str(app.path).startswith(str(settings.BASE_DIR))
    ]
    for app in own:
        try:
            module = importlib.import_module(f"{app.name}.actions")
        except ModuleNotFoundError:
            continue
        for name in sorted(getattr(module, "__all__", ())):
            calls = _calls(getattr(module, name), set())
            rights = set().union(*(_rights(call) for call in calls))
            told = any(_name(call) == TOLD for call in calls)
            yield Verb(app.label, name, frozenset(rights), told)


def _calls(function: Callable[..., Any], seen: set[str]) -> list[ast.Call]:
    """Every call in a function and in the functions of its module that it calls."""
    function = inspect.unwrap(function)
    if function.__qualname__ in seen:
        return []
    seen.add(function.__qualname__)
    tree = ast.parse(inspect.getsource(function))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in list(found):
        inner = function.__globals__.get(_name(call))
        if inspect.isfunction(inner) and inner.__module__ == function.__module__:
            found += _calls(inner, seen)
    return found


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _rights(call: ast.Call) -> set[str]:
    named = _name(call) in ("require", "units_where") and len(call.args) > 1
    if named and isinstance(call.args[1], ast.Constant):
        return {str(call.args[1].value)}
    return ASKING.get(_name(call), set())
