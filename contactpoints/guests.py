"""A guest who is here as an expert alone: what the own deployment needs is open, everything else
does not exist (docs/deployments.md). Reads only."""

import re
from typing import Any

from .access import SERVICES, roles_of
from .models import Role

# The own deployment; sign-in, profile and help; what concerns no side.
OPEN = re.compile(
    r"/($|accounts/|profile/|help/|about/|glossary/|welcome/|health/|why/|deployments/mine/|static/|"
    r"api/v1/(deployments/mine/|schema/|docs/|me/)|push-worker\.js$)"
)
# To read alone: records of incidents, which the querysets narrow to those of the operation.
READ = re.compile(
    r"/(api/v1/)?incidents/[0-9a-f-]{36}/"
    r"(print/|pdf/|files/(pack\.zip|pack/|[0-9a-f-]{36}/(content/)?)?)?$"
)


def is_expert_alone(user: Any) -> bool:
    """Whether every posting in force is that of an expert, at an agency. Costs nothing for
    officers of the two services, and nothing beyond the grants for guests."""
    if not user.is_authenticated or user.side in SERVICES:
        return False
    roles = roles_of(user)
    return bool(roles) and all(role == Role.EXPERT for role, _unit in roles)


def kept_out(user: Any, path: str, method: str = "GET") -> bool:
    """Whether an address does not exist for this guest."""
    if not is_expert_alone(user) or OPEN.match(path):
        return False
    return not (method in ("GET", "HEAD") and READ.match(path))
