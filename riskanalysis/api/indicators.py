"""Indicators, trend and hot spots in the API."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop import sentences
from bordercoop.errors import NotAllowed
from contactpoints.access import units_where

from .. import actions, findings, picturing
from ..completeness import Arrived
from ..indicators import Asked, Picture, asked_by, picture

ASKING = [
    OpenApiParameter("week", OpenApiTypes.STR, description="ISO week, such as 2026-W47."),
    OpenApiParameter("category", OpenApiTypes.STR, description="A category or a group of them."),
    OpenApiParameter("side", OpenApiTypes.STR, enum=["LV", "BY"]),
    OpenApiParameter(
        "section", OpenApiTypes.STR, description="1 to 10, `away` or `nowhere`; of the trend alone."
    ),
]
NAMES = {
    "categories": "c", "sections": "s", "hours": "t", "means": "m", "groups": "n", "routes": "r",
    "events": "e",
}  # fmt: skip


class DaysOut(serializers.Serializer):
    side = serializers.CharField()
    days = serializers.IntegerField()
    here = serializers.IntegerField(help_text="Days that have arrived.")
    missing = serializers.ListField(
        child=serializers.DateField(), help_text="Over and not arrived: left out of every trend."
    )
    running = serializers.ListField(child=serializers.DateField(), help_text="Not over yet.")
    since = serializers.DateField(
        allow_null=True, help_text="From here on the portal knows which days arrived."
    )


class IndicatorCountOut(serializers.Serializer):
    value = serializers.CharField()
    count = serializers.IntegerField()


class IndicatorsOut(serializers.Serializer):
    week = serializers.CharField()
    total = serializers.IntegerField()
    counted_to = serializers.DateTimeField(
        allow_null=True,
        help_text="Since then changes of what the account's units hold wait; null for none.",
    )
    days = DaysOut(many=True)
    sections = IndicatorCountOut(
        many=True, help_text="1 to 10 from west to east, `away`, `nowhere`."
    )
    categories = IndicatorCountOut(many=True)
    hours = IndicatorCountOut(
        many=True, help_text="Hours since Monday 00:00 of the reporting side's clock."
    )
    means = IndicatorCountOut(many=True)
    groups = IndicatorCountOut(many=True, help_text="Groups of nationality of the people.")
    routes = IndicatorCountOut(many=True, help_text="Countries of a route, with > between them.")
    events = IndicatorCountOut(many=True, help_text="Public events that a route led to.")


class WeekOut(serializers.Serializer):
    start = serializers.DateField()
    count = serializers.IntegerField(allow_null=True, help_text="null: no day has arrived.")
    days = serializers.IntegerField(help_text="Days that are counted.")
    low = serializers.FloatField(allow_null=True, help_text="Usual range; null for none.")
    high = serializers.FloatField(allow_null=True)


class TrendOut(serializers.Serializer):
    week = serializers.CharField()
    said = serializers.CharField(
        help_text="`fitted`, `short` history, too `few` incidents, `none` that they admit, or empty"
        " while it is computed or where it failed."
    )
    history = serializers.IntegerField(help_text="Weeks that the range is made of.")
    digest = serializers.CharField(help_text="SHA-256 of the inputs.")
    weeks = WeekOut(many=True)


class SpotOut(serializers.Serializer):
    place = serializers.CharField(help_text="Number of a section, or cell of H3.")
    count = serializers.IntegerField()
    around = serializers.IntegerField(help_text="Of it and its neighbours, which Gi* compares.")
    score = serializers.FloatField(help_text="Getis-Ord Gi* as a standard score.")
    p = serializers.FloatField(help_text="One-sided, by 9,999 permutations.")
    hot = serializers.BooleanField(help_text="False discovery rate held at 5 of 100.")


class HotspotsOut(serializers.Serializer):
    week = serializers.CharField(help_text="The last of twelve.")
    made_at = serializers.DateTimeField(allow_null=True, help_text="null while it is computed.")
    sections = SpotOut(many=True, allow_null=True, help_text="null: the counts cannot tell.")
    cells = SpotOut(many=True, allow_null=True)


class _Read(GenericAPIView):
    pagination_class = None

    def asked(self) -> Asked:
        if not units_where(self.request.user, "view_incidents"):
            raise NotAllowed(sentences.NOT_ALLOWED)
        given = self.request.query_params
        names = ("week", "category", "side", "section")
        return asked_by(self.request.user, **{name: given.get(name, "")[:40] for name in names})

    def found(self) -> tuple[Picture, findings.Found]:
        """The picture and what is kept of it; what is not is asked for."""
        found = picture(self.asked())
        finding = findings.found_of(found)
        if finding.waits:
            actions.want_findings(found.asked)
        return found, finding


def _days(one: Arrived) -> dict[str, Any]:
    names = ("side", "days", "here", "missing", "running", "since")
    return {name: getattr(one, name) for name in names}


class Indicators(_Read):
    serializer_class = IndicatorsOut

    @extend_schema(parameters=ASKING, responses=IndicatorsOut)
    def get(self, request: Request) -> Response:
        """The counts of a week, as the account's units hold the incidents; each counts once."""
        found = picture(self.asked())
        counts = {
            name: [{"value": value, "count": n} for value, n in sorted(found.of[kind].items())]
            for name, kind in NAMES.items()
        }
        said = {
            "week": found.asked.code, "total": found.total, "counted_to": found.counted_to,
            "days": [_days(one) for one in found.here], **counts,
        }  # fmt: skip
        return Response(IndicatorsOut(said).data)


class Trend(_Read):
    serializer_class = TrendOut

    @extend_schema(parameters=ASKING, responses=TrendOut)
    def get(self, request: Request) -> Response:
        """Twelve weeks with the usual range of each. It is computed when first asked for: look
        again a few seconds later."""
        found, finding = self.found()
        weeks = [
            {"start": week.start, "count": week.count, "days": week.days,
             "low": bar.low, "high": bar.high}
            for week, bar in zip(
                found.weeks, picturing.bars(found.weeks, finding.usual), strict=True
            )
        ]  # fmt: skip
        said = {
            "week": found.asked.code, "said": finding.said, "history": finding.weeks,
            "digest": finding.trend.digest if finding.trend else "", "weeks": weeks,
        }  # fmt: skip
        return Response(TrendOut(said).data)


class Hotspots(_Read):
    serializer_class = HotspotsOut

    @extend_schema(parameters=ASKING, responses=HotspotsOut)
    def get(self, request: Request) -> Response:
        """Sections and cells of twelve weeks against chance. Computed when first asked for."""
        found, finding = self.found()
        said = {
            "week": found.asked.code, "made_at": finding.spots_made_at,
            "sections": finding.sections, "cells": finding.cells,
        }  # fmt: skip
        return Response(HotspotsOut(said).data)
