"""Everything that changes an incident."""

from .life import reopen_incident, resubmit_incident, return_incident, withdraw_incident
from .printing import print_incident
from .release import release_incident
from .remarks import add_measure, add_note
from .report import record_open_source, report_incident, supplement_incident
from .review import close_part, revise_impact, validate_incident, verify_incident
from .serious import (
    assess_serious,
    assign_serious,
    close_serious,
    decide_serious,
    finish_serious,
    read_serious,
    report_serious,
    take_up_serious,
    write_serious,
)

__all__ = [
    "add_measure",
    "add_note",
    "assess_serious",
    "assign_serious",
    "close_part",
    "close_serious",
    "decide_serious",
    "finish_serious",
    "print_incident",
    "read_serious",
    "record_open_source",
    "release_incident",
    "reopen_incident",
    "report_incident",
    "report_serious",
    "resubmit_incident",
    "return_incident",
    "revise_impact",
    "supplement_incident",
    "take_up_serious",
    "validate_incident",
    "verify_incident",
    "withdraw_incident",
    "write_serious",
]
