"""How a public event goes on: its phases and venues, and what is tied to it."""

import uuid
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused, Stale
from bordercoop.reference.wording import worded
from incidents.actions.once import written_before

from ..event_rooms import tied_things
from ..models import (
    VENUES_AROUND,
    EventHost,
    EventPhase,
    EventPhaseStep,
    EventTie,
    EventVenue,
    PublicEvent,
)
from .event_kit import locked_event, require_event_runner, ring_at_event, same_again, wrong

CAPACITY_MOST, VENUES_MOST, TIES_MOST = 1_000_000, 100, 300


@transaction.atomic
def move_event(
    event: PublicEvent, *, phase: str, came: str = "", reason: str = "", by: Any
) -> PublicEvent:
    """Say in which phase an event is now; both sides see it at once. Back only with a reason.

    `came` is the phase that the officer saw: Stale where somebody moved the event meanwhile. The
    phase in which it is already changes nothing.
    """
    require_event_runner(by)
    if phase not in EventPhase.values:
        raise wrong("phase", _("Choose a phase."))
    reason = worded(reason, "reason", most=500)
    event = locked_event(event)
    if event.phase == phase:
        return event
    if came and came != event.phase:
        raise Stale(
            _("Somebody moved this event meanwhile. Look at where it stands."), current=event
        )
    order = EventPhase.values
    if not reason and order.index(phase) < order.index(event.phase):
        raise wrong("reason", _("Say why the event goes back to an earlier phase."))
    number = (event.steps.values_list("number", flat=True).order_by("-number").first() or 0) + 1
    EventPhaseStep.objects.create(
        event=event, number=number, came=event.phase, phase=phase, reason=reason, by=by
    )
    event.phase = phase
    event.save(update_fields=["phase"])
    record("public_event.moved", event.ref, by=by, phase=phase, number=number)
    ring_at_event()
    return event


def _said_of_venue(
    event: PublicEvent, name: str, town: str, capacity: int | None, first_on: date, last_on: date
) -> dict[str, Any]:
    for field, day in (("first_on", first_on), ("last_on", last_on)):
        if not event.has_within(day, VENUES_AROUND):
            raise wrong(field, _("This day lies further than thirty days from the event."))
    if last_on < first_on:
        raise wrong("last_on", _("The last day comes before the first one."))
    if capacity is not None and not 1 <= capacity <= CAPACITY_MOST:
        raise wrong("capacity", _("Write how many people it holds, at most a million."))
    return {
        "name": worded(
            name, "name", most=120, empty=_("Write what the venue is called."), one_line=True
        ),
        "town": worded(town, "town", most=120, one_line=True),
        "capacity": capacity,
        "first_on": first_on,
        "last_on": last_on,
    }


def _named_already(host: EventHost, name: str, but: int = 0) -> None:
    if host.venues.standing().filter(name=name).exclude(pk=but).exists():
        raise wrong("name", _("A venue of this name stands in this city already."))


