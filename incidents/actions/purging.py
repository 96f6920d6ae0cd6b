"""The purge: personal data whose period has passed are blanked, and a certificate says so.

An incident is one transaction, so a run that is killed has done some incidents whole and others not
at all; the next run goes on with the same certificate. Bytes on the disk follow their committed
rows, and a certificate is closed only when all of them have followed.
"""

import logging
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from bordercoop.audit.models import record
from bordercoop.files import store
from bordercoop.live.doorbell import ring_many
from contactpoints.access import SERVICES

from ..models import (
    Attachment,
    Incident,
    Kept,
    LegalHold,
    Purge,
    PurgeLine,
    RequestFile,
    RetentionPeriod,
    SealedCopy,
    SealedReading,
    SealedVersion,
    Share,
)
from ..retention import digest_of, due, due_rows, held, lines_of, periods, today
from ..stored import is_named
from .purging_elsewhere import purge_elsewhere
from .shares import locked

log = logging.getLogger(__name__)

LOCK = 2_026_112_601  # any number that no other advisory lock of the portal uses


def purge_expired(*, process: Purge.Process = Purge.Process.SCHEDULE) -> list[Purge]:
    """Purge what is due on both sides; the certificates that were closed.

    Safe twice, at once and when killed: the next run completes it. Holds whose last day has passed
    end first.
    """
    closed = []
    for side in SERVICES:
        _end_due_holds(side)
        for incident, kinds in due(side):
            _purge_incident(side, incident, kinds, process)
        purge_elsewhere(side, process=process, wait_for_turn=_wait_for_turn)
        for model in (Attachment, RequestFile):
            _take_bytes_away(model, side)
        purge = _close(side)
        if purge is not None:
            closed.append(purge)
    return closed


