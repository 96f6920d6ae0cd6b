"""Lists as files: incidents, alerts, the exchange ledger."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from bordercoop.api.schema import ERROR
from bordercoop.tables.listing import FORMATS
from bordercoop.web.exporting import answer

from .. import actions, filters
from .finding import WORDS

AS = OpenApiParameter("as", enum=list(FORMATS), required=True)
FILE: Any = {
    **{(200, mime.partition(";")[0]): OpenApiTypes.BINARY for mime in FORMATS.values()},
    (200, FORMATS["geojson"]): OpenApiTypes.OBJECT,
    400: OpenApiResponse(ERROR, "No such filter or format, or too many rows for a PDF."),
}


MONTH = OpenApiParameter("month", OpenApiTypes.STR, description="YYYY-MM")


class _File(GenericAPIView):
    serializer_class = Serializer
    pagination_class = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)


class LedgerExport(_File):
    @extend_schema(parameters=[AS, MONTH], responses=FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """The exchange ledger of a month; recorded in the audit as an export."""
        asked = request.query_params
        made = actions.export_ledger(
            asked.get("month", ""), form=asked.get("as", ""), by=request.user
        )
        return answer(made)


class AlertsExport(_File):
    @extend_schema(parameters=[AS, MONTH], responses=FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """The alerts of a month, received and sent; recorded in the audit as an export."""
        asked = request.query_params
        made = actions.export_alerts(
            asked.get("month", ""), form=asked.get("as", ""), by=request.user
        )
        return answer(made)


class IncidentExport(_File):
    @extend_schema(
        parameters=[
            AS,
            OpenApiParameter("q", OpenApiTypes.STR, description=WORDS),
            *(OpenApiParameter(name, OpenApiTypes.STR) for name in filters.NAMES),
        ],
        responses=FILE,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """What the filters of the list ask for; recorded in the audit as an export."""
        form = request.query_params.get("as", "")
        return answer(actions.export_incidents(request.query_params, form=form, by=request.user))
