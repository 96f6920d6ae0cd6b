"""Which desks hear that a contingency plan is active, and in whose name. Reads only."""

from typing import Any

from bordercoop.reference.models import Place
from contactpoints.access import may, roles_of
from contactpoints.models import ContactPoint, Delivery, Desk, Unit, root_of, units

from .contingency import Contact
from .models import ContingencyActivation


def desks_of_activation(activation: ContingencyActivation) -> list[Unit]:
    """The desks that the plan names among its contacts; of a side of it that names none, those at
    the common contact point of that border. Never one of a side that does not read the plan."""
    known = [
        unit for unit in units().values()
        if unit.kind == Unit.Kind.DESK and unit.retired_at is None and hasattr(unit, "desk")
    ]  # fmt: skip
    asked = {one["desk"] for one in activation.version.content["contacts"] if one["desk"]}
    found = []
    for side in activation.plan.sides:
        own = [unit for unit in known if unit.side == side]
        named = [unit for unit in own if unit.code in asked]
        found += named or [unit for unit in own if _answers_for(unit, activation.place)] or own
    return found


def not_alerted(activation: ContingencyActivation) -> list[Contact]:
    """The desks of it that the activation did not reach, since no escalation policy said how: they
    are called, by the telephone they have now."""
    told = Delivery.objects.about(activation.ref).filter(alert__references=None)
    reached = set(told.values_list("desk", flat=True))
    left = [unit for unit in desks_of_activation(activation) if unit.pk not in reached]
    phones = dict(Desk.objects.filter(unit__in=left).values_list("unit", "phone")) if left else {}
    return [
        Contact(unit.code, unit.name, phone=phones.get(unit.pk, ""), side=unit.side, desk=unit.code)
        for unit in left
    ]


def _answers_for(unit: Unit, place: Place) -> bool:
    point = unit.desk.point
    air = place.mode == "air" or place.kind == Place.Kind.AIRPORT
    border = ContactPoint.Border.AIR if air else ContactPoint.Border.LAND
    return point.kind == ContactPoint.Kind.COMMON and point.border == border


def sender_of(activation: ContingencyActivation, by: Any) -> Unit:
    """The officer's own desk, else the head of the side."""
    for _role, unit in roles_of(by):
        if unit.kind == Unit.Kind.DESK and may(by, "acknowledge_alerts", unit):
            return unit
    root = root_of(by.side)
    assert root is not None  # a side of a plan has a head
    return root
