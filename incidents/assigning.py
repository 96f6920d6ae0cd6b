"""To whom a task of an incident may be given: who of a side reads the incident. Reads only."""

from dataclasses import dataclass
from typing import Any

from bordercoop.access.models import User
from contactpoints.access import officers_with
from contactpoints.models import Unit, units
from contactpoints.roles import reach

from .models import Incident


@dataclass
class Assignees:
    """The units and officers of a side that read an incident, in the order of the tree and by
    name."""

    units: list[Unit]
    officers: list[User]


def assignees(incident: Incident, side: str) -> Assignees:
    tree = list(units().values())
    holding = set(incident.shares.filter(unit__side=side).values_list("unit_id", flat=True))
    reading = [
        unit
        for unit in tree
        if unit.side == side
        and unit.retired_at is None
        and any(below.pk in holding for below in reach(unit, tree))
    ]
    people: dict[Any, User] = {}
    for unit in tree:
        if unit.pk in holding:
            people.update({user.pk: user for user in officers_with("view_incidents", unit)})
    return Assignees(reading, sorted(people.values(), key=lambda user: (user.name_latin, user.pk)))
