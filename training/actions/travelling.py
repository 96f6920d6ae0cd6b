"""Travel and crossing-pass particulars: written, read and, when their time has come, blanked."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.actions import record_reading
from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.wording import worded

from ..models import Activity, DocumentKind, Participation, Transport, Travel
from ..models.people import STANDING
from ..travels import readable_fields, writes_travel
from .activity_kit import wrong
from .nominating import _locked, no_part


def _times(arrives_at: datetime | None, departs_at: datetime | None) -> tuple[Any, Any]:
    for field, moment in (("arrives_at", arrives_at), ("departs_at", departs_at)):
        if moment is not None and moment.tzinfo is None:
            raise wrong(field, _("Say by which clock."))
    first, last = (moment and moment.astimezone(UTC) for moment in (arrives_at, departs_at))
    if first and last and last <= first:
        raise wrong("departs_at", _("It ends before it begins. Check both times."))
    return first, last


@transaction.atomic
def write_travel(
    part: Participation,
    *,
    transport: str = "",
    arrives_at: datetime | None = None,
    departs_at: datetime | None = None,
    pass_number: str = "",
    document: str = "",
    remarks: str = "",
    by: Any,
) -> Travel:
    """Say how an officer travels, whole. By the officer or a coordinator of the own side. The same
    again changes nothing; the audit trail holds that it was written, never what."""
    part = _locked(part, by)
    if not writes_travel(by, part):
        raise NotAllowed(_("The officer, or a coordinator of the officer's side, writes this."))
    if transport not in ("", *Transport.values):
        raise wrong("transport", _("Choose from the list, or leave it open."))
    if document not in ("", *DocumentKind.values):
        raise wrong("document", _("Choose from the list, or leave it open."))
    first, last = _times(arrives_at, departs_at)
    said = {
        "transport": transport, "arrives_at": first, "departs_at": last, "document": document,
        "pass_number": worded(pass_number, "pass_number", most=40, one_line=True),
        "remarks": worded(remarks, "remarks", most=500),
    }  # fmt: skip
    if part.state not in STANDING:
        raise Refused(_("This officer takes no part any more."), code="wrong_state")
    # The activity's lock keeps two from writing at once.
    travel = Travel.objects.filter(participation=part).first()
    if travel is not None:
        if travel.blanked_at is not None:
            raise Refused(_("The period in which this is kept has ended."), code="purged")
        if all(getattr(travel, name) == value for name, value in said.items()):
            return travel
        for name, value in said.items():
            setattr(travel, name, value)
        travel.written_at, travel.written_by = now(), by
        travel.save(update_fields=[*said, "written_at", "written_by"])
    elif any(said.values()):
        travel = Travel.objects.create(participation=part, written_by=by, **said)
    else:
        return Travel(participation=part)
    record("participation.travel_written", part.ref, by=by)
    return travel


@transaction.atomic
def read_travel(part: Participation, *, by: Any) -> dict[str, Any]:
    """What `by` may read of an officer's travel, by field; {} where nothing was written. Raises
    Refused (404) for whom it does not exist. A reading by another than the officer is written down.
    """
    if not Participation.objects.visible_to(by).filter(pk=part.pk).exists():
        raise no_part()
    fields = readable_fields(by, part)
    if not fields:
        raise NotAllowed(_("The officer, and coordinators, read this."))
    travel = Travel.objects.filter(participation=part, blanked_at=None).first()
    if travel is None:
        return {}
    if by.pk != part.officer_id:
        record_reading(part.ref, by=by)
    return {name: getattr(travel, name) for name in fields}


def blank_travels(activity: Activity, side: str) -> int:
    """Empty for good how the side's officers travelled to an activity; returns how many rows. Asked
    by the purge alone."""
    rows = Travel.objects.filter(
        participation__activity=activity, participation__side=side, blanked_at=None
    )
    return rows.update(
        transport="", arrives_at=None, departs_at=None, pass_number="", document="", remarks="",
        blanked_at=now(),
    )  # fmt: skip
