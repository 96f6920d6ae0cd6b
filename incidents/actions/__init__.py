"""Everything that changes an incident."""

from .linking import link_incidents, note_near, pair_reports, unlink_incidents
from .merging import merge_incidents, unmerge_incidents
from .printing import print_incident
from .release import release_incident
from .remarks import add_measure, add_note
from .report import record_open_source, report_incident, supplement_incident
from .review import close_part, validate_incident, verify_incident

__all__ = [
    "add_measure",
    "add_note",
    "close_part",
    "link_incidents",
    "merge_incidents",
    "note_near",
    "pair_reports",
    "print_incident",
    "record_open_source",
    "release_incident",
    "report_incident",
    "supplement_incident",
    "unlink_incidents",
    "unmerge_incidents",
    "validate_incident",
    "verify_incident",
]
