"""Pages of incidents: doors to the verbs, and the names their templates may use."""

from .files import (
    incident_file,
    incident_file_hand_over,
    incident_file_withdraw,
    incident_files,
    incident_files_pack,
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
    "incident_close",
    "incident_detail",
    "incident_file",
    "incident_file_hand_over",
    "incident_file_withdraw",
    "incident_files",
    "incident_files_pack",
    "incident_form_pdf",
    "incident_list",
    "incident_measure",
    "incident_new",
    "incident_note",
    "incident_print",
    "incident_release",
    "incident_supplement",
    "incident_validate",
    "incident_verify",
]
