"""The days of a public event change, it is called off, or held after all."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused, Stale
from bordercoop.reference.wording import worded

from ..event_set import counted
from ..models import EventChange, EventChangeKind, EventItem, PublicEvent
from .event_kit import locked_event, require_analyst, require_event_days, ring_at_event


@transaction.atomic
def change_event_days(
    event: PublicEvent,
    *,
    starts_on: date,
    ends_on: date,
    reason: str,
    edition: int | None = None,
    by: Any,
) -> PublicEvent:
    """Say on which other days an event takes place, and why.

    Items whose day was counted from the event's days move with them; fixed days, venues and what
    was expected stay, and say where they lie outside. The same days change nothing; Stale when
    somebody changed the event after `edition`, Refused while it is called off.
    """
    require_analyst(by)
    require_event_days(starts_on, ends_on)
    reason = worded(reason, "reason", most=500, empty=_("Say why the days change."))
    event = locked_event(event)
    if (event.starts_on, event.ends_on) == (starts_on, ends_on):
        return event
    _require_edition(event, edition)
    if event.called_off_at is not None:
        raise Refused(
            _("This event was called off. Say first that it is held after all."), code="called_off"
        )
    _written(event, EventChangeKind.DAYS, reason, by, starts_on=starts_on, ends_on=ends_on)
    items = event.items.standing().exclude(counted_from="").order_by("pk")
    moved = list(items.select_for_update(no_key=True))
    for item in moved:
        item.due_on = counted(event, item.counted_from, item.due_days or 0)
    EventItem.objects.bulk_update(moved, ["due_on"])
    record("public_event.days_changed", event.ref, by=by,
           starts_on=starts_on, ends_on=ends_on, items=len(moved))  # fmt: skip
    ring_at_event()
    return event


@transaction.atomic
def call_off_event(
    event: PublicEvent, *, reason: str, edition: int | None = None, by: Any
) -> PublicEvent:
    """Say that an event does not take place, and why: whatever belongs to it says so, and nothing
    of its checklist is overdue any more. Twice is once; Stale when somebody changed the event after
    `edition`."""
    require_analyst(by)
    reason = worded(reason, "reason", most=500, empty=_("Say why it is called off."))
    event = locked_event(event)
    if event.called_off_at is not None:
        return event
    _require_edition(event, edition)
    _written(event, EventChangeKind.CALLED_OFF, reason, by, called_off_at=now())
    record("public_event.called_off", event.ref, by=by)
    ring_at_event()
    return event


@transaction.atomic
def reinstate_event(
    event: PublicEvent, *, reason: str, edition: int | None = None, by: Any
) -> PublicEvent:
    """Say that an event that was called off is held after all, and why. Twice is once; Stale when
    somebody changed the event after `edition`."""
    require_analyst(by)
    reason = worded(reason, "reason", most=500, empty=_("Say why it is held after all."))
    event = locked_event(event)
    if event.called_off_at is None:
        return event
    _require_edition(event, edition)
    _written(event, EventChangeKind.REINSTATED, reason, by, called_off_at=None)
    record("public_event.reinstated", event.ref, by=by)
    ring_at_event()
    return event


def _require_edition(event: PublicEvent, edition: int | None) -> None:
    if edition is not None and edition != event.edition:
        raise Stale(
            _("Somebody changed this event meanwhile. Look at where it stands."), current=event
        )


def _written(
    event: PublicEvent, kind: EventChangeKind, reason: str, by: Any, **changed: Any
) -> None:
    """Write the change down, then carry it out: the database takes no other order."""
    before = {"started_on": event.starts_on, "ended_on": event.ends_on}
    for name, value in {**changed, "edition": event.edition + 1}.items():
        setattr(event, name, value)
    EventChange.objects.create(
        event=event, number=event.edition, kind=kind, reason=reason, by=by,
        starts_on=event.starts_on, ends_on=event.ends_on, **before,
    )  # fmt: skip
    event.save(update_fields=[*changed, "edition"])
