"""Everything that changes an incident."""

from .presence import be_present, leave
from .printing import print_incident
from .proposals import answer_proposal, propose_fields, withdraw_fields
from .recall import recall_release
from .release import release_incident
from .remarks import add_measure, add_note
from .report import record_open_source, report_incident, supplement_incident
from .review import close_part, validate_incident, verify_incident

__all__ = [
    "add_measure",
    "add_note",
    "answer_proposal",
    "be_present",
    "close_part",
    "leave",
    "print_incident",
    "propose_fields",
    "recall_release",
    "record_open_source",
    "release_incident",
    "report_incident",
    "supplement_incident",
    "validate_incident",
    "verify_incident",
    "withdraw_fields",
]
