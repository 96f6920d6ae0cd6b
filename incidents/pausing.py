"""Releases of an incident that wait for the end of a pause, as its owner sees them. Reads only."""

from contactpoints.pausing import Waiting, held_for, waiting

from .models import Incident


def waiting_releases(incident: Incident) -> list[Waiting]:
    """In the order in which they were decided. One statement where nothing waits."""
    return waiting(held_for(incident.ref))
