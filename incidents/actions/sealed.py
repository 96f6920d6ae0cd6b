"""The sealed personal part: writing into it, and opening it with a reason."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.actions import record_reading
from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused, Stale
from contactpoints.access import require
from contactpoints.models import Unit

from ..models import Incident, SealedCopy, SealedPerson, SealedReading, SealedVersion
from ..sealed_content import LONGEST_REASON, SHORTEST_REASON, cleaned, opening_reason, stated
from .shares import locked


def _why(text: Any, field: str = "text") -> str:
    return stated(
        text,
        field,
        longest=LONGEST_REASON,
        shortest=SHORTEST_REASON,
        empty=_("Write in a few words why."),
    )


@transaction.atomic
def add_sealed_person(
    incident: Incident,
    *,
    content: Mapping[str, Any],
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> SealedPerson:
    """Write a person into the sealed part of an incident of the own unit.

    `content` has keys of `sealed_content.FIELDS`, all optional; Invalid with a sentence for each
    that is wrong. The same `client_ref` with the same content is the same person.
    """
    incident = locked(incident)
    require(by, "write_sealed", incident.unit)
    if incident.origin != Incident.Origin.SERVICE:
        raise Refused(
            _("An open-source record is public and has no sealed part."), code="open_source"
        )
    said = cleaned(content)
    ref = client_ref or uuid.uuid4()
    person, new = _written(incident, ref, said, by)
    if not new and (
        person.incident_id != incident.pk or person.versions.get(number=1).content != said
    ):
        # The page was gone back to and somebody else was typed: another person, not a repeat.
        differs = f"{incident.pk} {sorted(said.items())}"
        person, new = _written(incident, uuid.uuid5(ref, differs), said, by)
    if new:
        record("sealed.added", incident.ref, by=by)
    return person


def _written(
    incident: Incident, ref: uuid.UUID, said: Mapping[str, str], by: Any
) -> tuple[SealedPerson, bool]:
    person, new = SealedPerson.objects.get_or_create(
        by=by, client_ref=ref, defaults={"incident": incident}
    )
    if new:
        SealedVersion.objects.create(person=person, number=1, content=dict(said), by=by)
    return person, new


@transaction.atomic
def correct_sealed_person(
    person: SealedPerson,
    *,
    version: int,
    changes: Mapping[str, Any],
    reason: str,
    by: Any,
) -> SealedPerson:
    """Add a version with these changed fields; the earlier ones are kept.

    Stale when somebody corrected `version` meanwhile, which says nothing of the content. What
    changes nothing adds nothing.
    """
    incident = locked(person.incident)
    require(by, "write_sealed", incident.unit)
    person = SealedPerson.objects.get(pk=person.pk)
    last = person.versions.get(number=person.version)
    if last.purge_id is not None:
        raise Refused(
            _("The period for which this person's data may be kept has ended, so they are gone."),
            code="purged",
        )
    if version != person.version:
        before = person.versions.filter(number=version).first()
        if before and cleaned({**before.content, **changes}) == last.content and last.by == by:
            return person  # sent twice
        raise Stale(
            _("Somebody corrected this person meanwhile. Open the sealed part again and compare.")
        )
    said = cleaned({**last.content, **changes})
    if said == last.content:
        return person
    why = _why(reason, "reason")
    person.version += 1
    SealedVersion.objects.create(
        person=person, number=person.version, content=said, reason=why, by=by
    )
    person.save(update_fields=["version"])
    record("sealed.corrected", incident.ref, by=by, version=person.version)
    return person


def _this_hour() -> datetime:
    """The full hour for which an opening holds."""
    return now().replace(minute=0, second=0, microsecond=0)


def _opened(
    incident: Incident, desk: Unit | None, reason: Any, text: Any, by: Any
) -> SealedReading:
    if by is None:
        raise NotAllowed(_("Only an officer can open a sealed part."))
    code, why = opening_reason(reason), _why(text)
    reading, new = SealedReading.objects.get_or_create(
        incident=incident,
        desk=desk,
        officer=by,
        hour=_this_hour(),
        defaults={"side": by.side, "reason": code, "text": why},
    )
    if new:
        facts = {"desk": desk.code} if desk else {}
        record("sealed.opened", incident.ref, by=by, why=code, **facts)
    return reading


def _shown(incident: Incident, desk: Unit | None, by: Any) -> SealedReading:
    """Count one more showing of what was opened in this hour; Refused when it was not."""
    rows = SealedReading.objects.filter(incident=incident, desk=desk, officer=by, hour=_this_hour())
    if not rows.update(count=F("count") + 1, last_at=now()):
        raise Refused(
            _("Open the sealed part first: say why. An opening holds for the hour it is made in."),
            code="reason_needed",
            status=403,
        )
    record_reading(f"sealed:{incident.uid}", by=by)
    return rows.get()


@transaction.atomic
def open_sealed_part(incident: Incident, *, reason: str, text: str, by: Any) -> SealedReading:
    """Open the sealed part of an incident of the own side until the end of this hour.

    `reason` is one of `OpeningReason`, `text` a few words. A second opening in the same hour is
    the first one.
    """
    require(by, "open_sealed", incident.unit)
    return _opened(incident, None, reason, text, by)


@transaction.atomic
def read_sealed_part(incident: Incident, *, by: Any) -> SealedReading:
    """Show the sealed part once more; Refused (403, reason_needed) without an opening."""
    require(by, "open_sealed", incident.unit)
    return _shown(incident, None, by)


def _in_force(copy: SealedCopy) -> None:
    if not SealedCopy.objects.in_force().filter(pk=copy.pk).exists():
        raise Refused(
            _("The personal data that your desk held were recalled or replaced. Go back."),
            code="not_found",
            status=404,
        )


@transaction.atomic
def open_sealed_copy(copy: SealedCopy, *, reason: str, text: str, by: Any) -> SealedReading:
    """Open the copy that a desk holds until the end of this hour; as `open_sealed_part`."""
    require(by, "open_sealed", copy.desk)
    _in_force(copy)
    return _opened(copy.incident, copy.desk, reason, text, by)


@transaction.atomic
def read_sealed_copy(copy: SealedCopy, *, by: Any) -> SealedReading:
    """Show a desk's copy once more; Refused (403, reason_needed) without an opening."""
    require(by, "open_sealed", copy.desk)
    _in_force(copy)
    return _shown(copy.incident, copy.desk, by)
