"""What a webhook is told: no more than its desks may read at the moment of sending.

A delivery is told as the API shows it, without people: no officer is named to a machine. Its card
is the language-neutral one that the desk may still read; of what was recalled there is none.
"""

from collections.abc import Mapping
from typing import Any

from ..models import Alert, Delivery, Webhook
from .catalogue import TEST


def body_of(webhook: Webhook, payload: Mapping[str, Any]) -> dict[str, Any] | None:
    """The message as the scheme has it: type, timestamp, data. None when there is nothing that
    the webhook's desks may be told any more."""
    data: dict[str, Any] = {"about": payload["about"], **payload["facts"]}
    if "delivery" in payload:
        told = _delivery(webhook, payload["delivery"])
        if told is None:
            return None
        data = {"about": told["alert"]["about"], "delivery": told}
    elif payload["type"] == TEST:
        data = {"test": True}
    return {"type": payload["type"], "timestamp": payload["at"], "data": data}


def _delivery(webhook: Webhook, uid: str) -> dict[str, Any] | None:
    row = Delivery.objects.filter(uid=uid).select_related("alert__sender", "desk").first()
    if row is None:
        return None
    mine = {*webhook.desks}
    if not mine & {row.desk_id, row.alert.sender_id, *(row.passed_to or [])}:
        return None
    alert: Alert = row.alert
    return {
        "uid": str(row.uid),
        "desk": row.desk.code,
        "state": row.state,
        "step": row.steps[row.step]["who"],
        "queued_at": row.queued_at,
        "sent_at": row.sent_at,
        "delivered_at": row.delivered_at,
        "opened_at": row.opened_at,
        "acknowledged_at": row.acknowledged_at,
        "accepted_at": row.accepted_at,
        "declined_at": row.declined_at,
        "failed_at": row.failed_at,
        "escalated_at": row.escalated_at,
        "woken_at": row.woken_at,
        "recalled_at": row.recalled_at,
        "alert": {
            "uid": str(alert.uid),
            "about": alert.about,
            "kind": alert.kind,
            "status": alert.status,
            "priority": row.priority,
            "sender": alert.sender.code,
            "references": str(alert.references.uid) if alert.references else None,
            "raised_at": alert.raised_at,
            "card": None if row.recalled_at is not None else row.card,
        },
    }
