"""Everything that changes an incident."""

from .marking import ask_consent, give_consent, mark_incident, pass_on, refuse_consent
from .printing import print_incident
from .release import release_incident
from .remarks import add_measure, add_note
from .report import record_open_source, report_incident, supplement_incident
from .review import close_part, validate_incident, verify_incident

__all__ = [
    "add_measure",
    "add_note",
    "ask_consent",
    "close_part",
    "give_consent",
    "mark_incident",
    "pass_on",
    "print_incident",
    "record_open_source",
    "refuse_consent",
    "release_incident",
    "report_incident",
    "supplement_incident",
    "validate_incident",
    "verify_incident",
]
