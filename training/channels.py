"""Outbox channels: documents beside activities and versions of materials are scanned."""

from collections.abc import Callable
from typing import Any

from bordercoop.files import scanning, store
from incidents.models import Scan

from . import actions
from .models import ActivityFile, MaterialVersion


def scan_file(payload: dict[str, Any], *, key: str) -> None:
    """Ask the scanner about a document that waits; what it cannot say is tried again later."""
    _scan(ActivityFile.objects.get(uid=payload["file"]), actions.mark_activity_file)


def scan_material(payload: dict[str, Any], *, key: str) -> None:
    """The same of a version of a material."""
    _scan(MaterialVersion.objects.get(uid=payload["file"]), actions.mark_material_version)


def _scan(row: Any, mark: Callable[..., Any]) -> None:
    if row.scan not in (Scan.WAITING, Scan.FAILED):
        return
    with store.open_stored(row.sha256) as file:
        finding = scanning.finding(file)
    mark(row, state=Scan.INFECTED if finding else Scan.CLEAN, finding=finding)


def give_up_scan(payload: dict[str, Any], *, failure: str) -> None:
    """The scanner never answered: the document says so, and stays with its side."""
    row = ActivityFile.objects.get(uid=payload["file"])
    actions.mark_activity_file(row, state=Scan.FAILED)


def give_up_material(payload: dict[str, Any], *, failure: str) -> None:
    """The same of a version of a material."""
    row = MaterialVersion.objects.get(uid=payload["file"])
    actions.mark_material_version(row, state=Scan.FAILED)
