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
from .desks import edit_desk
from .duty import book_duty, cancel_duty, extend_rotas, set_rota_rule
from .opening import record_status
from .postings import end_posting, grant_roles, post_officer
from .proposals import (
    apply_due_changes,
    confirm_proposal,
    decline_proposal,
    propose_change,
    withdraw_proposal,
)
from .tree import (
    add_unit,
    edit_unit,
    move_unit,
    restore_unit,
    retire_due_units,
    retire_unit,
)

__all__ = [
    "accept_delivery",
    "acknowledge_delivery",
    "add_unit",
    "apply_due_changes",
    "book_duty",
    "cancel_duty",
    "confirm_proposal",
    "decline_delivery",
    "decline_proposal",
    "edit_desk",
    "edit_unit",
    "end_posting",
    "escalate_due",
    "extend_rotas",
    "grant_roles",
    "mark_delivered",
    "mark_failed",
    "mark_opened",
    "mark_sent",
    "move_unit",
    "post_officer",
    "propose_change",
    "raise_alert",
    "record_status",
    "restate_alerts",
    "restore_unit",
    "retire_due_units",
    "retire_unit",
    "set_rota_rule",
    "withdraw_proposal",
]
