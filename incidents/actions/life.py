"""Turning back: a report is returned, submitted again, withdrawn or opened again."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed
from contactpoints.access import may, require
from contactpoints.actions import restate_alerts
from contactpoints.models import Alert

from ..access import share_for
from ..models import Decision, Incident, Share, State
from .moves import CHECKED, decided, move, sound_reason, tell_desks, unchecked, wrong_state
from .shares import locked

OPEN = (State.SUBMITTED, State.VERIFIED, State.VALIDATED, State.REOPENED)
Deed = Decision.Deed


def _own_copy(incident: Incident) -> Share:
    return incident.shares.select_related("unit").get(own=True)


@transaction.atomic
def return_incident(incident: Incident, *, reason: str, by: Any) -> Incident:
    """Give a report back to the unit that reported it, with the reason for which it has to be
    corrected. By who may verify; one that headquarters has validated, by who may validate.

    The reason stays with the side. What was validated and released says unverified again.
    Returned twice is returned once; the first reason stands.
    """
    incident = locked(incident)
    if may(by, "validate_incidents", incident.unit):
        require(by, "validate_incidents", incident.unit)
    else:
        require(by, "verify_incidents", incident.unit)
        if incident.state == State.VALIDATED:
            raise NotAllowed(
                _("Headquarters has validated this report, so only headquarters can return it.")
            )
    reason = sound_reason(reason)
    if incident.state == State.RETURNED:
        return incident
    if incident.state not in OPEN or incident.origin != Incident.Origin.SERVICE:
        raise wrong_state(incident)
    decided(incident, Deed.RETURNED, by=by, reason=reason)
    validated = incident.validated_at is not None
    unchecked(incident)
    move(incident, State.RETURNED, CHECKED, everywhere=validated, validated_at=None)
    if validated:
        restate_alerts(incident.ref, unverified=True, validated_at=None)
    record("incident.returned", incident.ref, by=by, version=incident.version)
    return incident


@transaction.atomic
def resubmit_incident(incident: Incident, *, by: Any) -> Incident:
    """Submit a returned report again, corrected by a supplement or as it is; then it is verified
    anew. Submitted again twice is once.
    """
    incident = locked(incident)
    require(by, "report_incidents", incident.unit)
    if incident.state == State.SUBMITTED:
        return incident
    if incident.state != State.RETURNED:
        raise wrong_state(incident)
    decided(incident, Deed.RESUBMITTED, by=by)
    move(incident, State.SUBMITTED, [])
    record("incident.resubmitted", incident.ref, by=by, version=incident.version)
    return incident


@transaction.atomic
def withdraw_incident(incident: Incident, *, reason: str, by: Any) -> Incident:
    """The originator takes a report back: by who reported it, or who may close for the unit.

    Every copy says withdrawn, and each desk that holds one has to acknowledge a cancellation with
    the reason. Refused when nobody is on duty at such a desk: a withdrawal that nobody hears is
    none. Withdrawn twice is withdrawn once; the first reason stands.
    """
    incident = locked(incident)
    reported = by is not None and incident.reported_by_id == by.pk
    if not (reported and may(by, "report_incidents", incident.unit)):
        require(by, "close_incidents", incident.unit)
    reason = sound_reason(reason)
    if incident.state == State.WITHDRAWN:
        return incident
    if incident.state not in (*OPEN, State.RETURNED) or incident.origin != Incident.Origin.SERVICE:
        raise wrong_state(incident)
    decided(incident, Deed.WITHDRAWN, by=by, reason=reason)
    move(incident, State.WITHDRAWN, [])
    restate_alerts(incident.ref, withdrawn=True)
    asker = _own_copy(incident)
    tell_desks(incident, Alert.Kind.CANCEL, asker=asker, by=by, withdrawn=True, reason=reason)
    record("incident.withdrawn", incident.ref, by=by, version=incident.version)
    return incident


@transaction.atomic
def reopen_incident(incident: Incident, *, reason: str, by: Any) -> Incident:
    """Either side opens a closed record again, with a reason that all who hold it read.

    Every part opens again, the report has to be verified and validated anew, and the other desks
    are asked to acknowledge an update. Refused when nobody is on duty at one of them. Opened twice
    is opened once.
    """
    incident = locked(incident)
    share = share_for(by, incident)
    # A desk of the owner's side that was only told does not open what is not its own.
    require(by, "close_incidents", incident.unit if by.side == incident.side else share.unit)
    reason = sound_reason(reason)
    if incident.state == State.REOPENED:
        return incident
    if incident.state != State.CLOSED:
        raise wrong_state(incident)
    decided(incident, Deed.REOPENED, by=by, reason=reason)
    incident.parts.update(closed_at=None, closed_by=None, ground="")
    incident.closed_at = None
    unchecked(incident)
    move(incident, State.REOPENED, ["closed_at", *CHECKED], validated_at=None, outcome="")
    restate_alerts(incident.ref, unverified=True, validated_at=None)
    asker = share if by.side != incident.side else _own_copy(incident)
    tell_desks(incident, Alert.Kind.UPDATE, asker=asker, by=by, reopened=True, reason=reason)
    record("incident.reopened", incident.ref, by=by, version=incident.version)
    return incident
