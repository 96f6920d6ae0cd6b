"""Adding files, handing them over, taking them out, and giving them to whoever may have them."""

import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.audit.actions import record_export
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.files import scanning, store
from bordercoop.files.intake import Upload
from bordercoop.files.kinds import BY_CODE, Kind, kind_of
from bordercoop.files.names import clean_name
from bordercoop.files.rendition import pieces, rendition
from bordercoop.live.doorbell import ring_many
from bordercoop.outbox.relay import post
from bordercoop.reference.wording import worded
from contactpoints.access import require

from ..access import share_for
from ..files import Held, found_file, held_files, without_metadata_or_refused
from ..models import Attachment, Audience, CustodyEntry, Incident, Scan, Share
from ..pack import pack_of
from ..stored import named_sums
from .shares import locked

STRAY_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Download:
    """An open file and what to call it."""

    file: BinaryIO
    name: str
    mime: str


def attach_file(
    incident: Incident,
    upload: Upload,
    *,
    description: str = "",
    evidence: bool = False,
    audience: Audience | str = Audience.OWN,
    by: Any,
) -> Attachment:
    """Add a file to an incident, through the copy that the officer works with.

    A file of the owner goes to nobody until it is released; a side that was told may add one for
    all who hold the incident (`audience` shared). The same bytes from one side are one file.
    Raises Invalid for what is not taken (bordercoop/files), Refused (413) for what is too large or
    too many, NotAllowed without the right. Where a scanner is configured the file is scanned after.
    """
    share = share_for(by, incident)
    require(by, "annotate_incidents", share.unit)
    name = clean_name(upload.name or "")
    description = worded(description, "description", most=500, one_line=True)
    _audience_is_possible(share, str(audience))
    if (upload.size or 0) > settings.FILE_MOST_BYTES:
        raise store.too_large()
    with store.arriving(upload.chunks()) as (file, stored):
        kind, pixels = kind_of(file, name)  # type: ignore[arg-type]
        facts = {
            "name": name,
            "kind": kind.code,
            "description": description,
            "evidence": evidence,
            "audience": str(audience),
        }
        with rendition(file, kind) as plain:
            return _keep(incident, share, file, stored, plain, pixels, facts, by)


def _audience_is_possible(share: Share, audience: str) -> None:
    sentence = ""
    if audience not in Audience.values:
        sentence = _("Choose who sees it.")
    elif share.own and audience == Audience.SHARED:
        sentence = _(
            "Files of your side's incident go to a desk by a release. "
            "Add it for your own side and tick it there."
        )
    if sentence:
        raise Invalid(sentence, fields={"audience": [sentence]})


def _keep(
    incident: Incident,
    share: Share,
    file: IO[bytes],
    stored: store.Stored,
    plain: IO[bytes] | None,
    pixels: tuple[int, int] | None,
    facts: dict[str, Any],
    by: Any,
) -> Attachment:
    row = Attachment(
        incident=incident,
        unit=share.unit,
        side=by.side,
        own=share.own,
        size=stored.size,
        sha256=stored.sha256,
        width=pixels[0] if pixels else None,
        height=pixels[1] if pixels else None,
        scan=Scan.WAITING if scanning.configured() else Scan.NOT_CONFIGURED,
        by=by,
        **facts,
    )
    if plain is not None:
        with store.arriving(pieces(plain)) as (copy, copied):
            store.keep(copy, copied)
        row.rendition_sha256, row.rendition_size = copied.sha256, copied.size
    if row.audience == Audience.SHARED and not row.evidence:
        without_metadata_or_refused(row)
    store.keep(file, stored)
    return _add(row, by)