def _wait_for_turn() -> None:
    """One purging transaction at a time; held to its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@transaction.atomic
def _end_due_holds(side: str) -> None:
    over = LegalHold.objects.filter(side=side, lifted_at=None, until__lt=today(side))
    for hold in over.select_for_update(no_key=True, of=("self",)).select_related("incident"):
        hold.lifted_at = now()
        hold.save(update_fields=["lifted_at"])
        record("hold.ended", hold.incident.ref, by=None, trail=side)


@transaction.atomic
def _purge_incident(side: str, pk: int, kinds: list[str], process: Purge.Process) -> None:
    """Blank what is due of one incident, looked at again under its lock."""
    _wait_for_turn()
    incident = locked(Incident(pk=pk))
    if held([pk], side):
        return
    in_force = periods(side)
    for kind in kinds:
        period = in_force.get(kind)
        if period is None or not period.confirmed:
            continue
        rows, last = due_rows(kind, side, pk, period)
        if not rows or last is None:
            continue
        purge, _new = Purge.objects.get_or_create(
            side=side, finished_at=None, defaults={"process": process}
        )
        _blank(kind, incident, side, rows, purge)
        _certify(purge, incident, kind, len(rows), period, last)
        if kind == Kept.SEALED and (copies := _end_copies(incident, purge)):
            _certify(purge, incident, Kept.COPY, copies, period, last)


def _certify(
    purge: Purge, incident: Incident, kind: str, rows: int, period: RetentionPeriod, last: Any
) -> None:
    PurgeLine.objects.create(
        purge=purge,
        incident=incident,
        number=incident.number or "",
        kind=kind,
        rows=rows,
        days=period.days,
        ground=period.ground,
        kept_until=last,
    )
    record("data.purged", incident.ref, by=None, trail=purge.side, kind=str(kind), rows=rows)


def _blank(kind: str, incident: Incident, side: str, rows: list[Any], purge: Purge) -> None:
    ids = [row.pk for row in rows]
    if kind == Kept.SEALED:
        SealedVersion.objects.filter(pk__in=ids).update(content={}, reason="", purge=purge)
    elif kind == Kept.COPY:
        _blank_copies(ids, purge)
    elif kind == Kept.READING:
        SealedReading.objects.filter(pk__in=ids).update(text="", purge=purge)
    elif kind == Kept.FILE:
        Attachment.objects.filter(pk__in=ids).update(
            name="",
            description="",
            withdrawn_reason="",
            withdrawn_at=Coalesce("withdrawn_at", now()),
            purge=purge,
        )
    else:
        _blank_notes(incident, side, rows, purge)


def _blank_notes(incident: Incident, side: str, rows: list[Any], purge: Purge) -> None:
    """Remarks for the own side, and the internal note in versions and own copies."""
    for row in rows:
        row.purge = purge
        if hasattr(row, "text"):
            row.text, more = "", []
            if hasattr(row, "said"):  # the phrase of which the text was the wording
                row.said, more = None, ["said"]
            row.save(update_fields=["text", "purge", *more])
        else:
            row.content = {**row.content, "internal_note": ""}
            row.save(update_fields=["content", "purge"])
    shares = Share.objects.filter(
        incident=incident, unit__side=side, fields__has_key="internal_note"
    )
    for share in shares.order_by("pk"):
        share.fields = {**share.fields, "internal_note": ""}
        share.save(update_fields=["fields"])


def _blank_copies(ids: list[int], purge: Purge) -> None:
    """A copy that was still in force is recalled thereby; the desk reads that its period ended."""
    rows = SealedCopy.objects.filter(pk__in=ids)
    rows.filter(recalled_at=None, replaced_at=None).update(recalled_at=now(), expired=True)
    rows.update(people=[], purpose="", recipient="", recall_reason="", purge=purge)


def _end_copies(incident: Incident, purge: Purge) -> int:
    """What was released of a sealed part ends with it, at whichever desk; how many were blanked.

    A hold of a desk's own side keeps the row, which nobody can open from then on.
    """
    copies = list(
        SealedCopy.objects.filter(incident=incident, purge=None)
        .select_related("desk")
        .order_by("pk")
    )
    stopped = {side for side in {copy.desk.side for copy in copies} if held([incident.pk], side)}
    for copy in copies:
        if copy.recalled_at is None and copy.replaced_at is None:
            SealedCopy.objects.filter(pk=copy.pk).update(recalled_at=now(), expired=True)
            record(
                "sealed.recalled", incident.ref, by=None, trail=incident.side, desk=copy.desk.code
            )
    ids = [copy.pk for copy in copies if copy.desk.side not in stopped]
    if ids:
        _blank_copies(ids, purge)
    ring_many(sorted({incident.unit.code, *(copy.desk.code for copy in copies)}))
    return len(ids)


def _take_bytes_away(model: Any, side: str) -> None:
    """Remove from the disk what no other file holds. Stopped anywhere, the next run goes on."""
    rows = model.objects.filter(purge__side=side, bytes_gone_at=None).order_by("pk")
    for row in rows:
        try:
            done = all(
                store.remove(sum_, used=lambda sum_=sum_: is_named(sum_))  # type: ignore[misc]
                for sum_ in (row.sha256, row.rendition_sha256)
                if sum_
            )
        except OSError:
            log.exception("A purged file could not be removed from the disk.")
            continue
        if done:
            model.objects.filter(pk=row.pk).update(bytes_gone_at=now())


@transaction.atomic
def _close(side: str) -> Purge | None:
    """Close the open certificate of the side, once nothing of it is left to do."""
    _wait_for_turn()
    purge = Purge.objects.filter(side=side, finished_at=None).first()
    left = {"purge": purge, "bytes_gone_at": None}
    if purge is None or any(
        model.objects.filter(**left).exists() for model in (Attachment, RequestFile)
    ):
        return None
    last = Purge.objects.of_side(side).order_by("-number").first()
    purge.number = (last.number or 0) + 1 if last else 1
    purge.previous = last.digest if last else ""
    purge.finished_at = now()
    purge.digest = digest_of(purge, lines_of(purge))
    purge.save(update_fields=["number", "previous", "finished_at", "digest"])
    record("purge.certified", f"purge:{purge.uid}", by=None, trail=side, number=str(purge.number))
    return purge
