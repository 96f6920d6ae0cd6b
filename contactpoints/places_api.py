"""The places' part of the API: what each side says about their opening."""

from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.api.idempotency import Idempotent
from bordercoop.reference.models import OPENABLE, Place, PlaceStatus

from . import actions
from .listing import BOTH

UNKNOWN = "unknown"
MOST = 200
SIDES = [(side, side) for side in BOTH]
STATES = [*PlaceStatus.State.choices, (UNKNOWN, "The side has said nothing")]


class OpeningOut(serializers.Serializer):
    side = serializers.ChoiceField(choices=SIDES)
    state = serializers.ChoiceField(
        choices=STATES,
        help_text="`unknown` until the side has said something: never take it as open.",
    )
    since = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    expected_on = serializers.DateField(
        allow_null=True, help_text="When it is expected to reopen, on that side's calendar."
    )
    source: Any = serializers.CharField(help_text="Where it was read, when no officer recorded it.")


class PlaceStatusOut(OpeningOut):
    recorded_at = serializers.DateTimeField()
    until = serializers.DateTimeField(source="period.upper", allow_null=True)


class PlaceStatusIn(serializers.Serializer):
    state = serializers.ChoiceField(choices=PlaceStatus.State.choices)
    since = serializers.DateTimeField()
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=500,
        help_text="Required for anything but open.",
    )
    expected_on = serializers.DateField(required=False, allow_null=True, default=None)


class PlaceOut(serializers.ModelSerializer):
    name = serializers.CharField(read_only=True)
    opening = serializers.SerializerMethodField(
        help_text="One row for each side; empty for places that do not open and close."
    )
    differ = serializers.SerializerMethodField(
        help_text="Both sides have said something, and not the same."
    )

    class Meta:
        model = Place
        fields = [
            "code", "kind", "mode", "name", "name_lv_side", "name_by_side", "lat", "lon",
            "position_verified", "verified", "opening", "differ",
        ]  # fmt: skip

    @extend_schema_field(OpeningOut(many=True))
    def get_opening(self, place: Any) -> Any:
        if place.kind not in OPENABLE:
            return []
        said = {status.side: status for status in place.said}
        nothing = {"state": UNKNOWN, "since": None, "reason": "", "expected_on": None, "source": ""}
        rows = [said.get(side) or {"side": side, **nothing} for side in BOTH]
        return OpeningOut(rows, many=True).data

    def get_differ(self, place: Any) -> bool:
        states = {status.state for status in place.said}
        return len(place.said) > 1 and len(states) > 1


class PlaceList(generics.ListAPIView):
    """Places that both sides know, border signs excepted, with what each says of the opening."""

    serializer_class = PlaceOut
    queryset = (
        Place.objects.exclude(kind=Place.Kind.SIGN)
        .filter(retired_at=None)
        .prefetch_related(
            Prefetch("statuses", queryset=PlaceStatus.objects.current(), to_attr="said")
        )
    )
    ordering = ("order", "id")


class PlaceStatuses(Idempotent, APIView):
    def place(self, code: str) -> Place:
        actions.apply_due_changes()
        return get_object_or_404(Place.objects.exclude(kind=Place.Kind.SIGN), code=code)

    @extend_schema(responses=PlaceStatusOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """What both sides have said about the opening of a place, newest first."""
        rows = PlaceStatus.objects.filter(place=self.place(code)).order_by("-period", "-pk")
        return Response(PlaceStatusOut(rows[:MOST], many=True).data)

    @extend_schema(request=PlaceStatusIn, responses={201: PlaceStatusOut})
    def post(self, request: Request, code: str) -> Response:
        """Record what the own side says from `since` on. The same recorded twice is one."""
        place = self.place(code)
        given = PlaceStatusIn(data=request.data)
        given.is_valid(raise_exception=True)
        status = actions.record_status(place, by=request.user, **given.validated_data)
        return Response(PlaceStatusOut(status).data, status=201)