@transaction.atomic
def _add(row: Attachment, by: Any) -> Attachment:
    incident = locked(row.incident)
    there = Attachment.objects.filter(incident=incident, side=row.side)
    kept = there.filter(purge=None)
    same = kept.filter(own=row.own, sha256=row.sha256).first()
    if same is not None:
        return same
    _room_for(row, kept)
    last = there.order_by("-number").values_list("number", flat=True).first() or 0
    row.number = last + 1
    row.save(force_insert=True)
    _log(row, CustodyEntry.Deed.RECEIVED, unit=row.unit, by=by)
    record(
        "file.added",
        row.ref,
        by=by,
        incident=str(incident.uid),
        sha256=row.sha256,
        size=row.size,
        audience=row.audience,
        evidence=row.evidence,
    )
    if row.scan == Scan.WAITING:
        post("scan", f"scan:{row.uid}", {"file": str(row.uid)})
    _ring(row)
    return row


def _room_for(row: Attachment, there: Any) -> None:
    files, size = there.count(), there.aggregate(sum=Sum("size"))["sum"] or 0
    sentence = ""
    if files >= settings.FILES_MOST:
        sentence = ngettext(
            "Your side added %(most)s file already, and no more fit on one incident.",
            "Your side added %(most)s files already, and no more fit on one incident.",
            settings.FILES_MOST,
        ) % {"most": settings.FILES_MOST}
    elif size + row.size > settings.FILES_MOST_BYTES:
        most = settings.FILES_MOST_BYTES // (1024 * 1024)
        sentence = ngettext(
            "All files of your side on one incident may have %(most)s megabyte together.",
            "All files of your side on one incident may have %(most)s megabytes together.",
            most,
        ) % {"most": most}
    if sentence:
        raise Refused(sentence, code="too_many_files", status=413, fields={"file": [sentence]})


def _log(row: Attachment, deed: str, **more: Any) -> CustodyEntry:
    return CustodyEntry.objects.create(attachment=row, deed=deed, sha256=row.sha256, **more)


def _ring(row: Attachment) -> None:
    """Tell those who see the file that something changed, and nobody else."""
    heard = row.incident.shares.all()
    if row.own:
        given = row.copies.values("desk")
        heard = heard.filter(own=True) | heard.filter(unit__in=given)
    elif row.audience == Audience.OWN:
        heard = heard.filter(unit__side=row.side)
    ring_many(sorted(set(heard.values_list("unit__code", flat=True))))


def _mine(attachment: Attachment, by: Any) -> Share:
    """The copy through which the officer works; Refused for a file that its side did not attach."""
    share = share_for(by, attachment.incident)
    if not found_file(by, attachment.incident, attachment.uid, share).mine:
        raise Refused(
            _("The other side added this file. Only they can do this with it."),
            code="not_yours",
            status=403,
        )
    return share


@transaction.atomic
def hand_over(
    attachment: Attachment, *, to: str, purpose: str, client_ref: uuid.UUID | None = None, by: Any
) -> CustodyEntry:
    """Write into the custody log that the file was handed to somebody, and for what.

    A desk that was given a file keeps its own log of it. The same `client_ref` is one line.
    """
    share = share_for(by, attachment.incident)
    held = found_file(by, attachment.incident, attachment.uid, share)
    require(by, "annotate_incidents", share.unit)
    needed = _("Write who received it: a name and an office.")
    to = worded(to, "to", most=200, empty=needed, one_line=True)
    purpose = worded(
        purpose,
        "purpose",
        most=500,
        empty=_("Write what it is handed over for."),
        one_line=True,
    )
    line, new = CustodyEntry.objects.get_or_create(
        attachment=attachment,
        client_ref=client_ref or uuid.uuid4(),
        defaults={
            "deed": CustodyEntry.Deed.HANDED_OVER,
            "unit": share.unit,
            "to": to,
            "purpose": purpose,
            "sha256": held.sha256,
            "by": by,
        },
    )
    if new:
        record("file.handed_over", attachment.ref, by=by, unit=share.unit.code)
    return line


