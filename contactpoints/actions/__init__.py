"""Everything that changes postings, duty and alerts."""

from .accounts import (
    correct_officer,
    invite_officer,
    reinstate_officer,
    resend_invitation,
    reset_second_factor,
    sign_out_officer,
    suspend_officer,
)
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
from .postings import (
    end_due_postings,
    end_posting,
    grant_roles,
    post_officer,
    set_posting_end,
    transfer_officer,
)

__all__ = [
    "accept_delivery",
    "acknowledge_delivery",
    "book_duty",
    "cancel_duty",
    "correct_officer",
    "decline_delivery",
    "end_due_postings",
    "end_emergency",
    "end_posting",
    "escalate_due",
    "extend_rotas",
    "grant_roles",
    "invite_officer",
    "mark_delivered",
    "mark_failed",
    "mark_opened",
    "mark_sent",
    "note_request",
    "open_emergency",
    "post_officer",
    "raise_alert",
    "reinstate_officer",
    "resend_invitation",
    "reset_second_factor",
    "restate_alerts",
    "review_emergency",
    "set_posting_end",
    "set_rota_rule",
    "sign_out_officer",
    "suspend_officer",
    "transfer_officer",
]
