"""Retention through the API: periods, one incident's clock, holds and certificates."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.schema import ERROR
from bordercoop.audit.actions import record_reading
from bordercoop.web.both import partner_language
from bordercoop.web.pdf import as_file
from contactpoints.access import audited_side

from .. import actions
from ..models import Kept, LegalHold, Purge, RetentionPeriod
from ..retention import (
    all_periods,
    certificate_of,
    clocks,
    holds_for,
    is_whole,
    lines_of,
    periods,
    reads_retention,
)
from .door import Door
from .sealed import Shape

NOT_FOR_IT = OpenApiResponse(ERROR, "The account neither audits a side nor may do this.")
LANGUAGES = OpenApiParameter(
    "languages",
    OpenApiTypes.STR,
    description="Two of lv, be, ru and en with a comma between; the account's own and the other "
    "side's when left out.",
)


def languages_of(request: Request) -> tuple[str, str]:
    user: Any = request.user
    asked = request.query_params.get("languages", "")
    first, _comma, second = asked.replace(" ", "").partition(",")
    first = first or user.language
    return first, second or partner_language(user.side, first)


class PeriodIn(Shape):
    kind = serializers.ChoiceField(choices=Kept.choices)
    days = serializers.IntegerField(min_value=1, max_value=36_525)
    starts_on = serializers.DateField(help_text="Today or later, on the clock of the own side.")
    ground = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, allow_blank=True, default=""
    )
    confirmed = serializers.BooleanField(
        required=False, default=False, help_text="Nothing is purged under an unconfirmed period."
    )


class PeriodOut(serializers.ModelSerializer[RetentionPeriod]):
    in_force = serializers.SerializerMethodField()

    class Meta:
        model = RetentionPeriod
        fields = ["kind", "days", "starts_on", "ground", "source", "confirmed", "at", "in_force"]

    def get_in_force(self, period: RetentionPeriod) -> bool:
        return period.pk in self.context["in_force"]


class HoldIn(Shape):
    reason = serializers.CharField()
    until = serializers.DateField(required=False, allow_null=True, help_text="Its last day.")


class LiftIn(Shape):
    reason = serializers.CharField()


class HoldOut(serializers.ModelSerializer[LegalHold]):
    incident = serializers.UUIDField(source="incident.uid")
    number = serializers.CharField(source="incident.number")

    class Meta:
        model = LegalHold
        fields = ["uid", "incident", "number", "reason", "until", "at", "lifted_at", "lift_reason"]


class ClockOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Kept.choices)
    count = serializers.IntegerField()
    until = serializers.DateField(
        allow_null=True, help_text="The last day; null while no clock runs."
    )
    confirmed = serializers.SerializerMethodField(
        help_text="Whether the service confirmed the period; nothing is purged before."
    )

    def get_confirmed(self, clock: Any) -> bool:
        return bool(clock.period and clock.period.confirmed)


class IncidentRetentionOut(serializers.Serializer):
    clocks = ClockOut(many=True)
    holds = HoldOut(many=True)


class CertificateOut(serializers.ModelSerializer[Purge]):
    class Meta:
        model = Purge
        fields = ["uid", "side", "number", "process", "at", "finished_at", "previous", "digest"]


class PurgeLineOut(serializers.Serializer):
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kept.choices)
    rows = serializers.IntegerField()
    days = serializers.IntegerField()
    ground = serializers.CharField()
    kept_until = serializers.DateField()
    at = serializers.DateTimeField()


class WholeCertificateOut(CertificateOut):
    whole = serializers.SerializerMethodField(
        help_text="Whether it says what it said when it was made."
    )
    lines = serializers.SerializerMethodField()

    class Meta(CertificateOut.Meta):
        fields = [*CertificateOut.Meta.fields, "whole", "lines"]

    def get_whole(self, purge: Purge) -> bool:
        return is_whole(purge)

    @extend_schema_field(PurgeLineOut(many=True))
    def get_lines(self, purge: Purge) -> list[Any]:
        return [dict(PurgeLineOut(line).data) for line in lines_of(purge)]


class RetentionPeriods(Door):
    serializer_class: Any = PeriodOut

    @extend_schema(responses={200: PeriodOut(many=True), 404: NOT_FOR_IT})
    def get(self, request: Request) -> Response:
        """Every period of the own side, the latest first; for who audits it or places holds."""
        user: Any = request.user
        if not reads_retention(user):
            raise Http404
        rows = all_periods(user.side)
        return Response(PeriodOut(rows, many=True, context=self.in_force(user.side)).data)

    @extend_schema(request=PeriodIn, responses={201: PeriodOut})
    def post(self, request: Request) -> Response:
        """Add a period of the own side."""
        period = actions.set_retention(**self.parsed(PeriodIn), by=request.user)
        shown = PeriodOut(period, context=self.in_force(period.side))
        return Response(shown.data, status=201)

    def in_force(self, side: str) -> dict[str, Any]:
        return {"in_force": {period.pk for period in periods(side).values()}}


class IncidentRetention(Door):
    @extend_schema(responses=IncidentRetentionOut)
    def get(self, request: Request, uid: Any) -> Response:
        """What the own side keeps of an incident, until when, and its own holds."""
        incident, user = self.incident(uid), request.user
        if not reads_retention(user):
            raise Http404
        shown = {
            "clocks": clocks(incident, user.side),  # type: ignore[union-attr]
            "holds": holds_for(user).filter(incident=incident),
        }
        return Response(IncidentRetentionOut(shown).data)


class IncidentHolds(Door):
    @extend_schema(request=HoldIn, responses={201: HoldOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Place a legal hold."""
        hold = actions.place_hold(self.incident(uid), **self.parsed(HoldIn), by=request.user)
        return Response(HoldOut(hold).data, status=201)


@extend_schema(responses={200: HoldOut(many=True), 404: NOT_FOR_IT})
class Holds(generics.ListAPIView):
    """The holds of the own side, newest first; for who audits it or places holds."""

    serializer_class = HoldOut

    def get_queryset(self) -> Any:
        if not reads_retention(self.request.user):
            raise Http404
        return holds_for(self.request.user)


class LiftHold(Door):
    @extend_schema(request=LiftIn, responses=HoldOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Lift a hold of the own side."""
        hold = get_object_or_404(holds_for(request.user), uid=uid)
        hold = actions.lift_hold(hold, **self.parsed(LiftIn), by=request.user)
        return Response(HoldOut(hold).data)


@extend_schema(responses={200: CertificateOut(many=True), 404: NOT_FOR_IT})
class Certificates(generics.ListAPIView):
    """The purge certificates of the side that the account audits, newest first."""

    serializer_class = CertificateOut
    ordering = ("-number",)

    def get_queryset(self) -> Any:
        side = audited_side(self.request.user)
        if not side:
            raise Http404
        return Purge.objects.of_side(side)


class Certificate(Door):
    @extend_schema(responses=WholeCertificateOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One certificate with its lines."""
        purge = certificate_of(request.user, uid)
        record_reading(f"purge:{purge.uid}", by=request.user)  # type: ignore[arg-type]
        return Response(WholeCertificateOut(purge).data)


class PrintedCertificate(Door):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever is accepted: the answer is the PDF, and a refusal is JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        parameters=[LANGUAGES],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            503: OpenApiResponse(ERROR, "Many documents are being made at this moment."),
        },
    )
    def get(self, request: Request, uid: Any) -> HttpResponse:
        """A certificate as PDF."""
        printed = actions.print_certificate(
            certificate_of(request.user, uid), languages=languages_of(request), by=request.user
        )
        return as_file(printed.content, printed.name)
