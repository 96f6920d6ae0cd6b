"""Who does what with joint operations. Asked by verbs and doors."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed
from contactpoints.access import SERVICES, may, officers_with, require
from contactpoints.models import Posting, root_of
from training.access import planning_units

from .models import JointOperation, OperationShift


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


def operation_workers(side: str) -> list[Any]:
    """Who coordinates at the head of a side."""
    root = root_of(side)
    return officers_with("plan_activities", root) if root is not None else []


def serves_or_will(officer: Any) -> bool:
    """Whether an officer has a posting now, or one to come."""
    return Posting.objects.not_over().filter(officer=officer).exists()


def shifts_of_gone() -> Any:
    """Shifts that stand and have not begun, of officers who serve at none of the units any more,
    nor will, where they served when they were put on (anywhere, if nowhere then), or were
    suspended."""
    then = Posting.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=OuterRef(OuterRef("at"))),
        Q(ends_at=None) | Q(ends_at__gt=OuterRef(OuterRef("at"))),
        officer=OuterRef("officer"), starts_at__lte=OuterRef(OuterRef("at")),
    )  # fmt: skip
    serving = Posting.objects.not_over().filter(
        Exists(then.filter(unit=OuterRef("unit"))) | ~Exists(then),
        officer=OuterRef("booking__officer"),
    )
    rows = OperationShift.objects.standing().filter(booking__period__startswith__gt=now())
    return rows.filter(~Exists(serving) | Q(booking__officer__is_active=False)).order_by("pk")


def operation_approvers() -> list[Any]:
    """Whoever approves for a side, the two sides in their order."""
    roots = [root for root in map(root_of, SERVICES) if root is not None]
    return [officer for root in roots for officer in officers_with("sign_plans", root)]


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
