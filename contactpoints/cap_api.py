"""CAP messages in and out as the API gives and takes them."""

import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.api.idempotency import Idempotent
from bordercoop.errors import Invalid, Refused

from . import actions
from .access import units_where
from .cap.reading import TYPE, reason_of, receipt_of
from .cap.words import CapRefused, remark
from .models import CapMessage, Delivery, Unit, units

XML_TYPES = (TYPE, "application/xml", "text/xml")


class CapParser(BaseParser):
    """A CAP document as the body. Reads no further than one byte over the limit."""

    media_type = TYPE

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        raw = stream.read(settings.CAP_MOST_BYTES + 1)
        file = SimpleUploadedFile("message.xml", raw)
        request = (parser_context or {}).get("request")
        claimed = str(request.META.get("CONTENT_LENGTH") or "") if request is not None else ""
        if len(raw) > settings.CAP_MOST_BYTES and claimed.isdigit():
            file.size = int(claimed)
        charset = re.search(r"charset\s*=\s*\"?([\w.:-]+)", media_type or "", re.IGNORECASE)
        return {
            "file": file,
            "charset": charset[1].lower() if charset else "",
        }


class XmlParser(CapParser):
    media_type = "application/xml"


class TextXmlParser(CapParser):
    media_type = "text/xml"


class CapRenderer(BaseRenderer):
    """Bytes as they are. Whatever else a door says goes out as JSON (`_CapDoor`)."""

    media_type, format, charset = TYPE, "cap", "utf-8"

    def render(self, data: Any, accepted: Any = None, context: Any = None) -> bytes:
        return data if isinstance(data, bytes) else JSONRenderer().render(data)


class XmlRenderer(CapRenderer):
    media_type, format = "application/xml", "xml"


class CapMessageOut(serializers.ModelSerializer[CapMessage]):
    desk: Any = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    way = serializers.ChoiceField(choices=CapMessage.Way.choices)
    state = serializers.ChoiceField(choices=CapMessage.State.choices)
    alert: Any = serializers.SlugRelatedField("uid", read_only=True, allow_null=True)
    delivery: Any = serializers.SlugRelatedField("uid", read_only=True, allow_null=True)
    references: Any = serializers.SlugRelatedField("uid", read_only=True, allow_null=True)
    by: Any = serializers.StringRelatedField(allow_null=True)
    reason = serializers.SerializerMethodField(help_text="Why it was refused; else empty.")
    remark = serializers.SerializerMethodField(
        help_text="What was done otherwise than an accepted message says; mostly empty."
    )

    class Meta:
        model = CapMessage
        fields = [
            "uid", "number", "way", "state", "desk", "identifier", "sender", "sent", "kind",
            "status", "signed", "size", "sha256", "code", "reason", "remark", "alert", "delivery",
            "references", "at", "by",
        ]  # fmt: skip

    def get_reason(self, row: CapMessage) -> str:
        return reason_of(row)

    def get_remark(self, row: CapMessage) -> str:
        return remark(row.facts) if row.state == CapMessage.State.ACCEPTED else ""


class CapIn(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    desk = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=40,
        help_text="Code of the desk that takes it in; by default the one it is addressed to.",
    )  # fmt: skip
    charset = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)


class _CapDoor(APIView):
    """Answers in CAP where there is a document and the caller accepts it, else in JSON."""

    renderer_classes = [JSONRenderer, CapRenderer, XmlRenderer]

    def wants_cap(self) -> bool:
        return isinstance(getattr(self.request, "accepted_renderer", None), CapRenderer)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        said = getattr(response, "data", None)
        if isinstance(said, str) and said.startswith("<?xml"):  # replayed from an Idempotency-Key
            said = response.data = said.encode()
        if not isinstance(said, bytes) and isinstance(
            getattr(request, "accepted_renderer", None), CapRenderer
        ):
            request.accepted_renderer = JSONRenderer()
            request.accepted_media_type = "application/json"
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


def _desk(code: str) -> Unit | None:
    if not code:
        return None
    unit = units().get(code)
    if unit is None or unit.kind != Unit.Kind.DESK:
        sentence = _("There is no such code: %(code)s.") % {"code": code[:40]}
        raise Invalid(sentence, fields={"desk": [sentence]})
    return unit


# The Accept header says in which form the answer is wanted.
NO_FORMAT = OpenApiParameter("format", exclude=True)


