"""Everything that changes an incident."""

from .life import (
    reopen_incident,
    resubmit_incident,
    return_incident,
    withdraw_incident,
)
from .printing import (
    print_incident,
)
from .release import (
    release_incident,
)
from .remarks import (
    add_measure,
    add_note,
)
from .report import (
    record_open_source,
    report_incident,
    supplement_incident,
)
from .review import (
    close_part,
    revise_impact,
    validate_incident,
    verify_incident,
)
from .sealed import (
    add_sealed_person,
    correct_sealed_person,
    open_sealed_copy,
    open_sealed_part,
    read_sealed_copy,
    read_sealed_part,
)
from .sealed_release import (
    acknowledge_sealed_recall,
    recall_sealed,
    release_sealed,
)

__all__ = [
    "acknowledge_sealed_recall",
    "add_measure",
    "add_note",
    "add_sealed_person",
    "close_part",
    "correct_sealed_person",
    "open_sealed_copy",
    "open_sealed_part",
    "print_incident",
    "read_sealed_copy",
    "read_sealed_part",
    "recall_sealed",
    "record_open_source",
    "release_incident",
    "release_sealed",
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
