"""Pages of incidents: doors to the verbs, and the names their templates may use."""

from .exchange import exchange, exchange_sheet
from .lists import incident_list
from .presence import incident_presence
from .printing import incident_form_pdf, incident_print
from .proposals import (
    incident_proposal_answer,
    incident_proposal_withdraw,
    incident_proposals,
    incident_propose,
)
from .recall import incident_recall
from .record import (
    incident_close,
    incident_detail,
    incident_measure,
    incident_note,
    incident_validate,
    incident_verify,
)
from .release import incident_release
from .report import incident_new, incident_supplement

__all__ = [
    "exchange",
    "exchange_sheet",
    "incident_close",
    "incident_detail",
    "incident_form_pdf",
    "incident_list",
    "incident_measure",
    "incident_new",
    "incident_note",
    "incident_presence",
    "incident_print",
    "incident_proposal_answer",
    "incident_proposal_withdraw",
    "incident_proposals",
    "incident_propose",
    "incident_recall",
    "incident_release",
    "incident_supplement",
    "incident_validate",
    "incident_verify",
]
