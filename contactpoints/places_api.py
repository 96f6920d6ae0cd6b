"""The places' part of the API: what each side says about their opening."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema_field
from rest_framework import generics, serializers

from bordercoop.reference.models import OPENABLE, Place, PlaceStatus

from .listing import BOTH

UNKNOWN = "unknown"
STATES = [*PlaceStatus.State.choices, (UNKNOWN, "The side has said nothing")]


class OpeningOut(serializers.Serializer):
    side = serializers.ChoiceField(choices=[(side, side) for side in BOTH])
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
