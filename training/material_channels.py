"""Outbox channel of materials."""

from typing import Any

from bordercoop.files import scanning, store
from incidents.models import Scan

from . import actions
from .models import MaterialVersion


def scan_material(payload: dict[str, Any], *, key: str) -> None:
    """Ask the scanner about a version that waits; what it cannot say is tried again later."""
    row = MaterialVersion.objects.get(uid=payload["file"])
    if row.scan not in (Scan.WAITING, Scan.FAILED):
        return
    with store.open_stored(row.sha256) as file:
        finding = scanning.finding(file)
    state = Scan.INFECTED if finding else Scan.CLEAN
    actions.mark_material_version(row, state=state, finding=finding)


def give_up_scan(payload: dict[str, Any], *, failure: str) -> None:
    """The scanner never answered: the version says so, and stays with its side."""
    row = MaterialVersion.objects.get(uid=payload["file"])
    actions.mark_material_version(row, state=Scan.FAILED)
