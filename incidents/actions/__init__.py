"""Everything that changes an incident."""

from .life import reopen_incident, resubmit_incident, return_incident, withdraw_incident
from .printing import print_incident
from .release import release_incident
from .remarks import add_measure, add_note
from .report import record_open_source, report_incident, supplement_incident
from .review import close_part, revise_impact, validate_incident, verify_incident

__all__ = [
    "add_measure",
    "add_note",
    "close_part",
    "print_incident",
    "record_open_source",
    "release_incident",
    "reopen_incident",
    "report_incident",
    "resubmit_incident",
    "return_incident",
    "revise_impact",
    "supplement_incident",
    "validate_incident",
    "verify_incident",
    "withdraw_incident",
]
