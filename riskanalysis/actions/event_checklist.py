"""The checklist of a public event: taken in, added to, ticked, left out."""

import uuid
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES
from contactpoints.models import Unit
from incidents.actions.once import written_before

from ..event_set import counted, shipped_items
from ..models import CountedFrom, EventItem, EventItemMove, EventPhase, ItemMove, PublicEvent
from ..wordings import require_language
from .event_kit import (
    locked_event,
    own_unit,
    require_event_runner,
    require_item_ticker,
    ring_at_event,
    same_again,
    within,
    wrong,
)

VERBS = {
    ItemMove.TICKED: "public_event.item_ticked",
    ItemMove.UNTICKED: "public_event.item_unticked",
    ItemMove.LEFT_OUT: "public_event.item_left_out",
}
ITEMS_MOST = 400
DAYS_MOST = 730


def take_in_shipped(event: PublicEvent, by: Any) -> int:
    """Bring in what of the first set an event has not, for both sides. Returns how many items."""
    held = set(event.items.exclude(code="").values_list("side", "code"))
    made = [
        EventItem(
            event=event, phase=one.phase, side=side, code=one.code, texts=one.texts,
            language="en", due_on=one.due_on(event), counted_from=one.counted_from,
            due_days=one.due_days, by=by,
        )
        for one in shipped_items()
        for side in SERVICES
        if (side, one.code) not in held
    ]  # fmt: skip
    EventItem.objects.bulk_create(made)
    return len(made)


@transaction.atomic
def take_event_checklist(event: PublicEvent, *, by: Any) -> PublicEvent:
    """Take the first set of items in for both sides, of an event that has none or a part of it.
    What was left out stays so. Twice is once."""
    require_event_runner(by)
    event = locked_event(event)
    if count := take_in_shipped(event, by):
        record("public_event.checklist_taken", event.ref, by=by, items=count)
        ring_at_event()
    return event


@transaction.atomic
def add_event_item(
    event: PublicEvent,
    *,
    phase: str,
    text: str,
    language: str,
    unit: Unit | None = None,
    due_on: date | None = None,
    due_days: int | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> EventItem:
    """Add an item for the own side, for one of its units or for whoever gets to it.

    It is due on a day, or so many days after the first day of the event (before it: less than
    zero) and then moves with it, or not at all. The same again is the same item; KeyReused for a
    `client_ref` of another one.
    """
    require_event_runner(by)
    if phase not in EventPhase.values:
        raise wrong("phase", _("Choose a phase."))
    text = worded(text, "text", most=500, empty=_("Write what is looked to."), one_line=True)
    require_language(language)
    unit = own_unit(unit.code, by) if unit is not None else None
    if due_on is not None and due_days is not None:
        raise wrong("due_days", _("Give a day, or a number of days, not both."))
    if due_days is not None and abs(due_days) > DAYS_MOST:
        raise wrong("due_days", _("This day lies further than two years from the event."))
    event = locked_event(event)
    counted_from = "" if due_days is None else CountedFrom.FIRST
    if due_days is not None:
        due_on = counted(event, counted_from, due_days)
    elif due_on is not None:
        within(event, due_on, "due_on")
    ref = client_ref or uuid.uuid4()
    known = written_before(EventItem.objects.filter(by=by), ref, event=event)
    if known is not None:
        same_again(known, phase=phase, texts={language: text}, language=language,
                   unit_id=unit and unit.pk, due_on=due_on)  # fmt: skip
        return known
    if event.items.standing().filter(side=by.side).count() >= ITEMS_MOST:
        raise Refused(_("The checklist is full. Leave something out first."), code="full")
    made = EventItem.objects.create(
        event=event, phase=phase, side=by.side, unit=unit, texts={language: text},
        language=language, due_on=due_on, counted_from=counted_from, due_days=due_days,
        client_ref=ref, by=by,
    )  # fmt: skip
    record("public_event.item_added", event.ref, by=by, phase=phase)
    ring_at_event()
    return made


@transaction.atomic
def tick_event_item(item: EventItem, *, by: Any) -> EventItem:
    """Say that it is done. Twice is once, and the first who ticked it stands."""
    fresh = _locked(item)
    require_item_ticker(fresh, by)
    if fresh.left_out_at is not None:
        raise Refused(_("This was left out of the checklist."), code="left_out")
    if fresh.ticked_at is not None:
        return fresh
    fresh.ticked_at, fresh.ticked_by = now(), by
    fresh.save(update_fields=["ticked_at", "ticked_by"])
    _noted(fresh, ItemMove.TICKED, "", by)
    return fresh


@transaction.atomic
def untick_event_item(item: EventItem, *, reason: str, by: Any) -> EventItem:
    """Take a tick back, and say why. Twice is once."""
    fresh = _locked(item)
    require_item_ticker(fresh, by)
    reason = worded(reason, "reason", most=500, empty=_("Say why it is not done."))
    if fresh.ticked_at is None:
        return fresh
    fresh.ticked_at = fresh.ticked_by = None
    fresh.save(update_fields=["ticked_at", "ticked_by"])
    _noted(fresh, ItemMove.UNTICKED, reason, by)
    return fresh


@transaction.atomic
def leave_out_event_item(item: EventItem, *, reason: str, by: Any) -> EventItem:
    """Leave an item of the own side out for good, and say why. Twice is once; Refused while it is
    ticked."""
    require_event_runner(by)
    fresh = _locked(item)
    if fresh.side != by.side:
        raise NotAllowed(_("This is an item of the other side."))
    reason = worded(reason, "reason", most=500, empty=_("Say why it is left out."))
    if fresh.left_out_at is not None:
        return fresh
    if fresh.ticked_at is not None:
        raise Refused(_("It is done already. Take the tick back first."), code="ticked")
    fresh.left_out_at = now()
    fresh.save(update_fields=["left_out_at"])
    _noted(fresh, ItemMove.LEFT_OUT, reason, by)
    return fresh


def _locked(item: EventItem) -> EventItem:
    rows = EventItem.objects.filter(pk=item.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    fresh: EventItem = rows.select_related("event").get()
    return fresh


def _noted(item: EventItem, move: ItemMove, reason: str, by: Any) -> None:
    EventItemMove.objects.create(item=item, move=move, reason=reason, by=by)
    record(VERBS[move], item.event.ref, by=by, item=str(item.uid))
    ring_at_event()
