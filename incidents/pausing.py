"""Releases of an incident that wait for the end of a pause, as its owner sees them. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from contactpoints.models import HeldRelease, units
from contactpoints.pausing import held_for, pause_for, standing

from .models import Incident


@dataclass
class Waiting:
    """`until` is None when the pause is over and the desk cannot be told yet."""

    held: HeldRelease
    until: datetime | None

    @property
    def version(self) -> int:
        number: int = self.held.decision["version"]
        return number


def waiting_releases(incident: Incident) -> list[Waiting]:
    """In the order in which they were decided. One statement where nothing waits."""
    rows = held_for(incident.ref)
    if not rows:
        return []
    pauses, known = standing(), units()
    found = []
    for held in rows:
        pause = pause_for(known[held.desk.code], held.category, pauses)
        found.append(Waiting(held, pause.until if pause else None))
    return found
