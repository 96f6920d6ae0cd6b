"""Where letters lead, written down here: to ask the portal's addresses imports every page, some
50 MB that relay and worker have no other use for. A test holds them against the pages."""

from typing import Any

from django.conf import settings

PATHS = {
    "activity": "/activities/{}/",
    "activity_evaluation": "/activities/{}/evaluation/",
    "channels": "/profile/channels/",
    "console": "/console/",
    "contingency_plan": "/contingency/{}/",
    "deployment": "/deployments/{}/",
    "deployment_mine": "/deployments/mine/{}/",
    "emergency": "/emergency/{}/",
    "expert": "/experts/{}/",
    "forwards": "/forwards/",
    "home": "/",
    "incident": "/incidents/{}/",
    "incident_consents": "/incidents/{}/consents/",
    "information_request": "/requests/{}/",
    "joint_operation": "/joint-operations/{}/",
    "joint_operation_shifts": "/joint-operations/{}/shifts/",
    "mfa_index": "/accounts/2fa/",
    "operations": "/operations/",
    "proposal": "/administration/proposals/{}/",
    "recommendation": "/recommendations/{}/",
    "retraining": "/activities/retraining/",
    "rota": "/rota/{}/",
    "rotas": "/rota/",
    "statement": "/statements/{}/",
    "summary": "/summaries/{}/",
    "webhook": "/webhooks/{}/",
    "year_plan": "/activities/plans/{}/",
}


def path_of(name: str, *args: Any) -> str:
    """The path of a page by its name, such as "/console/"."""
    return PATHS[name].format(*args)


def address_of(name: str, *args: Any) -> str:
    """The whole address of a page, for somebody who is not in the portal."""
    return settings.BASE_URL.rstrip("/") + path_of(name, *args)
