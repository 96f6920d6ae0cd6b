"""Logging an incident, and adding to it."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused, Stale
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require
from contactpoints.models import Unit, units

from .. import handling
from ..content import FIELDS, category_of, cleaned, crosses, laid_over, same_content
from ..handling import Marking
from ..models import Incident, IncidentVersion, Share, State, absorbed_by
from ..texts import moved_on, same_texts
from .moves import CHECKED, unchecked
from .shares import locked, make_share, share_columns

NEXT_NUMBER = """
    INSERT INTO incidents_numberseries (unit_id, year, last) VALUES (%s, %s, %s)
    ON CONFLICT (unit_id, year) DO UPDATE SET last = incidents_numberseries.last + excluded.last
    RETURNING last
"""


def series_of(unit: Unit) -> Unit:
    """The unit whose numbers the incidents of `unit` take: its regional unit."""
    series = unit
    while series.kind in (Unit.Kind.LOCAL, Unit.Kind.CROSSING, Unit.Kind.DESK) and series.parent_id:
        series = next(u for u in units().values() if u.pk == series.parent_id)
    return series


def next_numbers(unit: Unit, at: datetime, count: int = 1) -> list[str]:
    """The next `LV-DGP-2026-00012` of the unit's regional unit, in the year of the side's zone."""
    series = series_of(unit)
    year = at.astimezone(ZoneInfo(unit.zone)).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [series.pk, year, count])
        last = cursor.fetchone()[0]
    return [f"{series.code}-{year}-{each:05d}" for each in range(last - count + 1, last + 1)]


@transaction.atomic
def _submit(
    unit: Unit, content: dict[str, Any], *, number: str | None = None, **facts: Any
) -> Incident:
    at = now()
    incident = Incident(
        number=number or next_numbers(unit, at)[0],
        unit=unit,
        side=unit.side,
        category=category_of(content["category"]),
        state=State.SUBMITTED,
        reported_at=at,
        **facts,
    )
    incident.save(force_insert=True)
    author = incident.reported_by
    IncidentVersion(incident=incident, number=1, content=content, at=at, by=author).save(
        force_insert=True
    )
    share = make_share(incident, unit, content, own=True)
    share.save(force_insert=True)
    incident.own_share = share  # spares the door that answers with it a statement
    record(
        "incident.reported",
        incident.ref,
        by=author,
        trail=unit.side,
        number=incident.number,
        unit=unit.code,
    )
    return incident


def report_incident(
    *,
    unit: Unit,
    content: Mapping[str, Any],
    client_ref: uuid.UUID | None = None,
    exercise: bool = False,
    marking: Marking | None = None,
    number: str | None = None,
    by: Any,
) -> Incident:
    """Log and submit an incident of a unit; the same `client_ref` from one officer is one incident.

    `content` holds parsed values under the names of `content.FIELDS`; without a `marking` it gets
    the portal's default. `number` is one that was reserved on paper, whose form's public id is then
    the `client_ref`. Raises Refused when the ref was sent with something else before, Invalid
    with a sentence for every wrong field, and
    NotAllowed when the officer's posting does not reach the unit.
    """
    require(by, "report_incidents", unit)
    return log_incident(
        unit=unit,
        content=content,
        client_ref=client_ref,
        exercise=exercise,
        marking=marking,
        number=number,
        by=by,
    )


def log_incident(
    *,
    unit: Unit,
    content: Mapping[str, Any],
    client_ref: uuid.UUID | None = None,
    exercise: bool = False,
    marking: Marking | None = None,
    number: str | None = None,
    by: Any,
) -> Incident:
    """The same for a verb that has asked a right of its own, such as inspecting border signs."""
    whole = cleaned(content)
    marking = marking or handling.default()
    client_ref = client_ref or uuid.uuid4()
    try:
        return _submit(
            unit,
            whole,
            client_ref=client_ref,
            exercise=exercise,
            number=number,
            reported_by=by,
            **marking.columns,
        )
    except IntegrityError as clash:
        if "incident_reported_once" not in str(clash):
            raise
    first = Incident.objects.select_related("unit").get(reported_by=by, client_ref=client_ref)
    said = (first.unit_id, handling.first_marking(first))
    if said != (unit.pk, marking) or not same_content(first.versions.get(number=1).content, whole):
        raise Refused(
            _(
                "This form was sent before and is %(number)s now. To change that one, add a "
                "supplement to it. To log another incident, send the form again."
            )
            % {"number": first.number},
            code="sent_before",
        )
    return first


@transaction.atomic
def supplement_incident(
    incident: Incident, *, version: int, changes: Mapping[str, Any], by: Any
) -> Incident:
    """Add to an incident: its next version, made of the last one and `changes` (parsed values).

    Nothing is overwritten: every version is kept, and what was released stays as it was released.
    What was verified or validated has to be so anew, since nobody has checked what is new in it;
    copies of the version that was validated stay validated.
    Raises Stale when somebody saved after `version`; with no real change nothing happens.
    """
    incident = locked(incident)
    require(by, "report_incidents", incident.unit)
    if incident.state in (State.CLOSED, State.WITHDRAWN, State.MERGED):
        raise Refused(
            _("%(number)s is closed, so nothing can be added. Write a note instead.")
            % {"number": incident.number},
            code="not_open",
        )
    last = incident.versions.get(number=incident.version)
    if version != incident.version:
        raise Stale(
            _(
                "Somebody saved version %(current)s while you worked on version %(yours)s. "
                "Compare both and save again."
            )
            % {"current": incident.version, "yours": version},
            current=last,
        )
    content = cleaned(laid_over(last.content, changes), before=last.content)
    changed = [name for name in FIELDS if content[name] != last.content.get(name)]
    if not changed:
        return incident
    if "category" in changed:
        _recategorise(incident, content["category"])
    incident.version += 1
    incident.save(update_fields=["version", "category"])
    IncidentVersion.objects.create(
        incident=incident, number=incident.version, content=content, changed=changed, by=by
    )
    own = make_share(incident, incident.unit, content, own=True)
    columns = share_columns(content)
    if not same_texts(last.content, content):
        columns["texts"] = moved_on(incident.shares.get(own=True).texts)
    Share.objects.filter(incident=incident, own=True).update(
        version=own.version, precedence=own.precedence, **columns
    )
    if incident.state in (State.VERIFIED, State.VALIDATED):
        unchecked(incident)
        incident.state = State.SUBMITTED
        incident.save(update_fields=["state", *CHECKED])
        incident.shares.filter(own=True).update(state=State.SUBMITTED, validated_at=None)
    record("incident.supplemented", incident.ref, by=by, version=incident.version, changed=changed)
    ring_many([incident.unit.code])
    return incident


def _recategorise(incident: Incident, code: str) -> None:
    # What was merged into it counts: neither may tell of the other.
    members = [incident, *(merge.source for merge in absorbed_by(incident))]
    elsewhere = Share.objects.filter(incident__in=members).exclude(unit__side=incident.side)
    if not crosses(code) and elsewhere.exists():
        raise Refused(
            _(
                "The other side holds this incident, so it cannot take this category. "
                "Log a new incident for what must stay on your side."
            ),
            code="never_released",
        )
    incident.category = category_of(code)


@transaction.atomic
def record_open_source(
    *, unit: Unit, content: Mapping[str, Any], source_ref: str, readers: list[Unit], by: Any
) -> tuple[Incident, bool]:
    """Keep something known from a public source; returns the record and whether it is new.

    No service is its author and no alert goes out. It is public, so every unit of `readers` gets
    a copy. The same `source_ref` is one record.
    """
    require(by, "import_open_source", unit)
    known = Incident.objects.filter(source_ref=source_ref).first()
    if known:
        return known, False
    incident = _submit(
        unit,
        cleaned(content),
        origin=Incident.Origin.OPEN_SOURCE,
        source_ref=source_ref,
        **handling.open_source().columns,
    )
    fields = {k: v for k, v in incident.versions.get().content.items() if k != "internal_note"}
    Share.objects.bulk_create(
        make_share(incident, reader, fields, own=False, released_at=incident.reported_at)
        for reader in readers
        if reader.pk != unit.pk
    )
    return incident, True
