"""Where outbox messages of this app leave the portal. Each looks again before it sends."""

from typing import Any

from bordercoop.files import scanning, store

from . import actions
from .models import Attachment, EntryFile, RequestFile, Scan


def scan_file(payload: dict[str, Any], *, key: str) -> None:
    """Ask the scanner about a file that waits; whatever it cannot say is tried again later."""
    row, mark = _scanned(payload)
    if row.scan not in (Scan.WAITING, Scan.FAILED):
        return
    with store.open_stored(row.sha256) as file:
        finding = scanning.finding(file)
    mark(row, state=Scan.INFECTED if finding else Scan.CLEAN, finding=finding)


def give_up_scan(payload: dict[str, Any], *, failure: str) -> None:
    """The scanner never answered: the file says so, and stays with its side."""
    row, mark = _scanned(payload)
    mark(row, state=Scan.FAILED)


def _scanned(payload: dict[str, Any]) -> tuple[Any, Any]:
    """The file that a message is about, and the verb that writes down what was found."""
    if "entry_file" in payload:
        return EntryFile.objects.get(uid=payload["entry_file"]), actions.mark_entry_file
    if "request_file" in payload:
        return RequestFile.objects.get(uid=payload["request_file"]), actions.mark_request_file
    return Attachment.objects.get(uid=payload["file"]), actions.mark_scanned


def go_on_importing(payload: dict[str, Any], *, key: str) -> None:
    """Some more rows of a file that is checked or imported."""
    actions.advance_import(payload["run"], payload["turn"])
