"""The incidents' part of the API."""

from datetime import datetime
from functools import cached_property
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import ERROR
from bordercoop.errors import Invalid
from bordercoop.web.both import partner_language
from bordercoop.web.pdf import as_file
from contactpoints.api import AlertOut, DeliveryOut
from contactpoints.models import Priority, Unit, units

from . import actions, content
from .filters import filtered
from .models import Ground, Incident, Precision, Share, State
from .printing import View


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
    version = serializers.IntegerField(min_value=1, required=False)


class ReleaseOut(serializers.Serializer):
    alert = AlertOut()
    deliveries = DeliveryOut(many=True)


class CloseIn(serializers.Serializer):
    ground = serializers.ChoiceField(choices=Ground.choices)


def unit_of(code: str, field: str = "unit") -> Unit:
    """The unit with this code; Invalid with a sentence when there is none."""
    unit = units().get(code)
    if unit is None or unit.retired_at is not None:
        sentence = _("There is no unit with the code %(code)s.") % {"code": code}
        raise Invalid(sentence, fields={field: [sentence]})
    return unit


class _Door(Idempotent, generics.GenericAPIView):
    serializer_class = IncidentOut

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def incident(self, uid: Any) -> Incident:
        rows = Incident.objects.visible_to(self.request.user).select_related("unit")
        return get_object_or_404(rows, uid=uid)

    def shown(self, incident: Incident, status: int = 200) -> Response:
        share = Share.objects.visible_to(self.request.user).get(incident=incident)
        share.incident = incident
        return Response(IncidentOut(share).data, status=status)


@extend_schema(
    parameters=[
        OpenApiParameter(name, OpenApiTypes.STR)
        for name in ("category", "state", "severity", "side", "place", "origin", "since", "until")
    ]
)
class IncidentList(_Door, generics.ListAPIView):
    """Incidents that the account may read, newest report first, each once."""

    ordering = ("-reported_at", "-incident_id")

    def get_queryset(self) -> Any:
        rows = Share.objects.visible_to(self.request.user).select_related("incident")
        return filtered(rows, self.request.query_params)

    @extend_schema(request=ReportIn, responses={201: IncidentOut})
    def post(self, request: Request) -> Response:
        """Log and submit an incident."""
        given = self.parsed(ReportIn)
        unit, exercise = unit_of(given.pop("unit")), given.pop("exercise")
        incident = actions.report_incident(
            unit=unit, content=given, exercise=exercise, by=request.user
        )
        share = incident.__dict__.get("own_share")
        if share is None:
            return self.shown(incident, status=201)
        return Response(IncidentOut(share).data, status=201)


class IncidentDetail(_Door):
    @extend_schema(responses=IncidentOut)
    def get(self, request: Request, uid: Any) -> Response:
        rows = Share.objects.visible_to(request.user).select_related("incident")
        return Response(IncidentOut(get_object_or_404(rows, incident__uid=uid)).data)


class PrintedIncident(_Door):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever is accepted: the answer is the PDF, and a refusal is JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        parameters=[
            OpenApiParameter("view", enum=View.values, required=True),
            OpenApiParameter(
                "desk",
                OpenApiTypes.STR,
                description="Whose copy the shared view repeats; needed where several hold one.",
            ),
            OpenApiParameter(
                "languages",
                OpenApiTypes.STR,
                description="Two of lv, be, ru and en with a comma between; the account's own and "
                "the other side's when left out.",
            ),
        ],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            409: OpenApiResponse(ERROR, "The other side holds no copy of it."),
            503: OpenApiResponse(ERROR, "Many documents are being made at this moment."),
        },
    )
    def get(self, request: Request, uid: Any) -> HttpResponse:
        """The A4 form as PDF. Each one is recorded in the audit as an export."""
        asked, user = request.query_params, cast(Any, request.user)
        first, _comma, second = asked.get("languages", "").replace(" ", "").partition(",")
        first = first or user.language
        printed = actions.print_incident(
            get_object_or_404(
                Incident.objects.visible_to(user).select_related("unit", "category"), uid=uid
            ),
            view=asked.get("view", ""),
            desk=asked.get("desk", ""),
            languages=(first, second or partner_language(user.side, first)),
            by=user,
        )
        return as_file(printed.content, printed.name)


class Supplement(_Door):
    @extend_schema(request=SupplementIn, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Add to an incident: changed fields only, and the version they are based on."""
        given = self.parsed(SupplementIn)
        version = given.pop("version")
        incident = self.incident(uid)
        actions.supplement_incident(incident, version=version, changes=given, by=request.user)
        return self.shown(incident)


class ReleaseDoor(_Door):
    @extend_schema(request=ReleaseIn, responses={201: ReleaseOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Let desks read the present version and ask each to acknowledge it."""
        given = self.parsed(ReleaseIn)
        alert = actions.release_incident(
            self.incident(uid),
            desks=[unit_of(code, "desks") for code in given["desks"]],
            fields=given.get("fields"),
            priority=given.get("priority"),
            version=given.get("version"),
            by=request.user,
        )
        deliveries = alert.deliveries.whole().order_by("pk")
        shape = {"alert": alert, "deliveries": deliveries}
        return Response(ReleaseOut(shape).data, status=201)


class Verify(_Door):
    @extend_schema(request=None, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Verify what somebody else reported."""
        incident = self.incident(uid)
        actions.verify_incident(incident, by=request.user)
        return self.shown(incident)


class Validate(_Door):
    @extend_schema(request=None, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Validate a verified incident, for headquarters."""
        incident = self.incident(uid)
        actions.validate_incident(incident, by=request.user)
        return self.shown(incident)


class Close(_Door):
    @extend_schema(request=CloseIn, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Close the own side's part."""
        incident = self.incident(uid)
        actions.close_part(incident, ground=self.parsed(CloseIn)["ground"], by=request.user)
        return self.shown(incident)
