"""Who does what with activities. Asked by querysets, verbs and doors."""

from __future__ import annotations

from typing import Any

from contactpoints.access import SERVICES, may, officers_with, units_for, units_where
from contactpoints.models import Posting, Unit, root_of


def reads_activities(user: Any) -> bool:
    return user.side in SERVICES and bool(units_where(user, "view_activities"))


def planning_units(user: Any) -> list[Unit]:
    """The units for which `user` plans activities, desks excepted, in the order of the tree."""
    if user.side not in SERVICES:
        return []
    return [u for u in units_for(user, "plan_activities") if u.kind != Unit.Kind.DESK]


def agrees(user: Any) -> bool:
    """Whoever plans at the root of a side agrees for that side."""
    root = root_of(user.side) if user.side in SERVICES else None
    return root is not None and may(user, "plan_activities", root)


def coordinators(side: str) -> list[Any]:
    """The officers who agree to activities for a side."""
    root = root_of(side)
    return officers_with("plan_activities", root) if root is not None else []


def plan_signers(side: str) -> list[Any]:
    """The officers who sign the yearly plan for a side."""
    root = root_of(side)
    return officers_with("sign_plans", root) if root is not None else []


def serves_at(officer: Any, unit: Unit) -> bool:
    """Whether an officer is posted at a unit or below it now."""
    rows = Posting.objects.active().filter(officer=officer, unit__path__startswith=unit.path)
    return officer.is_active and rows.exists()


def plans(user: Any, activity: Any) -> bool:
    """Whether `user` plans for the unit that coordinates the activity."""
    if user.side != activity.side or user.side not in SERVICES:
        return False
    return activity.unit_id in units_where(user, "plan_activities")


def coordinates(user: Any, activity: Any) -> bool:
    """Whether `user` plans the activity, or agrees to it for the other side."""
    if user.side == activity.side:
        return plans(user, activity)
    return bool(activity.joint) and agrees(user)
