"""The files of an incident: the list, adding, saving, handing over, taking out, taking along."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.schema import ERROR
from bordercoop.files.serving import as_attachment, as_stream

from .. import actions
from ..access import share_for
from ..files import Held, found_file, held_files
from ..models import Attachment, Audience, CustodyEntry, Incident, Scan
from .door import Door


class CustodyOut(serializers.Serializer):
    at = serializers.DateTimeField()
    deed = serializers.ChoiceField(choices=CustodyEntry.Deed.choices)
    unit = serializers.CharField(source="unit.code")
    desk = serializers.CharField(source="desk.code", allow_null=True, default=None)
    to = serializers.CharField()
    purpose = serializers.CharField()
    sha256 = serializers.CharField()


class FileOut(serializers.Serializer):
    """A file as the account has it. `size` and `sha256` are those of what it may download."""

    uid = serializers.UUIDField(source="attachment.uid")
    name = serializers.CharField(source="attachment.name")
    mime = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    description = serializers.CharField(source="attachment.description")
    evidence = serializers.BooleanField(source="attachment.evidence")
    audience = serializers.ChoiceField(source="attachment.audience", choices=Audience.choices)
    scan = serializers.ChoiceField(source="attachment.scan", choices=Scan.choices)
    side = serializers.CharField(source="attachment.side")
    added_at = serializers.DateTimeField(source="attachment.at")
    withdrawn_at = serializers.DateTimeField(source="attachment.withdrawn_at", allow_null=True)
    mine = serializers.BooleanField(help_text="Whether the account's side added it.")
    original = serializers.BooleanField(
        help_text="Whether the download is the original, not a picture without metadata."
    )
    plain = serializers.BooleanField(help_text="Whether there is a picture without metadata.")
    released_to = serializers.SerializerMethodField()
    custody = CustodyOut(many=True)

    def get_released_to(self, held: Held) -> list[str]:
        return [copy.desk.code for copy in held.copies] if held.mine else []


class FileIn(serializers.Serializer):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    evidence = serializers.BooleanField(required=False, default=False)
    audience = serializers.ChoiceField(
        choices=Audience.choices, required=False, default=Audience.OWN
    )


class HandOverIn(serializers.Serializer):
    to = serializers.CharField(max_length=200)
    purpose = serializers.CharField(max_length=500)


class WithdrawIn(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


BYTES: dict[Any, Any] = {
    (200, "application/octet-stream"): OpenApiTypes.BINARY,
    409: OpenApiResponse(ERROR, "Withdrawn, infected, or the virus scan is not finished."),
}


class _FileDoor(Door):
    def found(self, request: Request, incident: Incident, file: Any) -> Attachment:
        return found_file(
            request.user, incident, file, share_for(request.user, incident)
        ).attachment

    def whole(self, request: Request, incident: Incident, file: Any) -> dict[str, Any]:
        """The file `file` as the account has it now, as JSON."""
        user: Any = request.user
        held = held_files(user, incident, share_for(user, incident), whole=True)
        return dict(FileOut(next(one for one in held if one.attachment.uid == file)).data)


class IncidentFiles(_FileDoor):
    parser_classes = [MultiPartParser]
    pagination_class = None
    serializer_class = FileOut  # type: ignore[assignment]

    @extend_schema(responses=FileOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """The files that the account has of the incident."""
        incident, user = self.incident(uid), request.user
        held = held_files(user, incident, share_for(user, incident), whole=True)
        return Response(FileOut(held, many=True).data)

    @extend_schema(
        request={"multipart/form-data": FileIn},
        responses={201: FileOut, 413: OpenApiResponse(ERROR, "Too large, or too many files.")},
    )
    def post(self, request: Request, uid: Any) -> Response:
        """Add a file. The same bytes again are the same file."""
        given, incident = self.parsed(FileIn), self.incident(uid)
        row = actions.attach_file(incident, given.pop("file"), **given, by=request.user)
        return Response(self.whole(request, incident, row.uid), status=201)


class FileContent(_FileDoor):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever is accepted: the answer is the file, and a refusal is JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "plain", OpenApiTypes.BOOL, description="The picture without metadata."
            )
        ],
        responses=BYTES,
    )
    def get(self, request: Request, uid: Any, file: Any) -> HttpResponseBase:
        """The bytes. Each one is recorded in the audit as an export."""
        attachment = self.found(request, self.incident(uid), file)
        plain = request.query_params.get("plain", "").lower() in ("1", "true")
        found = actions.download_attachment(attachment, plain=plain, by=request.user)
        return as_attachment(found.file, found.name, found.mime)


class FilePack(Door):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        responses={
            (200, "application/zip"): OpenApiTypes.BINARY,
            409: OpenApiResponse(ERROR, "There is no file to take along."),
        }
    )
    def get(self, request: Request, uid: Any) -> HttpResponseBase:
        """All files with custody log and a manifest of sums, as a zip; recorded as an export."""
        incident = self.incident(uid)
        pieces = actions.export_files(incident, by=request.user)
        return as_stream(pieces, f"{incident.number}-files.zip", "application/zip")


class FileHandOver(_FileDoor):
    @extend_schema(request=HandOverIn, responses={201: FileOut})
    def post(self, request: Request, uid: Any, file: Any) -> Response:
        """Write into the custody log to whom the file was handed."""
        given, incident = self.parsed(HandOverIn), self.incident(uid)
        actions.hand_over(self.found(request, incident, file), **given, by=request.user)
        return Response(self.whole(request, incident, file), status=201)


class FileWithdrawal(_FileDoor):
    @extend_schema(request=WithdrawIn, responses=FileOut)
    def post(self, request: Request, uid: Any, file: Any) -> Response:
        """Take the file out; it is kept with its log, and nobody can have it any more."""
        given, incident = self.parsed(WithdrawIn), self.incident(uid)
        attachment = self.found(request, incident, file)
        actions.withdraw_attachment(attachment, reason=given["reason"], by=request.user)
        return Response(self.whole(request, incident, file))
