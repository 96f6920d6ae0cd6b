"""The verbs of experts and deployments."""

from .blanking import blank_experts
from .deploying import (
    accept_expert,
    assess_deployment,
    brief_expert,
    cancel_deployment,
    close_deployment,
    commit_expert,
    debrief_expert,
    decline_deployment,
    grant_powers,
    note_need,
    offer_expert,
    request_deployment,
    start_deployment,
)
from .ending import end_due_deployments
from .experts import (
    accredit_expert,
    add_expert,
    change_expert,
    leave_experts,
    remove_availability,
    state_availability,
    withdraw_accreditation,
)
from .going import answer_extension, ask_extension
from .telling import remind_of_deployments

__all__ = [
    "accept_expert",
    "accredit_expert",
    "add_expert",
    "answer_extension",
    "ask_extension",
    "assess_deployment",
    "blank_experts",
    "brief_expert",
    "cancel_deployment",
    "change_expert",
    "close_deployment",
    "commit_expert",
    "debrief_expert",
    "decline_deployment",
    "end_due_deployments",
    "grant_powers",
    "leave_experts",
    "note_need",
    "offer_expert",
    "remind_of_deployments",
    "remove_availability",
    "request_deployment",
    "start_deployment",
    "state_availability",
    "withdraw_accreditation",
]
