"""How a public event goes on, in the API: phases, venues, checklist, what belongs to it."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from . import actions
from .actions.event_kit import own_unit
from .event_page import ties_of, venues_of
from .event_shapes import (
    EventCallOffIn,
    EventChangeOut,
    EventDaysIn,
    EventItemIn,
    EventItemOut,
    EventMoveIn,
    EventNothingIn,
    EventReasonIn,
    EventStepOut,
    EventTieIn,
    EventTieOut,
    EventVenueChangeIn,
    EventVenueIn,
    EventVenueOut,
)
from .models import EventItem, EventTie, EventVenue, PublicEvent
from .register_shapes import PublicEventOut
from .scales_api import EventDoor


class PublicEventPhases(EventDoor):
    serializer_class = EventStepOut

    @extend_schema(responses=EventStepOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Every step of the event from phase to phase, the oldest first."""
        rows = self.event(uid).steps.select_related("by")
        return Response(EventStepOut(rows, many=True).data)

    @extend_schema(request=EventMoveIn, responses=PublicEventOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say in which phase the event is now; back only with a reason."""
        actions.move_event(self.event(uid), by=request.user, **self.parsed(EventMoveIn))
        return Response(PublicEventOut(self.event(uid)).data)


class PublicEventDays(EventDoor):
    serializer_class = EventChangeOut

    @extend_schema(responses=EventChangeOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Every change of its days, that it was called off or is held after all, oldest first."""
        rows = self.event(uid).changes.select_related("by")
        return Response(EventChangeOut(rows, many=True).data)

    @extend_schema(request=EventDaysIn, responses=PublicEventOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say on which other days the event takes place, and why."""
        actions.change_event_days(self.event(uid), by=request.user, **self.parsed(EventDaysIn))
        return Response(PublicEventOut(self.event(uid)).data)


class PublicEventCallOff(EventDoor):
    @extend_schema(request=EventCallOffIn, responses=PublicEventOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say that the event does not take place, and why."""
        actions.call_off_event(self.event(uid), by=request.user, **self.parsed(EventCallOffIn))
        return Response(PublicEventOut(self.event(uid)).data)


class PublicEventReinstate(EventDoor):
    @extend_schema(request=EventCallOffIn, responses=PublicEventOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say that an event that was called off is held after all, and why."""
        actions.reinstate_event(self.event(uid), by=request.user, **self.parsed(EventCallOffIn))
        return Response(PublicEventOut(self.event(uid)).data)


class VenueDoor(EventDoor):
    serializer_class = EventVenueOut

    def venue(self, uid: Any, venue: Any) -> EventVenue:
        rows = self.event(uid).venues.select_related("event", "host")
        found: EventVenue = get_object_or_404(rows, uid=venue)
        return found


class PublicEventVenues(VenueDoor):
    @extend_schema(responses=EventVenueOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Where it takes place; struck where the city dropped out."""
        return Response(EventVenueOut(venues_of(self.event(uid)), many=True).data)

    @extend_schema(request=EventVenueIn, responses={201: EventVenueOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Add a venue in a city that holds the event."""
        given = self.parsed(EventVenueIn)
        host = get_object_or_404(self.event(uid).hosts.all(), uid=given.pop("host"))
        made = actions.add_venue(host, by=request.user, **given)
        return Response(EventVenueOut(made).data, status=201)


class PublicEventVenue(VenueDoor):
    @extend_schema(
        request=EventVenueChangeIn,
        responses=EventVenueOut,
        operation_id="public_events_venues_change",
    )
    def post(self, request: Request, uid: Any, venue: Any) -> Response:
        """Write anew what is said of a venue."""
        given = self.parsed(EventVenueChangeIn)
        done = actions.change_venue(self.venue(uid, venue), by=request.user, **given)
        return Response(EventVenueOut(done).data)


class PublicEventVenueDrop(VenueDoor):
    @extend_schema(request=EventReasonIn, responses=EventVenueOut)
    def post(self, request: Request, uid: Any, venue: Any) -> Response:
        """Take a venue out, and say why."""
        given = self.parsed(EventReasonIn)
        done = actions.drop_venue(self.venue(uid, venue), by=request.user, **given)
        return Response(EventVenueOut(done).data)


class ItemDoor(EventDoor):
    serializer_class = EventItemOut

    def item(self, uid: Any, item: Any) -> EventItem:
        rows = self.event(uid).items.select_related("event", "unit")
        found: EventItem = get_object_or_404(rows, uid=item)
        return found


class PublicEventItems(ItemDoor):
    @extend_schema(responses=EventItemOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """The checklist of both sides, with what was left out."""
        rows = self.event(uid).items.select_related("unit", "ticked_by")
        return Response(EventItemOut(rows, many=True).data)

    @extend_schema(request=EventItemIn, responses={201: EventItemOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Add an item for the own side."""
        given = self.parsed(EventItemIn)
        if code := given.pop("unit", None):
            given["unit"] = own_unit(code, request.user)
        made = actions.add_event_item(self.event(uid), by=request.user, **given)
        return Response(EventItemOut(made).data, status=201)


class PublicEventItemsTake(ItemDoor):
    @extend_schema(request=EventNothingIn, responses=EventItemOut(many=True))
    def post(self, request: Request, uid: Any) -> Response:
        """Take the first set in for both sides, as far as it is not there."""
        event = actions.take_event_checklist(self.event(uid), by=request.user)
        rows = event.items.select_related("unit", "ticked_by")
        return Response(EventItemOut(rows, many=True).data)


class PublicEventItemTick(ItemDoor):
    @extend_schema(request=EventNothingIn, responses=EventItemOut)
    def post(self, request: Request, uid: Any, item: Any) -> Response:
        """Say that it is done."""
        done = actions.tick_event_item(self.item(uid, item), by=request.user)
        return Response(EventItemOut(done).data)


class PublicEventItemUntick(ItemDoor):
    @extend_schema(request=EventReasonIn, responses=EventItemOut)
    def post(self, request: Request, uid: Any, item: Any) -> Response:
        """Take a tick back, and say why."""
        given = self.parsed(EventReasonIn)
        done = actions.untick_event_item(self.item(uid, item), by=request.user, **given)
        return Response(EventItemOut(done).data)


class PublicEventItemLeave(ItemDoor):
    @extend_schema(request=EventReasonIn, responses=EventItemOut)
    def post(self, request: Request, uid: Any, item: Any) -> Response:
        """Leave an item of the own side out, and say why."""
        given = self.parsed(EventReasonIn)
        done = actions.leave_out_event_item(self.item(uid, item), by=request.user, **given)
        return Response(EventItemOut(done).data)


class TieDoor(EventDoor):
    serializer_class = EventTieOut

    def said(self, event: PublicEvent, only: int | None = None) -> list[Any]:
        """What belongs to it, as far as the reader reads it."""
        rows = [one for _kind, tied in ties_of(event, self.request.user) for one in tied]
        read = {(r.tie.kind, r.tie.ref): (r.title, r.url, r.standing) for r in rows}
        ties = [one.tie for one in rows if only in (None, one.tie.pk)]
        return list(EventTieOut(ties, many=True, context={"read": read}).data)


class PublicEventTies(TieDoor):
    @extend_schema(responses=EventTieOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Risks, reports, operations, plans, exercises and activities that belong to it."""
        return Response(self.said(self.event(uid)))

    @extend_schema(request=EventTieIn, responses={201: EventTieOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Say that a thing which you read belongs to the event."""
        event = self.event(uid)
        made = actions.tie_to_event(event, by=request.user, **self.parsed(EventTieIn))
        return Response(self.said(event, made.pk)[0], status=201)


class PublicEventUntie(TieDoor):
    @extend_schema(request=EventNothingIn, responses=EventTieOut(many=True))
    def post(self, request: Request, uid: Any, tie: Any) -> Response:
        """Say that a thing does not belong to the event after all."""
        event = self.event(uid)
        one: EventTie = get_object_or_404(event.ties.select_related("event"), uid=tie)
        actions.untie_from_event(one, by=request.user)
        return Response(self.said(event))
