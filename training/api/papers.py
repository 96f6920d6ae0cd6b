"""Documents of an activity in the API."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.schema import ERROR
from bordercoop.files.serving import as_attachment

from .. import actions
from ..models import ActivityFile
from .activities import ActivityDoor

BYTES: dict[Any, Any] = {
    (200, "application/octet-stream"): OpenApiTypes.BINARY,
    409: OpenApiResponse(ERROR, "Infected, or the virus scan is not finished."),
}


class ActivityFileOut(serializers.ModelSerializer):
    activity = serializers.CharField(source="activity.number")
    scan = serializers.CharField()

    class Meta:
        model = ActivityFile
        fields = ["uid", "activity", "side", "name", "size", "scan", "at", "removed_at"]


class ActivityFileIn(serializers.Serializer):
    file = serializers.FileField(max_length=255, allow_empty_file=True)


class ActivityFileDoor(ActivityDoor):
    serializer_class = ActivityFileOut

    def file(self, uid: Any) -> ActivityFile:
        rows = ActivityFile.objects.visible_to(self.request.user).select_related("activity")
        found: ActivityFile = get_object_or_404(rows, uid=uid)
        return found


class ActivityFileList(ActivityFileDoor):
    parser_classes = [MultiPartParser]

    @extend_schema(responses=ActivityFileOut(many=True), operation_id="activity_files_list")
    def get(self, request: Request, number: str) -> Response:
        """The documents that the account has beside the activity."""
        rows = ActivityFile.objects.visible_to(request.user).standing()
        rows = rows.filter(activity=self.activity(number)).select_related("activity")
        return Response(ActivityFileOut(rows, many=True).data)

    @extend_schema(
        request={"multipart/form-data": ActivityFileIn},
        responses={201: ActivityFileOut, 413: OpenApiResponse(ERROR, "Too large, or too many.")},
    )
    def post(self, request: Request, number: str) -> Response:
        """Add a document for everybody who reads the activity. The same bytes are one file."""
        activity, given = self.activity(number), self.parsed(ActivityFileIn)
        row = actions.add_activity_file(activity, given["file"], by=request.user)
        return Response(ActivityFileOut(self.file(row.uid)).data, status=201)


class ActivityFileContent(ActivityFileDoor):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever is accepted: the answer is the file, and a refusal is JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(responses=BYTES)
    def get(self, request: Request, uid: Any) -> HttpResponseBase:
        """The bytes. Each time is recorded in the audit as an export."""
        found = actions.download_activity_file(self.file(uid), by=request.user)
        return as_attachment(found.file, found.name, found.mime)


class ActivityFileRemove(ActivityFileDoor):
    @extend_schema(request=None, responses=ActivityFileOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take a document of the own side from the page."""
        row = actions.remove_activity_file(self.file(uid), by=request.user)
        return Response(ActivityFileOut(row).data)
