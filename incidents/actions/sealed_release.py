"""Letting a desk read personal data: a decision of its own, and its recall."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused, Stale
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require
from contactpoints.models import Unit
from contactpoints.pausing import EMERGENCY, refuse_while_paused

from ..content import crosses
from ..models import Incident, SealedCopy, SealedPerson, SealedVersion, Share
from ..sealed_content import (
    LONGEST_PURPOSE,
    LONGEST_REASON,
    LONGEST_RECIPIENT,
    SHORTEST_REASON,
    legal_bases,
    release_names,
    stated,
)
from .shares import locked


def _refuse_what_stays(incident: Incident, desk: Unit) -> None:
    if not crosses(incident.category.code):
        raise Refused(
            _("Personal data of incidents of this category are never released."),
            code="never_released",
            status=403,
        )
    if not Share.objects.filter(incident=incident, unit=desk, own=False).exists():
        sentence = _("%(desk)s does not hold this incident. Release the incident to it first.") % {
            "desk": desk.name
        }
        raise Refused(sentence, code="not_released", fields={"desk": [sentence]})


def _frozen(
    incident: Incident,
    people: Iterable[SealedPerson],
    names: list[str],
    versions: Mapping[UUID, int] | None,
) -> list[dict[str, Any]]:
    """What the desk will read, of people who stand in this incident."""
    asked = {person.pk for person in people}
    rows = SealedPerson.objects.filter(incident=incident, pk__in=asked).order_by("pk")
    present = list(rows)
    if not present or len(present) != len(asked):
        sentence = _("Choose at least one person of this incident. None is chosen beforehand.")
        raise Invalid(sentence, fields={"persons": [sentence]})
    if versions is not None and any(versions.get(row.uid) != row.version for row in present):
        raise Stale(
            _("Somebody corrected one of these people after your preview. Preview them again.")
        )
    contents = {
        version.person_id: version.content
        for version in SealedVersion.objects.filter(person__in=present).order_by("number")
    }
    frozen = []
    for row in present:
        said = {name: contents[row.pk][name] for name in names if contents[row.pk].get(name)}
        if said:
            frozen.append({"uid": str(row.uid), "version": row.version, "content": said})
    if not frozen:
        sentence = _("The chosen fields are empty for the chosen people. Choose others.")
        raise Invalid(sentence, fields={"fields": [sentence]})
    return frozen


@transaction.atomic
def release_sealed(
    incident: Incident,
    *,
    persons: Iterable[SealedPerson],
    fields: Iterable[str],
    desk: Unit,
    legal_basis: str,
    purpose: str,
    recipient: str,
    versions: Mapping[UUID, int] | None = None,
    by: Any,
) -> SealedCopy:
    """Let a desk that holds the incident read these fields of these people.

    Nothing is released by default: people, fields, legal basis (a code in force today on the side
    of the incident), purpose and recipient are each stated. `versions` are the previewed ones:
    Stale when one is not the present one. The same decision again is the same copy; another one
    replaces it. Refused for applications for protection and serious incidents, whatever the desk,
    and while the exchange is paused there, unless the incident is an emergency.
    """
    incident = locked(incident)
    require(by, "release_sealed", incident.unit)
    _refuse_what_stays(incident, desk)
    if not incident.shares.filter(own=True, severity=EMERGENCY).exists():
        refuse_while_paused(desk, side=incident.side, category=incident.category.code)
    names = release_names(fields)
    basis = {term.code: term for term in legal_bases(incident.side)}.get(legal_basis)
    if basis is None:
        sentence = _("Choose a legal basis that is in force on your side.")
        raise Invalid(sentence, fields={"legal_basis": [sentence]})
    frozen = _frozen(incident, persons, names, versions)
    said = {
        "purpose": stated(
            purpose,
            "purpose",
            longest=LONGEST_PURPOSE,
            shortest=SHORTEST_REASON,
            empty=_("Write for what the personal data are needed."),
        ),
        "recipient": stated(
            recipient,
            "recipient",
            longest=LONGEST_RECIPIENT,
            shortest=2,
            empty=_("Name who at the desk receives them."),
        ),
        "legal_basis": basis,
        "fields": names,
        "people": frozen,
    }
    rows = SealedCopy.objects.filter(incident=incident, desk=desk)
    held = rows.filter(recalled_at=None, replaced_at=None).first()
    if held is not None:
        if all(getattr(held, name) == value for name, value in said.items()):
            return held
        held.replaced_at = now()
        held.save(update_fields=["replaced_at"])
    copy = SealedCopy.objects.create(incident=incident, desk=desk, by=by, **said)
    record(
        "sealed.released",
        incident.ref,
        by=by,
        desk=desk.code,
        fields=names,
        count=len(frozen),
        legal_basis=basis.code,
    )
    ring_many(sorted({incident.unit.code, desk.code}))
    return copy


@transaction.atomic
def recall_sealed(copy: SealedCopy, *, reason: str, by: Any) -> SealedCopy:
    """Take personal data back from a desk: from this moment it cannot read them any more.

    The desk is asked to acknowledge that it keeps nothing. The first recall stands.
    """
    incident = locked(copy.incident)
    require(by, "release_sealed", incident.unit)
    copy = SealedCopy.objects.whole().get(pk=copy.pk)
    if copy.recalled_at is not None:
        return copy
    if copy.replaced_at is not None:
        raise Refused(
            _("A later release has replaced this one. Recall the later one."), code="replaced"
        )
    copy.recall_reason = stated(
        reason,
        "reason",
        longest=LONGEST_REASON,
        shortest=SHORTEST_REASON,
        empty=_("Write in a few words why. The desk will read it."),
    )
    copy.recalled_at, copy.recalled_by = now(), by
    copy.save(update_fields=["recalled_at", "recalled_by", "recall_reason"])
    record("sealed.recalled", incident.ref, by=by, desk=copy.desk.code)
    ring_many(sorted({incident.unit.code, copy.desk.code}))
    return copy


@transaction.atomic
def acknowledge_sealed_recall(copy: SealedCopy, *, by: Any) -> SealedCopy:
    """Say for the desk that the recall was read and that nothing was kept. The first one stands."""
    incident = locked(copy.incident)
    require(by, "open_sealed", copy.desk)
    copy = SealedCopy.objects.whole().get(pk=copy.pk)
    if copy.acknowledged_at is not None:
        return copy
    if copy.recalled_at is None:
        raise Refused(_("These personal data were not recalled."), code="not_recalled")
    copy.acknowledged_at, copy.acknowledged_by = now(), by
    copy.save(update_fields=["acknowledged_at", "acknowledged_by"])
    record("sealed.recall_acknowledged", incident.ref, by=by, desk=copy.desk.code)
    ring_many(sorted({incident.unit.code, copy.desk.code}))
    return copy
