"""Files of a joint investigation: added to an entry, scanned, saved by whoever reads it."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.audit.actions import record_export
from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.files import scanning, store
from bordercoop.files.intake import Taken, Upload, take_in
from bordercoop.files.kinds import BY_CODE
from bordercoop.outbox.relay import post

from ..models import WRITTEN, CaseEntry, EntryCustody, EntryFile, Scan
from .case_entries import locked_entry, log_custody, ring_readers
from .case_moves import locked_case, not_now, part_of, require_team
from .files import Download, may_leave


def add_entry_file(entry: CaseEntry, upload: Upload, *, by: Any) -> EntryFile:
    """Add a file to an entry of the own side; its SHA-256 goes into the custody log.

    The other side reads it with the entry. The same bytes are one file. Raises Invalid for what is
    not taken, Refused (413) for what is too large or too many.
    """
    require_team(entry.investigation, by)
    return _add(entry, take_in(upload), by)


@transaction.atomic
def _add(entry: CaseEntry, taken: Taken, by: Any) -> EntryFile:
    case = locked_case(entry.investigation)
    part = require_team(case, by)
    entry = locked_entry(entry)
    if entry.side != by.side:
        if entry.exchanged_at is None:
            raise Refused(_("There is no such entry."), code="not_found", status=404)
        raise NotAllowed(_("This is a part of the other side, which alone changes it."))
    if case.state not in WRITTEN or entry.withdrawn_at is not None:
        raise not_now(case)
    if same := entry.files.filter(sha256=taken.sha256).first():
        return same
    _room_for(case, taken, by)
    row = EntryFile.objects.create(
        entry=entry,
        number=entry.files.count() + 1,
        name=taken.name,
        kind=taken.kind,
        size=taken.size,
        sha256=taken.sha256,
        rendition_sha256=taken.rendition_sha256,
        rendition_size=taken.rendition_size,
        scan=Scan.WAITING if scanning.configured() else Scan.NOT_CONFIGURED,
        by=by,
    )
    log_custody(entry, EntryCustody.Deed.FILE_ADDED, holder=part.unit.code, by=by)
    record("case.file_added", case.ref, by=by, entry=entry.number, sha256=row.sha256)
    if row.scan == Scan.WAITING:
        post("scan", f"scan:{row.uid}", {"entry_file": str(row.uid)})
    ring_readers(case, entry)
    return row


def _room_for(case: Any, taken: Taken, by: Any) -> None:
    there = EntryFile.objects.filter(entry__investigation=case, entry__side=by.side)
    files, size = there.count(), there.aggregate(sum=Sum("size"))["sum"] or 0
    sentence = ""
    if files >= settings.FILES_MOST:
        sentence = ngettext(
            "Your side added %(most)s file already, and no more fit in one case.",
            "Your side added %(most)s files already, and no more fit in one case.",
            settings.FILES_MOST,
        ) % {"most": settings.FILES_MOST}
    elif size + taken.size > settings.FILES_MOST_BYTES:
        most = settings.FILES_MOST_BYTES // (1024 * 1024)
        sentence = ngettext(
            "All files of your side in one case may have %(most)s megabyte together.",
            "All files of your side in one case may have %(most)s megabytes together.",
            most,
        ) % {"most": most}
    if sentence:
        raise Refused(sentence, code="too_many_files", status=413, fields={"file": [sentence]})


@transaction.atomic
def mark_entry_file(file: EntryFile, *, state: Scan | str, finding: str = "") -> EntryFile:
    """Write down what the scanner said. What was found infected stays infected."""
    row = EntryFile.objects.select_for_update(no_key=True).get(pk=file.pk)
    if row.scan in (Scan.INFECTED, Scan.CLEAN, Scan.NOT_CONFIGURED) or row.scan == state:
        return row
    row.scan, row.finding, row.scanned_at = str(state), finding[:120], now()
    row.save(update_fields=["scan", "finding", "scanned_at"])
    if state == Scan.INFECTED:
        case = row.entry.investigation
        record("file.infected", case.ref, by=None, trail=row.entry.side, finding=row.finding)
    return row


def download_entry_file(file: EntryFile, *, plain: bool = False, by: Any) -> Download:
    """Open a file of an entry that the officer reads; recorded as an export.

    With `plain` the picture without its metadata. Refused while it waits for the scan and when a
    virus was found.
    """
    entry = file.entry
    part_of(entry.investigation, by)
    if entry.side != by.side and entry.exchanged_at is None:
        raise Refused(_("There is no such file."), code="not_found", status=404)
    may_leave(file.scan)
    original = not (plain and file.rendition_sha256)
    found = store.open_stored(file.sha256 if original else file.rendition_sha256)
    record_export(
        "file", by=by, rows=1,
        filter={"file": file.uid, "case": entry.investigation.uid, "original": original},
    )  # fmt: skip
    return Download(found, file.name, BY_CODE[file.kind].mime)
