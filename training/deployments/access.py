"""Who does what with deployments. Asked by querysets, verbs and doors."""

from __future__ import annotations

from typing import Any

from contactpoints.access import SERVICES, may, officers_with, units_where
from contactpoints.models import Unit, units

from ..access import agrees
from ..joint_operations.models import JointOperation

__all__ = [
    "agrees", "askers_of", "asking_units", "asks_at", "offers_for", "operations_for",
    "reads_deployments",
]  # fmt: skip


def asks_at(user: Any, unit: Unit) -> bool:
    """Whether `user` asks for experts at a desk or crossing point of the own side: who sets the
    rota there, or plans for it."""
    return unit.side == user.side and (
        may(user, "set_rota", unit) or may(user, "plan_activities", unit)
    )


def asking_units(user: Any) -> list[Unit]:
    """Desks and crossing points for which `user` asks, in the order of the tree."""
    if user.side not in SERVICES:
        return []
    places = (Unit.Kind.DESK, Unit.Kind.CROSSING)
    return [
        unit
        for unit in units().values()
        if unit.kind in places and unit.retired_at is None and asks_at(user, unit)
    ]


def askers_of(unit: Unit) -> list[Any]:
    """Who sets the rota at a desk or crossing point, else who plans for it."""
    return officers_with("set_rota", unit) or officers_with("plan_activities", unit)


def reads_deployments(user: Any) -> bool:
    """Whoever asks for experts or plans, in one of the two services."""
    return user.side in SERVICES and bool(
        units_where(user, "set_rota") | units_where(user, "plan_activities")
    )


def offers_for(user: Any, deployment: Any) -> bool:
    """Whether `user` offers and commits the expert: a coordinator of the sending side; for experts
    of Frontex one of the host, who writes down what Frontex answered."""
    return bool(user.side == deployment.offers and agrees(user))


def operations_for(user: Any) -> Any:
    """The joint operations that a need may be for: those that both sides read, until they end."""
    rows = JointOperation.objects.visible_to(user)
    return rows.filter(state__in=("proposed", "approved", "running"))
