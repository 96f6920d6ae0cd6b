"""Everything that changes an incident."""

from .cells import (
    count_cells,
    rebuild_cells,
    recount_cells,
)
from .files import (
    attach_file,
    download_attachment,
    export_files,
    forget_stray_files,
    hand_over,
    mark_scanned,
    withdraw_attachment,
)
from .life import (
    reopen_incident,
    resubmit_incident,
    return_incident,
    withdraw_incident,
)
from .linking import (
    link_incidents,
    note_near,
    pair_reports,
    unlink_incidents,
)
from .marking import (
    ask_consent,
    give_consent,
    mark_incident,
    pass_on,
    refuse_consent,
)
from .merging import (
    merge_incidents,
    unmerge_incidents,
)
from .printing import (
    print_incident,
)
from .purging import (
    purge_expired,
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
from .retention import (
    lift_hold,
    place_hold,
    set_retention,
)
from .review import (
    close_part,
    revise_impact,
    validate_incident,
    verify_incident,
)
from .saved import (
    delete_filter,
    rename_filter,
    save_filter,
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
from .subjects import (
    print_certificate,
    print_subject_search,
    search_subjects,
)

__all__ = [
    "acknowledge_sealed_recall",
    "add_measure",
    "add_note",
    "add_sealed_person",
    "ask_consent",
    "attach_file",
    "close_part",
    "correct_sealed_person",
    "count_cells",
    "delete_filter",
    "download_attachment",
    "export_files",
    "forget_stray_files",
    "give_consent",
    "hand_over",
    "lift_hold",
    "link_incidents",
    "mark_incident",
    "mark_scanned",
    "merge_incidents",
    "note_near",
    "open_sealed_copy",
    "open_sealed_part",
    "pair_reports",
    "pass_on",
    "place_hold",
    "print_certificate",
    "print_incident",
    "print_subject_search",
    "purge_expired",
    "read_sealed_copy",
    "read_sealed_part",
    "rebuild_cells",
    "recall_sealed",
    "record_open_source",
    "recount_cells",
    "refuse_consent",
    "release_incident",
    "release_sealed",
    "rename_filter",
    "reopen_incident",
    "report_incident",
    "resubmit_incident",
    "return_incident",
    "revise_impact",
    "save_filter",
    "search_subjects",
    "set_retention",
    "supplement_incident",
    "unlink_incidents",
    "unmerge_incidents",
    "validate_incident",
    "verify_incident",
    "withdraw_attachment",
    "withdraw_incident",
]
