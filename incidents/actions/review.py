"""Verifying, validating and closing."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require
from contactpoints.actions import restate_alerts

from ..access import share_for
from ..models import Ground, Incident, Part, State
from .shares import locked


def _move(incident: Incident, state: State, fields: list[str]) -> None:
    incident.state = state
    incident.save(update_fields=["state", *fields])
    incident.shares.update(state=state)
    ring_many(sorted(incident.shares.values_list("unit__code", flat=True)))


def _wrong_state(incident: Incident) -> Refused:
    return Refused(
        _("%(number)s is %(state)s now, so this is not possible. Read it again.")
        % {"number": incident.number, "state": State(incident.state).label},
        code="wrong_state",
    )


@transaction.atomic
def verify_incident(incident: Incident, *, by: Any) -> Incident:
    """Confirm that the report is what was seen. Four eyes: never by the one who reported.

    Verified twice is verified once; the first one stands.
    """
    incident = locked(incident)
    require(by, "verify_incidents", incident.unit)
    if by is not None and incident.reported_by_id == by.pk:
        raise NotAllowed(
            _("You reported this incident, so somebody else must verify it."), code="four_eyes"
        )
    if incident.verified_at is not None and incident.state != State.REOPENED:
        return incident
    if incident.state not in (State.SUBMITTED, State.REOPENED):
        raise _wrong_state(incident)
    incident.verified_at, incident.verified_by = now(), by
    _move(incident, State.VERIFIED, ["verified_at", "verified_by"])
    record("incident.verified", incident.ref, by=by, version=incident.version)
    return incident


@transaction.atomic
def validate_incident(incident: Incident, *, by: Any) -> Incident:
    """Headquarters stands behind a verified report. What was released stops saying unverified."""
    incident = locked(incident)
    require(by, "validate_incidents", incident.unit)
    if incident.state == State.VALIDATED:
        return incident
    if incident.state != State.VERIFIED:
        raise _wrong_state(incident)
    incident.validated_at, incident.validated_by = now(), by
    _move(incident, State.VALIDATED, ["validated_at", "validated_by"])
    restate_alerts(incident.ref, unverified=False)
    record("incident.validated", incident.ref, by=by, version=incident.version)
    return incident


@transaction.atomic
def close_part(incident: Incident, *, ground: Ground | str, by: Any) -> Part:
    """Close the officer's own side's part; when every involved side has, the incident is closed.

    Involved are the owner and every side to which it was released; a copy that was passed on
    involves nobody. Closed twice is closed once.
    """
    incident = locked(incident)
    share = share_for(by, incident)
    # A desk of the owner's side that was only told does not close what is not its own.
    require(by, "close_incidents", incident.unit if by.side == incident.side else share.unit)
    if share.passed_by_id is not None and by.side != incident.side:
        raise NotAllowed(
            _(
                "%(number)s was passed on to you to be read. Who received it from the originator "
                "closes the part of your side."
            )
            % {"number": incident.number},
            code="passed_on",
        )
    if ground not in Ground.values:
        sentence = _("Choose one of the grounds.")
        raise Invalid(sentence, fields={"ground": [sentence]})
    told = incident.shares.filter(passed_by=None)
    sides = {incident.side, *told.values_list("unit__side", flat=True)}
    Part.objects.bulk_create(
        [Part(incident=incident, side=side) for side in sorted(sides)], ignore_conflicts=True
    )
    parts = {p.side: p for p in incident.parts.select_for_update(no_key=True).order_by("side")}
    part = parts[by.side]
    if part.closed_at is not None:
        return part
    if incident.state not in (State.SUBMITTED, State.VERIFIED, State.VALIDATED, State.REOPENED):
        raise _wrong_state(incident)
    part.closed_at, part.closed_by, part.ground = now(), by, str(ground)
    part.save(update_fields=["closed_at", "closed_by", "ground"])
    record("incident.part_closed", incident.ref, by=by, ground=str(ground))
    if all(p.closed_at for p in parts.values()):
        incident.closed_at = now()
        _move(incident, State.CLOSED, ["closed_at"])
        record("incident.closed", incident.ref, by=by)
    else:
        ring_many(sorted(incident.shares.values_list("unit__code", flat=True)))
    return part
