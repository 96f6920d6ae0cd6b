"""Who does what with recommendations and contingency plans. Asked by verbs and doors."""

from __future__ import annotations

from typing import Any

from contactpoints.access import SERVICES, may, officers_with, units_where
from contactpoints.models import Unit, root_of, units

from .models import ContingencyPlan, Recommendation


def reads_lessons(user: Any) -> bool:
    return user.side in SERVICES and bool(units_where(user, "view_activities"))


def keeps_lessons(user: Any) -> bool:
    """Coordinators raise recommendations and write contingency plans for their side."""
    return user.side in SERVICES and bool(units_where(user, "plan_activities"))


def owns(user: Any, recommendation: Recommendation) -> bool:
    """Whether `user` answers for the unit that owns it."""
    return recommendation.owner_unit_id in units_where(user, "answer_recommendations")


def keeps(user: Any, recommendation: Recommendation) -> bool:
    """Whether `user` coordinates for the side that raised it."""
    return user.side == recommendation.side and keeps_lessons(user)


def ties(user: Any, recommendation: Recommendation) -> bool:
    """Whether `user` writes down what it changed: its owner, or a coordinator of a side in it."""
    return owns(user, recommendation) or (user.side in recommendation.sides and keeps_lessons(user))


def approves_plans(user: Any) -> bool:
    """Whoever approves for a side is posted at its root."""
    root = root_of(user.side) if user.side in SERVICES else None
    return root is not None and may(user, "sign_plans", root)


def plan_approvers(side: str) -> list[Any]:
    root = root_of(side)
    return officers_with("sign_plans", root) if root is not None else []


def activates(user: Any, plan: ContingencyPlan) -> bool:
    """Desks and coordinators of a side in it activate a plan and stand it down."""
    return user.side in plan.sides and bool(
        units_where(user, "acknowledge_alerts") or units_where(user, "plan_activities")
    )


def ticks(user: Any, plan: ContingencyPlan) -> bool:
    """Whoever is at work at the border, too, ticks what is done."""
    return activates(user, plan) or (
        user.side in plan.sides and bool(units_where(user, "report_incidents"))
    )


def watches_due_days(user: Any) -> bool:
    """Coordinators and approvers of both sides see what is overdue."""
    return keeps_lessons(user) or approves_plans(user)


def owner_units(user: Any, *, joint: bool = True) -> list[Unit]:
    """The units that may own a recommendation, desks excepted: the own side's first."""
    found = [
        unit for unit in units().values()
        if unit.retired_at is None and unit.kind != Unit.Kind.DESK
        and unit.side in (SERVICES if joint else (user.side,))
    ]  # fmt: skip
    return sorted(found, key=lambda unit: (unit.side != user.side, unit.order))


def officers_of_owner(unit: Unit) -> list[Any]:
    """Who answers for the unit, of its own side."""
    return officers_with("answer_recommendations", unit)