@transaction.atomic
def add_venue(
    host: EventHost,
    *,
    name: str,
    town: str = "",
    capacity: int | None = None,
    first_on: date,
    last_on: date,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> EventVenue:
    """Say where in a city the event takes place. The same again is the same venue, as it was
    changed since; KeyReused for a `client_ref` of another one. Refused for a city that does not
    hold the event any more, or an event that was called off."""
    require_event_runner(by)
    event = locked_event(host.event)
    said = _said_of_venue(event, name, town, capacity, first_on, last_on)
    ref = client_ref or uuid.uuid4()
    known = written_before(EventVenue.objects.filter(by=by), ref, host=host)
    if known is not None:
        if known.edition == 1 and known.dropped_at is None:
            same_again(known, **said)
        return known
    if EventHost.objects.filter(pk=host.pk, dropped_on__isnull=False).exists():
        raise Refused(_("That city does not hold the event any more."), code="dropped_out")
    if event.called_off_at is not None:
        raise Refused(_("This event was called off."), code="called_off")
    _named_already(host, said["name"])
    if event.venues.standing().count() >= VENUES_MOST:
        raise Refused(_("At most %(most)s venues are possible.") % {"most": VENUES_MOST},
                      code="full")  # fmt: skip
    made = EventVenue.objects.create(event=event, host=host, client_ref=ref, by=by, **said)
    record("public_event.venue_added", event.ref, by=by, venue=made.name)
    ring_at_event()
    return made


@transaction.atomic
def change_venue(
    venue: EventVenue,
    *,
    name: str,
    town: str = "",
    capacity: int | None = None,
    first_on: date,
    last_on: date,
    edition: int | None = None,
    by: Any,
) -> EventVenue:
    """Change what is said of a venue. Stale when somebody changed it after `edition`."""
    require_event_runner(by)
    fresh = _locked_venue(venue)
    said = _said_of_venue(fresh.event, name, town, capacity, first_on, last_on)
    if fresh.dropped_at is not None:
        raise Refused(_("This venue was taken out."), code="taken_out")
    if all(getattr(fresh, field) == value for field, value in said.items()):
        return fresh
    if edition is not None and edition != fresh.edition:
        raise Stale(_("Somebody changed this venue meanwhile. Look at it first."), current=fresh)
    _named_already(fresh.host, said["name"], but=fresh.pk)
    for field, value in {**said, "edition": fresh.edition + 1}.items():
        setattr(fresh, field, value)
    fresh.save(update_fields=[*said, "edition"])
    record("public_event.venue_changed", fresh.event.ref, by=by, venue=fresh.name)
    ring_at_event()
    return fresh


@transaction.atomic
def drop_venue(venue: EventVenue, *, reason: str, by: Any) -> EventVenue:
    """Take a venue out for good, and say why. Twice is once."""
    require_event_runner(by)
    fresh = _locked_venue(venue)
    reason = worded(reason, "reason", most=500, empty=_("Say why it is taken out."))
    if fresh.dropped_at is not None:
        return fresh
    fresh.dropped_at, fresh.dropped_by, fresh.reason = now(), by, reason
    fresh.save(update_fields=["dropped_at", "dropped_by", "reason"])
    record("public_event.venue_dropped", fresh.event.ref, by=by, venue=fresh.name)
    ring_at_event()
    return fresh


def _locked_venue(venue: EventVenue) -> EventVenue:
    locked_event(venue.event)
    found: EventVenue = EventVenue.objects.select_related("event", "host").get(pk=venue.pk)
    return found


@transaction.atomic
def tie_to_event(event: PublicEvent, *, kind: str, ref: str, by: Any) -> EventTie:
    """Say that a thing which the officer reads belongs to an event. Twice is once."""
    require_event_runner(by)
    found = tied_things(kind, [str(ref).strip()[:60]], by)
    if not found:
        raise wrong("ref", _("There is nothing of this kind with this number that you read."))
    ref = next(iter(found))
    event = locked_event(event)
    known = event.ties.standing().filter(kind=kind, ref=ref).first()
    if known is not None:
        return known
    if event.ties.standing().count() >= TIES_MOST:
        raise Refused(_("At most %(most)s things can be tied to an event.") % {"most": TIES_MOST},
                      code="full")  # fmt: skip
    made = EventTie.objects.create(event=event, kind=kind, ref=ref, side=by.side, by=by)
    record("public_event.tied", event.ref, by=by, kind=kind, thing=ref)
    ring_at_event()
    return made


@transaction.atomic
def untie_from_event(tie: EventTie, *, by: Any) -> EventTie:
    """Say that a thing does not belong to an event after all; for an officer who reads it. Twice is
    once."""
    require_event_runner(by)
    if not tied_things(tie.kind, [tie.ref], by):
        raise Refused(_("There is no such tie."), code="not_found", status=404)
    locked_event(tie.event)
    fresh = EventTie.objects.select_related("event").get(pk=tie.pk)
    if fresh.untied_at is not None:
        return fresh
    fresh.untied_at, fresh.untied_by = now(), by
    fresh.save(update_fields=["untied_at", "untied_by"])
    record("public_event.untied", fresh.event.ref, by=by, kind=fresh.kind, thing=fresh.ref)
    ring_at_event()
    return fresh
