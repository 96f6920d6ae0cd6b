"""What is done on the page of a public event: phase, venues, checklist, what belongs to it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bordercoop.errors import NotAllowed, Refused
from contactpoints.models import Unit, units
from incidents.investigation.form_kit import carried_out

from .. import actions
from ..event_course_forms import (
    ItemForm,
    ItemReasonForm,
    MoveEventForm,
    TieForm,
    VenueForm,
    VenueReasonForm,
)
from ..event_forms import CallOffForm, EventDaysForm
from ..event_rooms import tied_things
from ..models import EventHost, EventItem, EventTie, EventVenue, PublicEvent
from .kit import reader, uid_of

Done = tuple[int, dict[str, Any]]


def units_of_side(user: Any) -> list[Unit]:
    return [u for u in units().values() if u.side == user.side and u.retired_at is None]


def _move(request: HttpRequest, event: PublicEvent, user: Any) -> Done:
    form = MoveEventForm(request.POST, by=user, event=event, auto_id="move_%s")
    names = ("phase", "came", "reason")
    status = carried_out(
        form,
        lambda given: actions.move_event(event, by=user, **{name: given[name] for name in names}),
    )
    return status, {"move_form": form, "form": form}


def _days(request: HttpRequest, event: PublicEvent, user: Any) -> Done:
    form = EventDaysForm(request.POST, by=user, event=event, auto_id="days_%s")
    names = ("starts_on", "ends_on", "reason", "edition")
    status = carried_out(
        form,
        lambda given: actions.change_event_days(
            event, by=user, **{name: given[name] for name in names}
        ),
    )
    return status, {"days_form": form, "form": form}


def _held_or_not(
    verb: Callable[..., Any],
) -> Callable[[HttpRequest, PublicEvent, Any], Done]:
    def carry(request: HttpRequest, event: PublicEvent, user: Any) -> Done:
        form = CallOffForm(request.POST, by=user, event=event, auto_id="off_%s")
        status = carried_out(
            form,
            lambda given: verb(event, reason=given["reason"], edition=given["edition"], by=user),
        )
        return status, {"off_form": form, "form": form}

    return carry


def _venue(request: HttpRequest, event: PublicEvent, user: Any) -> Done:
    form = VenueForm(request.POST, by=user, event=event, auto_id="venue_%s")

    def add(given: dict[str, Any]) -> EventVenue:
        host: EventHost = get_object_or_404(event.hosts.all(), uid=given["host"])
        return actions.add_venue(host, client_ref=given["client_ref"], by=user, **form.said())

    return carried_out(form, add), {"venue_form": form, "form": form}


def _asked_venue(request: HttpRequest, event: PublicEvent) -> EventVenue:
    rows = event.venues.select_related("event", "host")
    found: EventVenue = get_object_or_404(rows, uid=uid_of(request.POST.get("venue", "")))
    return found


def _venue_change(request: HttpRequest, event: PublicEvent, user: Any) -> Done:
    venue = _asked_venue(request, event)
    form = VenueForm(
        request.POST, by=user, event=event, venue=venue, auto_id=f"change{venue.pk}_%s"
    )
    status = carried_out(
        form,
        lambda given: actions.change_venue(
            venue, edition=given["edition"], by=user, **form.said()
        ),
    )  # fmt: skip
    return status, {"asked": venue.uid, "change_form": form, "form": form}


def _venue_drop(request: HttpRequest, event: PublicEvent, user: Any) -> Done:
    venue = _asked_venue(request, event)
    form = VenueReasonForm(request.POST, by=user, auto_id=f"out{venue.pk}_%s")
    status = carried_out(
        form, lambda given: actions.drop_venue(venue, reason=given["reason"], by=user)
    )
    return status, {"asked": venue.uid, "out_form": form, "form": form}


def _take(request: HttpRequest, event: PublicEvent, user: Any) -> Done:
    actions.take_event_checklist(event, by=user)
    return 0, {}


def _item(request: HttpRequest, event: PublicEvent, user: Any) -> Done:
    form = ItemForm(
        request.POST, by=user, event=event, units=units_of_side(user), auto_id="item_%s"
    )
    status = carried_out(form, lambda given: actions.add_event_item(event, by=user, **form.said()))
    return status, {"item_form": form, "form": form}


def _asked_item(request: HttpRequest, event: PublicEvent) -> EventItem:
    rows = event.items.select_related("event")
    found: EventItem = get_object_or_404(rows, uid=uid_of(request.POST.get("item", "")))
    return found


def _tick(request: HttpRequest, event: PublicEvent, user: Any) -> Done:
    actions.tick_event_item(_asked_item(request, event), by=user)
    return 0, {}


def _with_reason(verb: Callable[..., Any]) -> Callable[[HttpRequest, PublicEvent, Any], Done]:
    def carry(request: HttpRequest, event: PublicEvent, user: Any) -> Done:
        item = _asked_item(request, event)
        form = ItemReasonForm(request.POST, by=user, auto_id=f"why{item.pk}_%s")
        status = carried_out(form, lambda given: verb(item, reason=given["reason"], by=user))
        return status, {"asked": item.uid, "why_form": form, "form": form}

    return carry


def _tie(request: HttpRequest, event: PublicEvent, user: Any) -> Done:
    form = TieForm(request.POST, by=user, auto_id="tie_%s")

    def tie(given: dict[str, Any]) -> EventTie:
        kind, _colon, ref = given["thing"].partition(":")
        return actions.tie_to_event(event, kind=kind, ref=ref, by=user)

    return carried_out(form, tie), {"tie_form": form, "form": form}


def _untie(request: HttpRequest, event: PublicEvent, user: Any) -> Done:
    rows = event.ties.select_related("event")
    tie: EventTie = get_object_or_404(rows, uid=uid_of(request.POST.get("tie", "")))
    actions.untie_from_event(tie, by=user)
    return 0, {}


DEEDS: dict[str, Callable[[HttpRequest, PublicEvent, Any], Done]] = {
    "move": _move,
    "days": _days,
    "call_off": _held_or_not(actions.call_off_event),
    "reinstate": _held_or_not(actions.reinstate_event),
    "venue": _venue,
    "venue_change": _venue_change,
    "venue_drop": _venue_drop,
    "take": _take,
    "item": _item,
    "tick": _tick,
    "untick": _with_reason(actions.untick_event_item),
    "leave": _with_reason(actions.leave_out_event_item),
    "tie": _tie,
    "untie": _untie,
}


def carry_out(do: str, request: HttpRequest, event: PublicEvent, user: Any) -> Done:
    """0 and nothing once it is done; else the status, and names for the page. What the officer may
    not do or see is raised."""
    try:
        return DEEDS[do](request, event, user)
    except NotAllowed:
        raise
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return refusal.status, {"refusal": str(refusal)}


@login_required
@require_POST
@never_cache
def public_event_tie(request: HttpRequest) -> HttpResponse:
    """From the page of a thing: it belongs to an event, or not any more; back to its page."""
    user = reader(request)
    post = request.POST
    kind, ref = post.get("kind", "")[:12], post.get("ref", "")[:60]
    event = get_object_or_404(PublicEvent, uid=uid_of(post.get("event", "")))
    here = tied_things(kind, [ref], user)
    if not here:
        raise Http404
    if post.get("do") == "untie":
        for tie in event.ties.standing().filter(kind=kind, ref__in=here):
            actions.untie_from_event(tie, by=user)
    else:
        actions.tie_to_event(event, kind=kind, ref=ref, by=user)
    return redirect(next(iter(here.values()))[1])
