"""Documents of an activity: added, scanned, downloaded, taken away."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.audit.actions import record_export
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.files import scanning, store
from bordercoop.files.intake import Taken, Upload, take_in
from bordercoop.files.kinds import BY_CODE
from bordercoop.outbox.relay import post
from incidents.actions.files import Download, may_leave
from incidents.models import Scan

from ..models import Activity, ActivityFile
from .activity_kit import keep, locked_activity, require_either


def add_activity_file(activity: Activity, upload: Upload, *, by: Any) -> ActivityFile:
    """Add a document for everybody who reads the activity, by a coordinator of either side. The
    same bytes are one file.

    Raises Invalid for what is not taken, Refused (413) for what is too large or too many. Where a
    scanner is configured the file is scanned after.
    """
    require_either(activity, by)
    return _add(activity, take_in(upload), by)


@transaction.atomic
def _add(activity: Activity, taken: Taken, by: Any) -> ActivityFile:
    activity = locked_activity(activity, by)
    require_either(activity, by)
    mine = activity.files.standing().filter(side=by.side)
    if same := mine.filter(sha256=taken.sha256).first():
        return same
    if activity.joint and BY_CODE[taken.kind].picture and not taken.picture:
        sentence = _(
            "%(name)s is too large for a copy without metadata, so the other side cannot have it."
        ) % {"name": taken.name}
        raise Invalid(sentence, code="no_plain_copy", fields={"file": [sentence]})
    if mine.count() >= settings.FILES_MOST:
        sentence = ngettext(
            "Your side added %(most)s document already, and no more fit beside one activity.",
            "Your side added %(most)s documents already, and no more fit beside one activity.",
            settings.FILES_MOST,
        ) % {"most": settings.FILES_MOST}
        raise Refused(sentence, code="too_many_files", status=413, fields={"file": [sentence]})
    row = ActivityFile.objects.create(
        activity=activity, side=by.side, name=taken.name, kind=taken.kind, size=taken.size,
        sha256=taken.sha256, rendition_sha256=taken.rendition_sha256,
        rendition_size=taken.rendition_size, by=by,
        scan=Scan.WAITING if scanning.configured() else Scan.NOT_CONFIGURED,
    )  # fmt: skip
    keep(activity, "file_added", by=by, sha256=row.sha256)
    if row.scan == Scan.WAITING:
        post("activity_scan", f"activity_scan:{row.uid}", {"file": str(row.uid)})
    return row


@transaction.atomic
def mark_activity_file(file: ActivityFile, *, state: Scan | str, finding: str = "") -> ActivityFile:
    """Write down what the scanner said. What was found infected stays infected."""
    row = ActivityFile.objects.select_for_update(no_key=True).get(pk=file.pk)
    if row.scan in (Scan.INFECTED, Scan.CLEAN, Scan.NOT_CONFIGURED) or row.scan == state:
        return row
    row.scan, row.finding, row.scanned_at = str(state), finding[:120], now()
    row.save(update_fields=["scan", "finding", "scanned_at"])
    if state == Scan.INFECTED:
        record("file.infected", row.activity.ref, by=None, trail=row.side, finding=row.finding)
    return row


@transaction.atomic
def remove_activity_file(file: ActivityFile, *, by: Any) -> ActivityFile:
    """Take a document of the own side from the page; its bytes are kept. Twice is once."""
    activity = locked_activity(file.activity, by)
    require_either(activity, by)
    row = ActivityFile.objects.get(pk=file.pk)
    if row.side != by.side:
        raise NotAllowed(_("The side that added this document takes it away."))
    if row.removed_at is None:
        row.removed_at = now()
        row.save(update_fields=["removed_at"])
        keep(activity, "file_removed", by=by, sha256=row.sha256)
    return row


def download_activity_file(file: ActivityFile, *, by: Any) -> Download:
    """Open a document that the officer reads; recorded as an export. The other side's picture comes
    without its metadata. Refused while it waits for the scan and when a virus was found."""
    rows = ActivityFile.objects.visible_to(by).standing().filter(pk=file.pk)
    row = rows.select_related("activity").first()
    if row is None:
        raise Refused(_("There is no such file."), code="not_found", status=404)
    may_leave(row.scan)
    original = row.side == by.side or not row.rendition_sha256
    found = store.open_stored(row.sha256 if original else row.rendition_sha256)
    record_export(
        "file", by=by, rows=1,
        filter={"file": row.uid, "activity": row.activity.number, "original": original},
    )  # fmt: skip
    return Download(found, row.name, BY_CODE[row.kind].mime)
