"""The directory, the places and a rota as files."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from bordercoop.api.schema import ERROR
from bordercoop.tables.listing import FORMATS
from bordercoop.web.exporting import answer

from . import actions
from .rota import rota_units

AS = OpenApiParameter("as", enum=list(FORMATS), required=True)
FILE: Any = {
    **{(200, mime.partition(";")[0]): OpenApiTypes.BINARY for mime in FORMATS.values()},
    (200, FORMATS["geojson"]): OpenApiTypes.OBJECT,
    400: OpenApiResponse(ERROR, "No such filter or format, or too many rows for a PDF."),
}


class FileDoor(GenericAPIView):
    """`as` names the format, whatever the client says it accepts."""

    serializer_class = Serializer
    pagination_class = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)


class ContactsExport(FileDoor):
    @extend_schema(
        parameters=[AS, *(OpenApiParameter(n, OpenApiTypes.STR) for n in ("q", "side", "point"))],
        responses=FILE,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """The directory as the account may know it; recorded in the audit."""
        form = request.query_params.get("as", "")
        return answer(actions.export_contacts(request.query_params, form=form, by=request.user))


class PlacesExport(FileDoor):
    @extend_schema(parameters=[AS], responses=FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """Every place with what both sides say of its opening; recorded in the audit."""
        form = request.query_params.get("as", "")
        return answer(actions.export_places(form=form, by=request.user))


class RotaExport(FileDoor):
    @extend_schema(
        parameters=[AS, OpenApiParameter("month", OpenApiTypes.STR, description="YYYY-MM")],
        responses=FILE,
    )
    def get(self, request: Request, code: str) -> HttpResponseBase:
        """Who serves at a unit in a month; recorded in the audit."""
        unit = next((one for one in rota_units(request.user) if one.code == code), None)
        if unit is None:
            raise Http404
        asked = request.query_params
        made = actions.export_rota(
            unit, month=asked.get("month", ""), form=asked.get("as", ""), by=request.user
        )
        return answer(made)
