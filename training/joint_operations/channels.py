"""Outbox channels: letters about shifts, and to approvers for whom a paper of an operation
waits."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from bordercoop.web.clocks import written
from contactpoints.access import still_posted

from .access import approves_operations, works_on_operations
from .models import OperationShift
from .operation_papers import paper_name, waiting_versions


def send_operation(payload: dict[str, Any], *, key: str) -> None:
    """Tell an approver that a version of a plan or report waits for the own side.

    Looked up when it is sent: nothing once the side approved it or it was changed."""
    to = User.objects.get(pk=payload["to"])
    if not _reached(to) or not approves_operations(to):
        return
    waits = (one for one in waiting_versions(to.side) if one.pk == payload["version"])
    version = next(waits, None)
    if version is None:
        return
    with translation.override(to.language):
        address = address_of("joint_operation", version.operation.number)
        _send(
            "waits", {"to": to, "version": version, "paper": paper_name(version.paper),
                      "address": address}, to, key,
        )  # fmt: skip


def send_operation_shift(payload: dict[str, Any], *, key: str) -> None:
    """Tell an officer that a shift was `set` or `cancelled`, or a coordinator that one was
    `withdrawn` since its officer is gone. Looked up when it is sent: what was set and is cancelled
    by then is not told, nor anything once the shift is over."""
    to = User.objects.get(pk=payload["to"])
    rows = OperationShift.objects.select_related("operation", "booking__officer")
    shift, what = rows.get(uid=payload["shift"]), payload["what"]
    if not _reached(to) or (shift.cancelled_at is None) != (what == "set"):
        return
    if shift.ends_at <= now():
        return
    if what == "withdrawn" and not works_on_operations(to):
        return
    with translation.override(to.language):
        context = {
            "to": to, "shift": shift, "what": what, "number": shift.operation.number,
            "starts": written(shift.starts_at, to.side), "ends": written(shift.ends_at, to.side),
            "address": address_of("joint_operation_shifts", shift.operation.number),
        }  # fmt: skip
        _send("shift", context, to, key)


def _reached(to: User) -> bool:
    return to.is_active and still_posted(to)


def _send(name: str, context: dict[str, Any], to: User, key: str) -> None:
    subject = render_to_string(f"joint_operations/{name}_subject.txt", context).strip()
    body = render_to_string(f"joint_operations/{name}_mail.txt", context)
    send_letter(to.email, subject, body, key=key)
