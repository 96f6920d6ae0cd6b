"""Everything that changes accounts, postings, duty, alerts, units and lists."""

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
    cancel_deliveries,
    escalate_due,
    mark_delivered,
    mark_failed,
    mark_opened,
    mark_sent,
    narrow_cards,
    raise_alert,
    restate_alerts,
)
from .answering import accept_delivery, acknowledge_delivery, decline_delivery
from .desks import edit_desk
from .duty import (
    book_duty,
    cancel_duty,
    end_rota_rule,
    extend_rotas,
    plan_duty,
    set_rota_rule,
)
from .emergency import end_emergency, note_request, open_emergency, review_emergency
from .exporting import (
    export_contacts,
    export_people,
    export_places,
    export_rota,
)
from .opening import record_status
from .postings import (
    end_due_postings,
    end_posting,
    grant_roles,
    post_officer,
    set_posting_end,
    transfer_officer,
)
from .proposals import (
    apply_due_changes,
    confirm_proposal,
    decline_proposal,
    propose_change,
    withdraw_proposal,
)
from .tree import add_unit, edit_unit, move_unit, restore_unit, retire_due_units, retire_unit

__all__ = [
    "accept_delivery",
    "acknowledge_delivery",
    "add_unit",
    "apply_due_changes",
    "book_duty",
    "cancel_deliveries",
    "cancel_duty",
    "confirm_proposal",
    "correct_officer",
    "decline_delivery",
    "decline_proposal",
    "edit_desk",
    "edit_unit",
    "end_due_postings",
    "end_emergency",
    "end_posting",
    "end_rota_rule",
    "escalate_due",
    "export_contacts",
    "export_people",
    "export_places",
    "export_rota",
    "extend_rotas",
    "grant_roles",
    "invite_officer",
    "mark_delivered",
    "mark_failed",
    "mark_opened",
    "mark_sent",
    "move_unit",
    "narrow_cards",
    "note_request",
    "open_emergency",
    "plan_duty",
    "post_officer",
    "propose_change",
    "raise_alert",
    "record_status",
    "reinstate_officer",
    "resend_invitation",
    "reset_second_factor",
    "restate_alerts",
    "restore_unit",
    "retire_due_units",
    "retire_unit",
    "review_emergency",
    "set_posting_end",
    "set_rota_rule",
    "sign_out_officer",
    "suspend_officer",
    "transfer_officer",
    "withdraw_proposal",
]
