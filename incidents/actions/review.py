"""Verifying, validating with impact and grading, and closing."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed
from contactpoints.access import require
from contactpoints.actions import restate_alerts
from contactpoints.models import Alert

from ..access import share_for
from ..content import utc_text
from ..grading import cleaned_grading, cleaned_impact, confidence
from ..models import Decision, Grading, Ground, Impact, Incident, Part, State, Validation
from .moves import decided, move, ring, sound_reason, wrong_state
from .shares import locked

ENDED = (State.WITHDRAWN, State.MERGED)
IMPACT_OF = {1: Impact.LOW, 2: Impact.MEDIUM, 3: Impact.HIGH, 4: Impact.CRITICAL}


@transaction.atomic
def verify_incident(incident: Incident, *, by: Any) -> Incident:
    """Confirm that the report is what was seen. Four eyes: never by the one who reported, nor by
    who wrote a supplement that nobody has verified.

    Verified twice is verified once; the first one stands.
    """
    incident = locked(incident)
    require(by, "verify_incidents", incident.unit)
    if by is not None and incident.is_author(by):
        raise NotAllowed(
            _("You reported this incident, so somebody else must verify it.")
            if incident.reported_by_id == by.pk
            else _("You added a supplement to this incident, so somebody else must verify it."),
            code="four_eyes",
        )
    if incident.verified_at is not None:
        return incident
    if incident.state not in (State.SUBMITTED, State.REOPENED):
        raise wrong_state(incident)
    decided(incident, Decision.Deed.VERIFIED, by=by)
    incident.verified_at, incident.verified_by = now(), by
    move(incident, State.VERIFIED, ["verified_at", "verified_by"])
    record("incident.verified", incident.ref, by=by, version=incident.version)
    return incident


@transaction.atomic
def validate_incident(
    incident: Incident,
    *,
    impact: Impact | str | None = None,
    grading: Mapping[str, Any] | None = None,
    by: Any,
) -> Incident:
    """Headquarters stands behind a verified report, says its impact and grades source and
    information. What was released stops saying unverified, and those who hold it read the grading;
    what they hold of an earlier version that was validated stays as it is.

    `grading` has scale ("4x4" or "6x6"), source and information as codes of that scale; None
    leaves the report ungraded. `impact` None follows the severity. Validated twice is validated
    once; the first one stands.
    """
    incident = locked(incident)
    require(by, "validate_incidents", incident.unit)
    level = cleaned_impact(impact) if impact is not None else None
    grade = cleaned_grading(grading) if grading is not None else None
    if incident.state == State.VALIDATED:
        return incident
    if incident.state != State.VERIFIED:
        raise wrong_state(incident)
    if level is None:
        level = IMPACT_OF[incident.versions.get(number=incident.version).content["severity"]]
    _grade(incident, level, grade, by=by)
    decided(incident, Decision.Deed.VALIDATED, by=by)
    incident.validated_at, incident.validated_by = now(), by
    move(
        incident,
        State.VALIDATED,
        ["validated_at", "validated_by"],
        validated_at=incident.validated_at,
        impact=level,
        grading=grade,
    )
    restate_alerts(
        incident.ref,
        only=Alert.objects.about(incident.ref)
        .filter(card__unverified=True)
        .values_list("pk", flat=True),
        unverified=False,
        validated_at=utc_text(incident.validated_at),
    )
    record("incident.validated", incident.ref, by=by, version=incident.version, impact=level.value)
    return incident


def _grade(
    incident: Incident, impact: Impact, grade: dict[str, str] | None, *, by: Any, **more: Any
) -> Grading:
    validation = Validation.VALIDATED
    return Grading.objects.create(
        incident=incident,
        number=incident.gradings.count() + 1,
        impact=impact,
        validation=validation,
        confidence=confidence(grade, validation),
        by=by,
        **(grade or {}),
        **more,
    )


@transaction.atomic
def revise_impact(incident: Incident, *, impact: Impact | str, reason: str, by: Any) -> Incident:
    """The owner's headquarters gives a validated report another impact. The earlier one is kept,
    and those who hold the report read the new one and the reason. The same again changes nothing.
    """
    incident = locked(incident)
    require(by, "validate_incidents", incident.unit)
    level = cleaned_impact(impact)
    reason = sound_reason(reason)
    last = incident.gradings.order_by("number").last()
    if last is None or incident.validated_at is None or incident.state in ENDED:
        raise wrong_state(incident)
    if last.impact == level:
        return incident
    grade = {name: getattr(last, name) for name in ("scale", "source", "information")}
    _grade(incident, level, grade if last.scale else None, by=by, reason=reason)
    incident.shares.update(impact=level)
    record("incident.impact_revised", incident.ref, by=by, impact=level.value)
    ring(incident)
    return incident


@transaction.atomic
def close_part(incident: Incident, *, ground: Ground | str, by: Any) -> Part:
    """Close the officer's own side's part; when every involved side has, the incident is closed.

    Involved are the owner and every side to which it was released; a copy that was passed on
    involves nobody. Closed twice is closed once. The ground of the owner's part is then the outcome
    of the record, by which it is counted.
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
        raise wrong_state(incident)
    decided(incident, Decision.Deed.PART_CLOSED, by=by, ground=str(ground))
    part.closed_at, part.closed_by, part.ground = now(), by, str(ground)
    part.save(update_fields=["closed_at", "closed_by", "ground"])
    record("incident.part_closed", incident.ref, by=by, ground=str(ground))
    if all(p.closed_at for p in parts.values()):
        incident.closed_at = now()
        move(incident, State.CLOSED, ["closed_at"], outcome=parts[incident.side].ground)
        record("incident.closed", incident.ref, by=by)
    else:
        ring(incident)
    return part
