"""Letting the other side read a version, and asking it to acknowledge."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid, Refused, Stale
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require
from contactpoints.actions import drop_held, hold_release
from contactpoints.models import BY_SEVERITY, Alert, Priority, Unit
from contactpoints.pausing import paused_for
from contactpoints.policies import asked_by_name

from .. import handling
from ..access import sender_for
from ..content import crosses, release_names
from ..handling import Marking
from ..models import (
    RELEASABLE_STATES,
    Incident,
)
from .sending import Sending
from .shares import locked


def _refuse_what_stays(incident: Incident, desks: list[Unit]) -> None:
    if not desks:
        sentence = _("Choose at least one desk.")
        raise Invalid(sentence, fields={"desks": [sentence]})
    for desk in desks:
        # Asked before a copy is written: the owner's own unit holds one that must stay.
        if desk.kind != Unit.Kind.DESK:
            sentence = _("%(unit)s is not a desk of a contact point. Choose a desk.") % {
                "unit": desk.name
            }
            raise Refused(sentence, code="not_a_desk", fields={"desks": [sentence]})
    if any(desk.side != incident.side for desk in desks) and not crosses(incident.category.code):
        raise Refused(
            _("Incidents of this category never leave their side. It was not released."),
            code="never_released",
            status=403,
        )
    if incident.origin != Incident.Origin.SERVICE:
        raise Refused(
            _("An open-source record is public already and raises no alert."),
            code="open_source",
        )
    if incident.state not in RELEASABLE_STATES:
        raise Refused(
            _("%(number)s is not submitted now, so it cannot be released.")
            % {"number": incident.number},
            code="not_releasable",
        )


@transaction.atomic
def release_incident(
    incident: Incident,
    *,
    desks: Iterable[Unit],
    fields: Iterable[str] | None = None,
    files: Mapping[Any, bool] | None = None,
    priority: Priority | str | None = None,
    version: int | None = None,
    backlog: bool = True,
    marking: Marking | None = None,
    named: Iterable[Any] = (),
    by: Any,
) -> Alert | None:
    """Let desks read the present version with these fields, and ask each to acknowledge it.

    `fields` None means every releasable field; the internal note is never one. `files` names what
    goes along, public id -> whether the original goes and not the picture without metadata; none
    when left out, and what a desk was given before it keeps. `priority` None
    follows the severity. `version` is the one that was previewed: Stale when it is not the present
    one. The copies go out under `marking`, at least as strict as the incident's own, or under
    that. A desk that already holds the same version with the same fields, translations and marking
    is not alerted again; one that got its copy from another holder is. Fewer fields than before
    take the others from the desk at once, from earlier alerts as well, and from the copies that it
    passed on, whose units are told by letter. `named` are public ids of
    officers at these desks who all have to acknowledge. `backlog` says whether a
    desk that is told only now reads what both sides shared before. Refused for applications for
    protection and serious incidents, and when nobody is on duty. What goes to the other side at a
    point where the exchange is paused waits for the end of the pause, unless it is P1: None when
    nothing went now (docs/exchange.md).
    """
    incident = locked(incident)
    require(by, "release_incidents", incident.unit)
    desks = sorted(set(desks), key=lambda desk: desk.pk)
    _refuse_what_stays(incident, desks)
    last = incident.versions.get(number=incident.version)
    if version is not None and version != incident.version:
        raise Stale(
            _(
                "Version %(current)s was saved after your preview of version %(yours)s. "
                "Preview it again before you release."
            )
            % {"current": incident.version, "yours": version},
            current=last,
        )
    names = release_names(fields)
    marking = marking or handling.of(incident)
    handling.require_covers(marking, handling.of(incident))
    chosen = Priority(priority) if priority else BY_SEVERITY[last.content["severity"]]
    sending = Sending(
        incident=incident,
        number=incident.version,
        content=last.content,
        names=names,
        marking=marking,
        priority=chosen,
        files=dict(files or {}),
        backlog=backlog,
        sender=sender_for(by, incident),
        named=list(named),
        by=by,
    )
    asked_by_name(desks, sending.named, by)  # all of them, also those at a desk that waits
    new = sending.news_for(desks)
    across = [] if chosen == Priority.P1 else new
    waits = paused_for(across, side=incident.side, category=incident.category.code)
    # What is told now, or held there already, stands for an earlier decision that still waits.
    drop_held(incident.ref, desks=[d for d in desks if d not in waits], why="replaced", by=by)
    if not new:
        if sending.named:
            raise _nobody_asked()
        return sending.latest[desks[-1].pk].alert
    for desk in waits:
        hold_release(
            incident.ref,
            desk=desk,
            side=incident.side,
            category=incident.category.code,
            decision=sending.decision,
            by=by,
        )
    if waits:
        ring_many([incident.unit.code])
    new = [desk for desk in new if desk not in waits]
    return sending.send(new) if new else None


def _nobody_asked() -> Invalid:
    sentence = _(
        "Every desk holds exactly this already, so nobody is alerted and nobody can be asked by "
        "name. Write a supplement, or ask without names."
    )
    return Invalid(sentence, fields={"named": [sentence]})
