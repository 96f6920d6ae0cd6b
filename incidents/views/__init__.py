"""Pages of incidents: doors to the verbs, and the names their templates may use."""

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
from .sealed import (
    incident_sealed,
    incident_sealed_acknowledge,
    incident_sealed_new,
    incident_sealed_person,
)
from .sealed_release import incident_sealed_recall, incident_sealed_release, sealed_readings

__all__ = [
    "incident_close",
    "incident_detail",
    "incident_form_pdf",
    "incident_list",
    "incident_measure",
    "incident_new",
    "incident_note",
    "incident_print",
    "incident_release",
    "incident_sealed",
    "incident_sealed_acknowledge",
    "incident_sealed_new",
    "incident_sealed_person",
    "incident_sealed_recall",
    "incident_sealed_release",
    "incident_supplement",
    "incident_validate",
    "incident_verify",
    "sealed_readings",
]
