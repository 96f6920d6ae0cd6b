"""Anomaly reports in the API."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import ERROR
from bordercoop.reference.sides import Side

from .. import actions, anomalies_read
from ..indicators import asked_by
from ..models import Anomaly
from .indicators import WeekOut

MOST = 200


class AnomalyStepOut(serializers.Serializer):
    deed = serializers.CharField()
    words = serializers.CharField()
    at = serializers.DateTimeField()


class AnomalyOut(serializers.Serializer):
    uid = serializers.UUIDField(source="row.uid")
    side = serializers.ChoiceField(source="row.side", choices=Side.choices)
    unit = serializers.CharField(source="row.unit.code")
    week = serializers.CharField(source="asked.code")
    category = serializers.CharField(source="asked.category")
    reported_by = serializers.CharField(
        source="asked.side", help_text="Whose reports; empty: both."
    )
    section = serializers.CharField(source="asked.section")
    words = serializers.CharField(source="row.words")
    state = serializers.ChoiceField(source="row.state", choices=Anomaly.State.choices)
    at = serializers.DateTimeField(source="row.at")
    shared_at = serializers.DateTimeField(source="row.shared_at", allow_null=True)
    digest = serializers.CharField(help_text="SHA-256 of the series that the account's side reads.")


class WholeAnomalyOut(AnomalyOut):
    edition = serializers.IntegerField(
        source="row.edition", help_text="Grows with every step; send it with your words."
    )
    weeks = WeekOut(
        source="series.weeks", many=True,
        help_text="Of the own side as it counts; of the other, what the account's side holds too.",
    )  # fmt: skip
    steps = AnomalyStepOut(
        many=True, help_text="For the other side those since it was put to both."
    )


class AnomalyIn(serializers.Serializer):
    week = serializers.CharField(max_length=10)
    category = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    side = serializers.CharField(max_length=2, required=False, allow_blank=True, default="")
    section = serializers.CharField(max_length=8, required=False, allow_blank=True, default="")
    words = serializers.CharField(max_length=60_000)
    client_ref = serializers.UUIDField(required=False)


class AnomalyWordsIn(serializers.Serializer):
    words = serializers.CharField(max_length=60_000)
    edition = serializers.IntegerField(
        required=False, help_text="The one that was read; 409 when another one stands."
    )


class _Door(Idempotent, GenericAPIView):
    serializer_class = WholeAnomalyOut
    pagination_class = None

    def found(self, uid: Any) -> Anomaly:
        rows = Anomaly.objects.visible_to(self.request.user).select_related("unit")
        return get_object_or_404(rows, uid=uid)

    def shown(self, row: Anomaly, status: int = 200) -> Response:
        whole = anomalies_read.shown(self.found(row.uid), self.request.user)
        return Response(WholeAnomalyOut(whole).data, status=status)

    def said(self) -> dict[str, Any]:
        given = AnomalyWordsIn(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class Anomalies(_Door):
    @extend_schema(responses=AnomalyOut(many=True))
    def get(self, request: Request) -> Response:
        """The last two hundred that the account may read, newest first."""
        rows = Anomaly.objects.visible_to(request.user).select_related("unit")[:MOST]
        found = [anomalies_read.shown(row, request.user) for row in rows]
        return Response(AnomalyOut(found, many=True).data)

    @extend_schema(
        request=AnomalyIn,
        responses={201: WholeAnomalyOut, 409: OpenApiResponse(ERROR, "There is no anomaly.")},
    )
    def post(self, request: Request) -> Response:
        """Report that a week lies outside its usual range; the series is frozen with it."""
        given = AnomalyIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        asked = asked_by(
            request.user, **{name: said[name] for name in ("week", "category", "side", "section")}
        )
        made = actions.file_anomaly(
            asked, words=said["words"], client_ref=said.get("client_ref"), by=request.user
        )
        return self.shown(made, 201)


class AnomalyDoor(_Door):
    @extend_schema(responses=WholeAnomalyOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One report with its series."""
        return self.shown(self.found(uid))


class AnomalyShare(_Door):
    @extend_schema(request=None, responses=WholeAnomalyOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Put a report to both sides."""
        return self.shown(actions.share_anomaly(self.found(uid), by=request.user))


class AnomalyAssess(_Door):
    @extend_schema(request=AnomalyWordsIn, responses=WholeAnomalyOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say what it means."""
        verb = actions.assess_anomaly
        return self.shown(verb(self.found(uid), by=request.user, **self.said()))


class AnomalyClose(_Door):
    @extend_schema(request=AnomalyWordsIn, responses=WholeAnomalyOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say what came of it, and close."""
        verb = actions.close_anomaly
        return self.shown(verb(self.found(uid), by=request.user, **self.said()))
