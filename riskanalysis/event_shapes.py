"""Shapes of what goes on with a public event, for the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from .models import (
    CountedFrom,
    EventChange,
    EventChangeKind,
    EventItem,
    EventPhase,
    EventPhaseStep,
    EventTie,
    EventVenue,
    TiedKind,
)
from .register_shapes import LanguageField, TextsField, WordField


class EventStepOut(serializers.ModelSerializer):
    came = WordField(EventPhase.values)
    phase = WordField(EventPhase.values)
    by = serializers.CharField(source="by.display_name")

    class Meta:
        model = EventPhaseStep
        fields = ["number", "came", "phase", "reason", "at", "by"]


class EventMoveIn(serializers.Serializer):
    phase = WordField(EventPhase.values)
    came = serializers.CharField(
        required=False, allow_blank=True, max_length=24,
        help_text="The phase that you saw; 409 where it is another one by now.",
    )  # fmt: skip
    reason = serializers.CharField(required=False, allow_blank=True)


class EventChangeOut(serializers.ModelSerializer):
    kind = WordField(EventChangeKind.values)
    by = serializers.CharField(source="by.display_name")

    class Meta:
        model = EventChange
        fields = [
            "number", "kind", "started_on", "ended_on", "starts_on", "ends_on", "reason", "at",
            "by",
        ]  # fmt: skip


class EventCallOffIn(serializers.Serializer):
    reason = serializers.CharField()
    edition = serializers.IntegerField(
        required=False, help_text="Of the event as you saw it; 409 where it changed since."
    )


class EventDaysIn(EventCallOffIn):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class EventVenueOut(serializers.ModelSerializer):
    host = serializers.UUIDField(source="host.uid")
    city = serializers.CharField(source="host.name")
    struck = serializers.SerializerMethodField(
        help_text="Why nothing takes place there: the city does not hold the event any more, the "
        "event was called off, or the days lie outside its days; else empty."
    )

    class Meta:
        model = EventVenue
        fields = [
            "uid", "host", "city", "struck", "name", "town", "capacity", "first_on", "last_on",
            "edition",
        ]  # fmt: skip

    def get_struck(self, venue: EventVenue) -> str:
        return " ".join(venue.gone)


class EventVenueChangeIn(serializers.Serializer):
    name = serializers.CharField()
    town = serializers.CharField(required=False, allow_blank=True)
    capacity = serializers.IntegerField(required=False, allow_null=True)
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    edition = serializers.IntegerField(required=False)


class EventVenueIn(serializers.Serializer):
    host = serializers.UUIDField()
    name = serializers.CharField()
    town = serializers.CharField(required=False, allow_blank=True)
    capacity = serializers.IntegerField(required=False, allow_null=True)
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    client_ref = serializers.UUIDField(required=False)


class EventReasonIn(serializers.Serializer):
    reason = serializers.CharField()


class EventItemOut(serializers.ModelSerializer):
    phase = WordField(EventPhase.values)
    unit = serializers.SerializerMethodField()
    texts = TextsField()
    language = LanguageField()
    counted_from = WordField(["", *CountedFrom.values])
    ticked_by = serializers.SerializerMethodField()

    class Meta:
        model = EventItem
        fields = [
            "uid", "phase", "side", "unit", "code", "texts", "language", "due_on", "counted_from",
            "due_days", "ticked_at", "ticked_by", "left_out_at",
        ]  # fmt: skip

    def get_unit(self, item: EventItem) -> str | None:
        return item.unit.code if item.unit is not None else None

    def get_ticked_by(self, item: EventItem) -> str | None:
        return item.ticked_by.display_name if item.ticked_by is not None else None


class EventItemIn(serializers.Serializer):
    phase = WordField(EventPhase.values)
    text = serializers.CharField()
    language = LanguageField()
    unit = serializers.CharField(required=False, allow_null=True, max_length=40)
    due_on = serializers.DateField(required=False, allow_null=True)
    due_days = serializers.IntegerField(
        required=False, allow_null=True, help_text="Days after the first day; before it below zero."
    )
    client_ref = serializers.UUIDField(required=False)


class EventNothingIn(serializers.Serializer):
    pass


class EventTieIn(serializers.Serializer):
    kind = WordField(TiedKind.values)
    ref = serializers.CharField(
        max_length=60, help_text="Its number; of risks and risk reports the uid."
    )


class EventTieOut(serializers.ModelSerializer):
    kind = WordField(TiedKind.values)
    title = serializers.SerializerMethodField()
    standing = serializers.SerializerMethodField()

    class Meta:
        model = EventTie
        fields = ["uid", "kind", "ref", "title", "standing", "side", "at"]

    def _read(self, tie: EventTie) -> tuple[str, str, str]:
        found: dict[Any, tuple[str, str, str]] = self.context["read"]
        return found.get((tie.kind, tie.ref), ("", "", ""))

    def get_title(self, tie: EventTie) -> str:
        return self._read(tie)[0]

    def get_standing(self, tie: EventTie) -> str:
        return self._read(tie)[2]
