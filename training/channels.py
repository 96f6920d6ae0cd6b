"""Outbox channels of activities."""

from typing import Any

from bordercoop.files import scanning, store
from incidents.models import Scan

from . import actions
from .models import ActivityFile


def scan_file(payload: dict[str, Any], *, key: str) -> None:
    """Ask the scanner about a document that waits; what it cannot say is tried again later."""
    row = ActivityFile.objects.get(uid=payload["file"])
    if row.scan not in (Scan.WAITING, Scan.FAILED):
        return
    with store.open_stored(row.sha256) as file:
        finding = scanning.finding(file)
    state = Scan.INFECTED if finding else Scan.CLEAN
    actions.mark_activity_file(row, state=state, finding=finding)


def give_up_scan(payload: dict[str, Any], *, failure: str) -> None:
    """The scanner never answered: the document says so, and stays with its side."""
    row = ActivityFile.objects.get(uid=payload["file"])
    actions.mark_activity_file(row, state=Scan.FAILED)
