"""Everything that changes postings, duty and alerts."""

from .alerts import (
    accept_delivery,
    acknowledge_delivery,
    decline_delivery,
    escalate_due,
    mark_delivered,
    mark_failed,
    mark_opened,
    mark_sent,
    raise_alert,
    restate_alerts,
)
from .duty import book_duty, cancel_duty, extend_rotas, set_rota_rule
from .emergency import end_emergency, note_request, open_emergency, review_emergency
from .factors import reset_second_factor
from .postings import end_posting, grant_roles, post_officer

__all__ = [
    "accept_delivery",
    "acknowledge_delivery",
    "book_duty",
    "cancel_duty",
    "decline_delivery",
    "end_emergency",
    "end_posting",
    "escalate_due",
    "extend_rotas",
    "grant_roles",
    "mark_delivered",
    "mark_failed",
    "mark_opened",
    "mark_sent",
    "note_request",
    "open_emergency",
    "post_officer",
    "raise_alert",
    "reset_second_factor",
    "restate_alerts",
    "review_emergency",
    "set_rota_rule",
]
