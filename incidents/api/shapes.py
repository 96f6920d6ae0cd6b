"""What goes in and out of the incidents' part of the API."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from contactpoints.api import AlertOut, DeliveryOut
from contactpoints.models import Priority, units

from .. import content
from ..models import Ground, Precision, Share, State


class IncidentOut(serializers.Serializer):
    """What the account's unit may read. A field that was not released to it is null."""

    uid = serializers.UUIDField(source="incident.uid")
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=State.choices)
    unverified = serializers.BooleanField()
    side = serializers.CharField()
    unit = serializers.SerializerMethodField()
    origin = serializers.CharField()
    exercise = serializers.BooleanField()
    own = serializers.BooleanField(help_text="Whether the account's side is the originator.")
    reported_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)
    category = serializers.CharField()
    severity = serializers.IntegerField()
    headline = serializers.CharField(allow_null=True)
    happened_at = serializers.CharField(allow_null=True)
    happened_precision = serializers.CharField(allow_null=True)
    detected_at = serializers.CharField(allow_null=True)
    detected_precision = serializers.CharField(allow_null=True)
    place = serializers.CharField(allow_null=True)
    border_sign = serializers.CharField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)
    people_total = serializers.IntegerField(allow_null=True)
    people_minors = serializers.IntegerField(allow_null=True)
    people_injured = serializers.IntegerField(allow_null=True)
    narrative = serializers.CharField(allow_null=True)
    language = serializers.CharField(allow_null=True)
    internal_note = serializers.CharField(allow_null=True)

    @cached_property
    def columns(self) -> list[serializers.Field]:
        return [field for field in self._readable_fields if field.field_name not in COPIED]

    def to_representation(self, share: Share) -> dict[str, Any]:
        # A list has fifty of these: what the copy holds as JSON already goes out as it is.
        shown: dict[str, Any] = {}
        for field in self.columns:
            value = field.get_attribute(share)
            shown[str(field.field_name)] = None if value is None else field.to_representation(value)
        return {**shown, **{name: share.fields.get(name) for name in COPIED}}

    def get_unit(self, share: Share) -> str:
        unit_id = share.incident.unit_id
        known = next((unit for unit in units().values() if unit.pk == unit_id), None)
        return (known or share.incident.unit).code


COPIED = [name for name in content.FIELDS if name not in ("category", "severity")]


class MomentIn(serializers.DateTimeField):
    """A time that names its zone: without one, nobody knows which of two hours is meant."""

    default_error_messages = {
        name: gettext_lazy("Give the time with its zone, for example 2026-11-22T02:07:00Z.")
        for name in ("invalid", "date", "make_aware", "overflow")
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("make_aware")
        return super().enforce_timezone(value)


class DegreesIn(serializers.FloatField):
    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class ContentIn(serializers.Serializer):
    """The fields of an incident; times ISO 8601 with an offset or Z."""

    category = serializers.CharField(max_length=40, required=False)
    severity = serializers.IntegerField(required=False)
    headline = serializers.CharField(required=False)
    happened_at = MomentIn(required=False)
    happened_precision = serializers.ChoiceField(choices=Precision.choices, required=False)
    detected_at = MomentIn(required=False, allow_null=True)
    detected_precision = serializers.ChoiceField(choices=Precision.choices, required=False)
    place = serializers.CharField(max_length=40, required=False, allow_null=True, allow_blank=True)
    border_sign = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    lat = DegreesIn(required=False, allow_null=True)
    lon = DegreesIn(required=False, allow_null=True)
    people_total = serializers.IntegerField(required=False, allow_null=True)
    people_minors = serializers.IntegerField(required=False, allow_null=True)
    people_injured = serializers.IntegerField(required=False, allow_null=True)
    narrative = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    language = serializers.CharField(required=False)
    internal_note = serializers.CharField(required=False, allow_blank=True, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = set(self.initial_data) - set(self.fields)
        if unknown:
            sentence = _("There is no such field.")
            raise serializers.ValidationError({name: [sentence] for name in sorted(unknown)})
        return attrs


class ReportIn(ContentIn):
    unit = serializers.CharField(max_length=40)
    exercise = serializers.BooleanField(required=False, default=False)


class SupplementIn(ContentIn):
    version = serializers.IntegerField(min_value=1)


class ReleaseIn(serializers.Serializer):
    desks = serializers.ListField(child=serializers.CharField(max_length=40), min_length=1)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False, allow_null=True)
    fields = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(max_length=40),
        required=False,
        help_text="Names of the fields to release; all releasable ones when left out.",
    )
    backlog = serializers.BooleanField(
        required=False,
        default=True,
        help_text="Whether a desk that is told only now reads what both sides shared before.",
    )
    version = serializers.IntegerField(min_value=1, required=False)


class ReleaseOut(serializers.Serializer):
    alert = AlertOut()
    deliveries = DeliveryOut(many=True)


class CloseIn(serializers.Serializer):
    ground = serializers.ChoiceField(choices=Ground.choices)
