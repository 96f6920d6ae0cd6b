"""Pages of incidents: doors to the verbs, and the names their templates may use."""

from .joining import (
    incident_links,
    incident_merge,
    incident_paired,
    incident_unlink,
    incident_unmerge,
)
from .lists import incident_list
from .near import incident_near
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
    "incident_form_pdf",
    "incident_links",
    "incident_list",
    "incident_measure",
    "incident_merge",
    "incident_near",
    "incident_new",
    "incident_note",
    "incident_paired",
    "incident_print",
    "incident_release",
    "incident_supplement",
    "incident_unlink",
    "incident_unmerge",
    "incident_validate",
    "incident_verify",
]