@transaction.atomic
def withdraw_attachment(attachment: Attachment, *, reason: str, by: Any) -> Attachment:
    """Take a file out: it is kept with its log and its reason, and nobody can have it any more.

    Desks that were given it see it no longer. Withdrawn twice is withdrawn once.
    """
    share = _mine(attachment, by)
    require(by, "annotate_incidents", share.unit)
    reason = worded(
        reason,
        "reason",
        most=500,
        empty=_("Write why the file is withdrawn."),
        one_line=True,
    )
    row = Attachment.objects.select_for_update(no_key=True, of=("self",)).get(pk=attachment.pk)
    if row.withdrawn_at is not None:
        return row
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = now(), by, reason
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _log(row, CustodyEntry.Deed.WITHDRAWN, unit=share.unit, purpose=reason, by=by)
    record("file.withdrawn", row.ref, by=by, why=reason)
    _ring(row)
    return row


@transaction.atomic
def mark_scanned(attachment: Attachment, *, state: Scan, finding: str = "") -> Attachment:
    """Write down what the scanner said. What was found infected stays infected."""
    row = Attachment.objects.select_for_update(no_key=True, of=("self",)).get(pk=attachment.pk)
    if row.scan in (Scan.INFECTED, Scan.CLEAN, Scan.NOT_CONFIGURED) or row.scan == state:
        return row
    row.scan, row.finding, row.scanned_at = state, finding[:120], now()
    row.save(update_fields=["scan", "finding", "scanned_at"])
    if state == Scan.INFECTED:
        record("file.infected", row.ref, by=None, trail=row.side, finding=row.finding)
    _ring(row)
    return row


def download_attachment(attachment: Attachment, *, plain: bool = False, by: Any) -> Download:
    """Open a file for an officer who may have it; every one is recorded as an export.

    The side that attached it gets the original, or with `plain` the picture without metadata; a
    desk that was given it gets what it was given. Refused while it waits for the scan, when it is
    infected and when it was withdrawn.
    """
    share = share_for(by, attachment.incident)
    held = found_file(by, attachment.incident, attachment.uid, share)
    row = held.attachment
    _may_leave(row)
    original = held.original and not (plain and held.plain)
    file = store.open_stored(row.sha256 if original else row.rendition_sha256)
    record_export(
        "file", by=by, filter={"file": row.uid, "incident": row.incident.uid, "original": original},
        rows=1,
    )  # fmt: skip
    return Download(file, row.name, _kind(row).mime)


def _kind(row: Attachment) -> Kind:
    return BY_CODE[row.kind]


def _may_leave(row: Attachment) -> None:
    if row.withdrawn_at is not None:
        raise Refused(_("This file was withdrawn, so nobody can have it."), code="withdrawn")
    may_leave(row.scan)


def may_leave(scan: str) -> None:
    """Raise Refused for a file in which a virus was found, or that the scanner has not seen."""
    if scan == Scan.INFECTED:
        raise Refused(
            _("A virus was found in this file, so it is locked away. Ask the sender for another."),
            code="infected",
        )
    if scan == Scan.WAITING:
        raise Refused(
            _("The virus scan of this file is not finished. Try again in a minute."),
            code="scan_waits",
        )


def export_files(incident: Incident, *, by: Any) -> Iterator[bytes]:
    """All files that the officer may have, with their custody log, as a zip in pieces.

    Its parts are listed with their SHA-256, and a script inside checks them. Recorded as an export
    before the first piece. Refused when there is no file.
    """
    share = share_for(by, incident)
    held = held_files(by, incident, share, whole=True)
    ready = [one for one in held if one.ready]
    if not ready:
        raise Refused(_("There is no file that you could take along."), code="no_files")
    _are_on_the_disk(ready)
    record_export("files", by=by, filter={"incident": incident.uid}, rows=len(ready))
    return pack_of(share, held, at=now(), by=by)


def _are_on_the_disk(held: Iterable[Held]) -> None:
    for one in held:
        store.open_stored(one.sha256).close()


def forget_stray_files() -> int:
    """Remove what requests left on the disk that failed at their end, a day later; how many."""
    before = time.time() - STRAY_SECONDS
    return store.forget_strays(named_sums(), older_than=before)
