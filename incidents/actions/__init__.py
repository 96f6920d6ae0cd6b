"""Everything that changes an incident."""

from .files import (
    attach_file,
    download_attachment,
    export_files,
    forget_stray_files,
    hand_over,
    mark_scanned,
    withdraw_attachment,
)
from .printing import print_incident
from .release import release_incident
from .remarks import add_measure, add_note
from .report import record_open_source, report_incident, supplement_incident
from .review import close_part, validate_incident, verify_incident

__all__ = [
    "add_measure",
    "add_note",
    "attach_file",
    "close_part",
    "download_attachment",
    "export_files",
    "forget_stray_files",
    "hand_over",
    "mark_scanned",
    "print_incident",
    "record_open_source",
    "release_incident",
    "report_incident",
    "supplement_incident",
    "validate_incident",
    "verify_incident",
    "withdraw_attachment",
]
