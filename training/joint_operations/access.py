"""Who does what with joint operations. Asked by verbs and doors."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed
from contactpoints.access import SERVICES, may, require
from contactpoints.models import root_of
from training.access import planning_units

from .models import JointOperation


def works_on_operations(user: Any) -> bool:
    """Coordinators of either side write the parts of their side, put its people on shifts and
    report its days."""
    return bool(planning_units(user))


def coordinates_operation(user: Any, operation: JointOperation) -> bool:
    """Whether `user` plans for the unit that coordinates it."""
    return user.side == operation.side and may(user, "plan_activities", operation.unit)


def approves_operations(user: Any) -> bool:
    """Whoever signs yearly plans at the root of a side approves operations for that side."""
    root = root_of(user.side) if user.side in SERVICES else None
    return root is not None and may(user, "sign_plans", root)


def require_operation_worker(by: Any) -> None:
    if not works_on_operations(by):
        raise NotAllowed(_("Coordinators of the two services work on joint operations."))


def require_operation_coordinator(operation: JointOperation, by: Any) -> None:
    if by.side != operation.side:
        raise NotAllowed(_("The side that plans this operation does this."), code="other_side")
    require(by, "plan_activities", operation.unit)


def require_operation_approver(by: Any) -> None:
    if not approves_operations(by):
        raise NotAllowed(_("An approver at the head of a side approves joint operations."))
