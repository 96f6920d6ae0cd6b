"""Lists as files: incidents, alerts, the exchange ledger."""

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from bordercoop.web.exporting import answer
from contactpoints.exports_api import AS, FILE, FileDoor

from .. import actions, filters
from .finding import WORDS

MONTH = OpenApiParameter("month", OpenApiTypes.STR, description="YYYY-MM")


class LedgerExport(FileDoor):
    @extend_schema(parameters=[AS, MONTH], responses=FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """The exchange ledger of a month; recorded in the audit as an export."""
        asked = request.query_params
        made = actions.export_ledger(
            asked.get("month", ""), form=asked.get("as", ""), by=request.user
        )
        return answer(made)


class AlertsExport(FileDoor):
    @extend_schema(parameters=[AS, MONTH], responses=FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """The alerts of a month, received and sent; recorded in the audit as an export."""
        asked = request.query_params
        made = actions.export_alerts(
            asked.get("month", ""), form=asked.get("as", ""), by=request.user
        )
        return answer(made)


class IncidentExport(FileDoor):
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
