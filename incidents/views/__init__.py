"""Pages of incidents: doors to the verbs, and the names their templates may use."""

from .lists import incident_list
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
    "incident_close",
    "incident_detail",
    "incident_list",
    "incident_measure",
    "incident_new",
    "incident_note",
    "incident_release",
    "incident_supplement",
    "incident_validate",
    "incident_verify",
]