class CapMessageList(Idempotent, _CapDoor, generics.ListAPIView):
    serializer_class = CapMessageOut
    parser_classes = [CapParser, XmlParser, TextXmlParser, MultiPartParser]
    ordering = ("-id",)
    # What came with the request, for what is written down when it is refused.
    given: tuple[bytes, int, Unit | None] | None = None

    def get_queryset(self) -> Any:
        return CapMessage.objects.visible_to(self.request.user).whole()

    @extend_schema(parameters=[NO_FORMAT])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """CAP messages that came in at the account's desks, and went out about their alerts."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        parameters=[
            NO_FORMAT,
            OpenApiParameter(
                "desk", OpenApiTypes.STR, description="Code of the desk that takes it in."
            ),
        ],
        request={
            TYPE: OpenApiTypes.BINARY,
            "application/xml": OpenApiTypes.BINARY,
            "multipart/form-data": CapIn,
        },
        responses={201: CapMessageOut, (201, TYPE): OpenApiTypes.BINARY},
    )
    def post(self, request: Request) -> Response:
        """Take a CAP 1.2 message in. Asked for `application/cap+xml`, the answer is an Ack or an
        Error. The same message again gets the same answer."""
        given = CapIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        desk = _desk(said["desk"] or request.query_params.get("desk", ""))
        upload = said["file"]
        upload.seek(0)  # an Idempotency-Key has read it already
        raw = upload.read(settings.CAP_MOST_BYTES + 1)
        self.given = (raw, upload.size, desk)
        if len(raw) > settings.CAP_MOST_BYTES:
            raise CapRefused("too_large", size=upload.size, most=settings.CAP_MOST_BYTES)
        if said["charset"] not in ("", "utf-8", "utf8", "us-ascii"):
            raise CapRefused("encoding")
        row = actions.receive_cap(raw, desk=desk, by=request.user)
        return self._answer(row, 201)

    def _answer(self, row: CapMessage, status: int) -> Response:
        document = receipt_of(row) if self.wants_cap() else None
        if document is not None:
            return Response(document, status=status)
        row = CapMessage.objects.visible_to(self.request.user).whole().get(pk=row.pk)
        return Response(CapMessageOut(row).data, status=status)

    def handle_exception(self, exc: Exception) -> Response:
        """What was refused is written down after the request was undone, and answered by an Error
        where CAP is asked for."""
        response = super().handle_exception(exc)
        answers = bool(units_where(self.request.user, "acknowledge_alerts"))
        if isinstance(exc, Refused) and self.given is not None and answers:
            raw, size, desk = self.given
            row = actions.refuse_cap(raw, exc, size=size, desk=desk, by=self.request.user)
            if self.wants_cap():
                response.data = receipt_of(row)
        return response


class CapMessageDetail(generics.RetrieveAPIView):
    serializer_class = CapMessageOut
    lookup_field = "uid"

    def get_queryset(self) -> Any:
        return CapMessage.objects.visible_to(self.request.user).whole()


def _found(request: Request, uid: Any) -> CapMessage:
    rows = CapMessage.objects.visible_to(request.user).whole()
    return get_object_or_404(rows, uid=uid)


DOCUMENT: Any = {(200, TYPE): OpenApiTypes.BINARY}


class CapMessageXml(_CapDoor):
    renderer_classes = [CapRenderer, XmlRenderer, JSONRenderer]

    @extend_schema(parameters=[NO_FORMAT], responses=DOCUMENT)
    def get(self, request: Request, uid: Any) -> Response:
        """An accepted message as it came, byte by byte."""
        row = _found(request, uid)
        if row.xml is None:
            raise Http404
        return _document(request, bytes(row.xml))


class CapMessageReceipt(_CapDoor):
    renderer_classes = [CapRenderer, XmlRenderer, JSONRenderer]

    @extend_schema(parameters=[NO_FORMAT], responses=DOCUMENT)
    def get(self, request: Request, uid: Any) -> Response:
        """The answer to a message that came in: an Ack, or an Error with the reason."""
        row = _found(request, uid)
        document = receipt_of(row) if row.way == CapMessage.Way.IN else None
        if document is None:
            raise Http404
        return _document(request, document)


def _document(request: Request, raw: bytes) -> Response:
    """A document whatever was asked for: there is no other form of it."""
    if not isinstance(request.accepted_renderer, CapRenderer):  # type: ignore[attr-defined]
        request.accepted_renderer = CapRenderer()  # type: ignore[attr-defined]
        request.accepted_media_type = TYPE  # type: ignore[attr-defined]
    return Response(raw, headers={"Content-Security-Policy": "default-src 'none'; sandbox"})


def _delivery(request: Request, uid: Any) -> Delivery:
    return get_object_or_404(Delivery.objects.visible_to(request.user).bare(), uid=uid)


class DeliveryCap(_CapDoor):
    renderer_classes = [CapRenderer, XmlRenderer, JSONRenderer]

    @extend_schema(parameters=[NO_FORMAT], responses=DOCUMENT)
    def get(self, request: Request, uid: Any) -> Response:
        """The alert as a CAP 1.2 message, with what the desk's copy holds now."""
        return _document(request, actions.write_cap(_delivery(request, uid), by=request.user))


class DeliveryCapAnswer(_CapDoor):
    renderer_classes = [CapRenderer, XmlRenderer, JSONRenderer]

    @extend_schema(parameters=[NO_FORMAT], responses=DOCUMENT)
    def get(self, request: Request, uid: Any) -> Response:
        """What the desk answered as a CAP 1.2 message: an Ack, or an Error with the reason."""
        return _document(request, actions.answer_cap(_delivery(request, uid), by=request.user))
