"""Summaries of days and indicators of months in the API."""

from typing import Any, cast

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.models import User
from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import ERROR
from bordercoop.reference.sides import Side
from bordercoop.tables.listing import FORMATS
from bordercoop.web.exporting import answer
from contactpoints.models import Unit

from .. import actions
from ..models import Summary
from ..views.summaries import month_of
from .door import unit_of
from .exporting import FILE

MOST = 200


class SummaryOut(serializers.Serializer):
    uid = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Summary.Kind.choices)
    audience = serializers.ChoiceField(choices=Summary.Audience.choices)
    side = serializers.ChoiceField(choices=Side.choices)
    period = serializers.DateField(help_text="The day, or the first of the month.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    digest = serializers.CharField(help_text="SHA-256 of `content` with sorted keys, no spaces.")
    at = serializers.DateTimeField()


class WholeSummaryOut(SummaryOut):
    content = serializers.JSONField(
        help_text="`facts` by name; `lines` of [code, number]: null is hidden for being small."
    )


class WishIn(serializers.Serializer):
    desk = serializers.CharField(max_length=40)
    wanted = serializers.BooleanField()


class _Door(Idempotent, GenericAPIView):
    serializer_class = WholeSummaryOut
    pagination_class = None

    def found(self, uid: Any) -> Summary:
        return get_object_or_404(Summary.objects.visible_to(self.request.user), uid=uid)


class Summaries(_Door):
    @extend_schema(
        parameters=[OpenApiParameter("kind", enum=Summary.Kind.values)],
        responses=SummaryOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """The last two hundred that the account may read, newest first."""
        rows = Summary.objects.visible_to(request.user).defer("content")
        if (kind := request.query_params.get("kind")) in Summary.Kind.values:
            rows = rows.filter(kind=kind)
        return Response(SummaryOut(rows[:MOST], many=True).data)


class SummaryDoor(_Door):
    @extend_schema(responses=WholeSummaryOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One summary with its counts."""
        return Response(WholeSummaryOut(self.found(uid)).data)


class SummaryExport(_Door):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        parameters=[OpenApiParameter("as", enum=list(FORMATS), required=True)],
        responses=FILE,
    )
    def get(self, request: Request, uid: Any) -> HttpResponseBase:
        """A summary as a file; recorded in the audit as an export."""
        form = request.query_params.get("as", "")
        return answer(actions.export_summary(self.found(uid), form=form, by=request.user))


class Indicators(_Door):
    @extend_schema(
        request=None,
        responses={
            200: WholeSummaryOut,
            409: OpenApiResponse(ERROR, "The month is not over."),
        },
    )
    def post(self, request: Request, month: str) -> Response:
        """Freeze the indicators of a month (YYYY-MM) of the account's side, and share what of them
        was released."""
        first = month_of(month)
        if first is None:
            raise Http404
        return Response(WholeSummaryOut(actions.freeze_indicators(first, by=request.user)).data)


class SummaryMailDoor(_Door):
    @extend_schema(request=WishIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """Say whether a desk gets the daily summary by mail."""
        given = WishIn(data=request.data)
        given.is_valid(raise_exception=True)
        desk = unit_of(given.validated_data["desk"], "desk")
        if desk.side != cast(User, request.user).side or desk.kind != Unit.Kind.DESK:
            raise Http404
        actions.set_summary_mail(desk, wanted=given.validated_data["wanted"], by=request.user)
        return Response(status=204)
