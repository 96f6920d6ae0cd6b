"""The report of the programme in the API."""

from decimal import Decimal
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.web.exporting import answer
from contactpoints.exports_api import AS, FILE, FileDoor

from .. import actions
from ..access import reads_activities
from ..programme_report import Report, report_of
from ..report_period import period_of

PERIOD = [
    OpenApiParameter("period", OpenApiTypes.STR, description="2026, 2026-Q3 or 2026-11."),
    OpenApiParameter("since", OpenApiTypes.STR, description="Its first day, instead of period."),
    OpenApiParameter("until", OpenApiTypes.STR, description="Its last day."),
]


class ProgrammeCellOut(serializers.Serializer):
    column = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField(allow_null=True, help_text="Null for a number that is hidden.")


class ProgrammeRowOut(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    cells = ProgrammeCellOut(many=True)


class ProgrammeTableOut(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    note = serializers.CharField()
    rows = ProgrammeRowOut(many=True)


class ProgrammeReportOut(serializers.Serializer):
    since = serializers.DateField()
    until = serializers.DateField()
    tables = ProgrammeTableOut(many=True)


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def _shape(report: Report) -> dict[str, Any]:
    return {
        "since": report.period.since, "until": report.period.until,
        "tables": [
            {
                "code": table.code, "title": table.title, "note": table.note,
                "rows": [
                    {
                        "key": row.key, "label": row.label,
                        "cells": [
                            {"column": key, "label": label, "value": _as_text(value)}
                            for (key, label), value in zip(table.columns, row.values, strict=True)
                        ],
                    }
                    for row in table.rows
                ],
            }
            for table in report.tables
        ],
    }  # fmt: skip


class ProgrammeReportOne(generics.GenericAPIView):
    serializer_class = ProgrammeReportOut
    pagination_class = None

    @extend_schema(parameters=PERIOD, responses=ProgrammeReportOut)
    def get(self, request: Request) -> Response:
        """The report of a period, by default of the running year: sums only, the same for both
        sides, with small numbers by sex and unit hidden."""
        if not reads_activities(request.user):
            raise Http404
        report = report_of(period_of(request.query_params))
        return Response(ProgrammeReportOut(_shape(report)).data)


class ProgrammeReportExport(FileDoor):
    @extend_schema(parameters=[AS, *PERIOD], responses=FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """The same as CSV, XLSX or PDF; recorded in the audit as an export."""
        form = request.query_params.get("as", "")
        return answer(
            actions.export_programme_report(request.query_params, form=form, by=request.user)
        )
