"""Everything that changes an incident."""

from .cells import count_cells, rebuild_cells, recount_cells
from .printing import print_incident
from .release import release_incident
from .remarks import add_measure, add_note
from .report import record_open_source, report_incident, supplement_incident
from .review import close_part, validate_incident, verify_incident
from .saved import delete_filter, rename_filter, save_filter

__all__ = [
    "add_measure",
    "add_note",
    "close_part",
    "count_cells",
    "delete_filter",
    "print_incident",
    "rebuild_cells",
    "record_open_source",
    "recount_cells",
    "release_incident",
    "rename_filter",
    "report_incident",
    "save_filter",
    "supplement_incident",
    "validate_incident",
    "verify_incident",
]
