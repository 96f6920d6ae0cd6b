"""Pages of incidents: doors to the verbs, and the names their templates may use."""

from .handling import (
    consent_give,
    consent_refuse,
    incident_ask_consent,
    incident_consents,
    incident_mark,
    incident_pass_on,
)
from .lists import incident_list
from .printing import incident_form_pdf, incident_print
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
    "consent_give",
    "consent_refuse",
    "incident_ask_consent",
    "incident_close",
    "incident_consents",
    "incident_detail",
    "incident_form_pdf",
    "incident_list",
    "incident_mark",
    "incident_measure",
    "incident_new",
    "incident_note",
    "incident_pass_on",
    "incident_print",
    "incident_release",
    "incident_supplement",
    "incident_validate",
    "incident_verify",
]
