"""Bulk import in the API: upload, map, start, look how far it is, fetch what was refused."""

from typing import Any, cast

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.models import User
from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import ERROR
from bordercoop.audit.actions import record_export
from bordercoop.files.serving import as_stream
from contactpoints.access import units_where

from .. import actions
from ..importing.faults import faults_file
from ..models import Import
from .door import unit_of

RIGHT = "import_incidents"


class ImportOut(serializers.Serializer):
    """`made`, `known` and `wrong` count the rows of the present pass: right (or logged), logged by
    an earlier import, and refused."""

    uid = serializers.UUIDField()
    unit = serializers.CharField(source="unit.code")
    at = serializers.DateTimeField()
    name = serializers.CharField()
    sha256 = serializers.CharField()
    encoding = serializers.CharField()
    rows = serializers.IntegerField()
    headers = serializers.ListField(child=serializers.CharField())
    mapping = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        help_text="Number of the column, from 0, to the field; empty for one that is left out.",
    )
    zone = serializers.CharField()
    exercise = serializers.BooleanField()
    mode = serializers.ChoiceField(choices=Import.Mode.choices)
    state = serializers.ChoiceField(choices=Import.State.choices)
    made = serializers.IntegerField()
    known = serializers.IntegerField()
    wrong = serializers.IntegerField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class ImportIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40)
    file = serializers.FileField(max_length=255, allow_empty_file=True)


class MapIn(serializers.Serializer):
    mapping = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=40))
    zone = serializers.ChoiceField(
        choices=["Europe/Riga", "Europe/Minsk", "UTC"], required=False, default=""
    )
    exercise = serializers.BooleanField(required=False, default=False)


class StartIn(serializers.Serializer):
    mode = serializers.ChoiceField(choices=Import.Mode.choices)


class _ImportDoor(Idempotent, GenericAPIView):
    serializer_class = ImportOut
    pagination_class = None

    def found(self, uid: Any) -> Import:
        rows = Import.objects.visible_to(self.request.user).select_related("unit", "by")
        return get_object_or_404(rows, uid=uid)

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class Imports(_ImportDoor):
    parser_classes = [MultiPartParser]

    @extend_schema(responses=ImportOut(many=True))
    def get(self, request: Request) -> Response:
        """The last hundred imports within the account's reach, newest first."""
        rows = Import.objects.visible_to(request.user).select_related("unit")[:100]
        return Response(ImportOut(rows, many=True).data)

    @extend_schema(
        request={"multipart/form-data": ImportIn},
        responses={201: ImportOut, 413: OpenApiResponse(ERROR, "The file is too large.")},
    )
    def post(self, request: Request) -> Response:
        """Upload a CSV or XLSX file; its columns are proposed and nothing is logged."""
        given = self.parsed(ImportIn)
        run = actions.upload_import(given["file"], unit=unit_of(given["unit"]), by=request.user)
        return Response(ImportOut(run).data, status=201)


class ImportDoor(_ImportDoor):
    @extend_schema(responses=ImportOut)
    def get(self, request: Request, uid: Any) -> Response:
        """How far an import is."""
        return Response(ImportOut(self.found(uid)).data)


class ImportMapping(_ImportDoor):
    @extend_schema(request=MapIn, responses=ImportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say which column is which field and have every row checked."""
        run = actions.map_import(self.found(uid), **self.parsed(MapIn), by=request.user)
        return Response(ImportOut(run).data)


class ImportStart(_ImportDoor):
    @extend_schema(request=StartIn, responses=ImportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Log the rows of a checked file: all or none, or every row that is right."""
        run = actions.start_import(self.found(uid), **self.parsed(StartIn), by=request.user)
        return Response(ImportOut(run).data)


class ImportStop(_ImportDoor):
    @extend_schema(request=None, responses=ImportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Stop an import; what was logged stays."""
        return Response(ImportOut(actions.stop_import(self.found(uid), by=request.user)).data)


class ImportErrors(_ImportDoor):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    def get(self, request: Request, uid: Any) -> HttpResponseBase:
        """The rows that were refused, with the reasons in the account's language, as CSV."""
        run, user = self.found(uid), cast(User, request.user)
        record_export("import_faults", by=user, filter={"import": run.uid}, rows=run.wrong)
        at = units_where(user, RIGHT)
        pieces = faults_file(run, at=at, language=get_language() or user.language)
        return as_stream(pieces, "errors.csv", "text/csv; charset=utf-8")
