"""Where outbox messages of this app leave the portal. Each looks again before it sends."""

from typing import Any

from bordercoop.files import scanning, store

from . import actions
from .models import Attachment, Scan


def scan_file(payload: dict[str, Any], *, key: str) -> None:
    """Ask the scanner about a file that waits; whatever it cannot say is tried again later."""
    attachment = Attachment.objects.get(uid=payload["file"])
    if attachment.scan not in (Scan.WAITING, Scan.FAILED):
        return
    with store.open_stored(attachment.sha256) as file:
        finding = scanning.finding(file)
    state = Scan.INFECTED if finding else Scan.CLEAN
    actions.mark_scanned(attachment, state=state, finding=finding)


def give_up_scan(payload: dict[str, Any], *, failure: str) -> None:
    """The scanner never answered: the file says so, and stays with its side."""
    attachment = Attachment.objects.get(uid=payload["file"])
    actions.mark_scanned(attachment, state=Scan.FAILED)


def go_on_importing(payload: dict[str, Any], *, key: str) -> None:
    """Some more rows of a file that is checked or imported."""
    actions.advance_import(payload["run"], payload["turn"])
