"""What goes in and out of the incidents' part of the API."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bordercoop.api.moments import MomentIn
from contactpoints.api import AlertOut, DeliveryOut
from contactpoints.models import Priority, units

from .. import content
from ..grading import confidence
from ..handling import Marking, parsed
from ..models import Ground, Handling, Precision, Share, State, Tlp, Validation
from ..texts import headlines_of
from .things import ThingsShape


class IncidentOut(ThingsShape):
    """What the account's unit may read. A field that was not released to it is null."""

    uid = serializers.UUIDField(source="incident.uid")
    number = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=State.choices)
    unverified = serializers.BooleanField()
    validation = serializers.ChoiceField(choices=Validation.choices)
    validated_at = serializers.DateTimeField(allow_null=True)
    impact = serializers.CharField(help_text="low, medium, high, critical; empty until validated.")
    grading = serializers.JSONField(
        allow_null=True, help_text="scale, source, information; null for what was not graded."
    )
    confidence = serializers.SerializerMethodField(
        help_text="unconfirmed, possible, probable, confirmed; empty for what was not graded."
    )
    outcome = serializers.CharField(
        help_text="The originator's ground of a closed record; empty until it is closed."
    )
    side = serializers.CharField()
    unit = serializers.SerializerMethodField()
    origin = serializers.CharField()
    exercise = serializers.BooleanField()
    own = serializers.BooleanField(help_text="Whether the account's side is the originator.")
    reported_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)
    handling = serializers.ChoiceField(choices=Handling.choices)
    tlp = serializers.ChoiceField(choices=Tlp.choices)
    restriction = serializers.CharField(help_text="What H3 means here, else empty.")
    passed_by = serializers.SerializerMethodField()
    category = serializers.CharField()
    severity = serializers.IntegerField()
    headline = serializers.CharField(allow_null=True)
    headline_template = serializers.JSONField(
        allow_null=True,
        help_text="code, version and values of a headline from the list; else null.",
    )
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
    headlines = serializers.SerializerMethodField(
        help_text="The headline by language, as far as the copy has it."
    )
    texts = serializers.JSONField(
        help_text="By language: headline, narrative, mark (human or machine), version, stale, at. "
        "What the fields above say is the original."
    )

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

    def get_confidence(self, share: Share) -> str:
        return confidence(share.grading, share.validation)

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_headlines(self, share: Share) -> dict[str, str]:
        spoken = share.fields.get("language")
        first = {spoken: share.headline} if share.headline and spoken else {}
        return {**first, **{at: one["headline"] for at, one in headlines_of(share).items()}}

    def get_unit(self, share: Share) -> str:
        unit_id = share.incident.unit_id
        known = next((unit for unit in units().values() if unit.pk == unit_id), None)
        return (known or share.incident.unit).code

    def get_passed_by(self, share: Share) -> str | None:
        """Code of the holder that passed this copy on; null for one from the originator."""
        if share.passed_by_id is None:
            return None
        by_id = (unit.code for unit in units().values() if unit.pk == share.passed_by_id)
        return next(by_id, None)


COPIED = [name for name in content.FIELDS if name not in ("category", "severity")]


class DegreesIn(serializers.FloatField):
    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class HeadlineIn(serializers.Serializer[Any]):
    """A headline from the list (docs/templates.md). It is filled with the fields of the report."""

    code = serializers.CharField(max_length=40)
    version = serializers.IntegerField(
        required=False, min_value=1, max_value=1_000_000, help_text="The wording that was read."
    )
    values: Any = serializers.DictField(
        child=serializers.JSONField(),
        required=False,
        help_text="Refused when they differ from the fields of the report.",
    )


class ContentIn(ThingsShape):
    """The fields of an incident; times ISO 8601 with an offset or Z."""

    category = serializers.CharField(max_length=40, required=False)
    severity = serializers.IntegerField(required=False)
    headline = serializers.CharField(required=False)
    headline_template = HeadlineIn(
        required=False, allow_null=True, help_text="In place of `headline`; null takes it away."
    )
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


class MarkingIn(serializers.Serializer):
    """A marking; what is left out stays as it is, or is the portal's default."""

    handling = serializers.CharField(max_length=10, required=False, help_text="H0 to H3")
    tlp = serializers.CharField(
        max_length=20,
        required=False,
        help_text="CLEAR, GREEN, AMBER, AMBER+STRICT or RED; WHITE is taken as CLEAR.",
    )
    restriction = serializers.CharField(
        required=False, allow_blank=True, help_text="What H3 means here; empty otherwise."
    )


def marking_in(given: dict[str, Any], otherwise: Marking | None = None) -> Marking | None:
    """Takes the marking out of what was sent; None when nothing of one was."""
    typed = {n: given.pop(n) for n in ("handling", "tlp", "restriction") if n in given}
    return parsed(**typed, otherwise=otherwise) if typed else None


class ReportIn(MarkingIn, ContentIn):
    unit = serializers.CharField(max_length=40)
    exercise = serializers.BooleanField(required=False, default=False)


class SupplementIn(ContentIn):
    version = serializers.IntegerField(min_value=1)


class ReleasedFileIn(serializers.Serializer):
    file = serializers.UUIDField()
    original = serializers.BooleanField(
        default=False, help_text="The original as evidence, not the picture without metadata."
    )


class ReleaseIn(MarkingIn):
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
    files = serializers.ListField(
        child=ReleasedFileIn(),
        required=False,
        help_text="Files that go along; none when left out.",
    )
    version = serializers.IntegerField(min_value=1, required=False)
    named = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=20,
        help_text="Officers at these desks who all have to acknowledge; see desks/…/nameable/.",
    )


class ReleaseOut(serializers.Serializer):
    alert = AlertOut(allow_null=True, help_text="Null when every desk is held by a pause.")
    deliveries = DeliveryOut(many=True)
    held = serializers.ListField(
        child=serializers.CharField(), help_text="Desks whose release waits for the end of a pause."
    )


class CloseIn(serializers.Serializer):
    ground = serializers.ChoiceField(choices=Ground.choices)
