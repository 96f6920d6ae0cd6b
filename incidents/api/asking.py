"""Information requests: asked, answered, refused; thread, files, incidents, passing on."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.errors import Invalid
from bordercoop.files.serving import as_attachment
from contactpoints.phrases_shapes import LanguageOut, PhraseIn, WordingOut, spoken

from .. import actions
from ..asking.reading import (
    files_of,
    first_delivery,
    linked,
    passed_to,
    reads_requests,
    thread,
)
from ..models import (
    AnswerKind,
    Audience,
    Consent,
    InformationRequest,
    RequestAnswer,
    RequestConsent,
    RequestFile,
    RequestMessage,
    RequestState,
    Share,
    Urgency,
)
from .door import Door, unit_of
from .files import BYTES
from .shapes import MarkingIn, marking_in


class RequestAnswerOut(serializers.ModelSerializer):
    kind = serializers.CharField(help_text=", ".join(AnswerKind.values))
    text = WordingOut("text")
    language = LanguageOut("text")

    class Meta:
        model = RequestAnswer
        fields = [
            "uid", "number", "kind", "side", "text", "said", "language", "ground", "late",
            "handling", "tlp", "restriction", "at",
        ]  # fmt: skip


class RequestMessageOut(serializers.ModelSerializer):
    text = WordingOut("text")
    language = LanguageOut("text")

    class Meta:
        model = RequestMessage
        fields = ["side", "audience", "text", "said", "language", "at"]


class RequestFileOut(serializers.ModelSerializer):
    class Meta:
        model = RequestFile
        fields = ["uid", "side", "audience", "name", "size", "scan", "at"]


class RequestIncidentOut(serializers.ModelSerializer):
    uid = serializers.UUIDField()

    class Meta:
        model = Share
        fields = ["uid", "number"]


class RequestConsentOut(serializers.ModelSerializer):
    unit: Any = serializers.SlugRelatedField("code", read_only=True)
    to: Any = serializers.SlugRelatedField("code", read_only=True)
    state = serializers.CharField(help_text=", ".join(Consent.State.values))

    class Meta:
        model = RequestConsent
        fields = ["uid", "unit", "to", "answers", "purpose", "state", "text", "asked_at",
                  "decided_at"]  # fmt: skip


class InformationRequestOut(serializers.ModelSerializer):
    desk: Any = serializers.SlugRelatedField("code", read_only=True)
    to: Any = serializers.SlugRelatedField("code", read_only=True)
    state = serializers.CharField(help_text=", ".join(RequestState.values))
    urgency = serializers.CharField(help_text=", ".join(Urgency.values))
    overdue = serializers.BooleanField(read_only=True)

    class Meta:
        model = InformationRequest
        fields = [
            "uid", "number", "side", "desk", "to", "state", "subject", "question", "language",
            "ground", "ground_text", "urgency", "exercise", "handling", "tlp", "restriction",
            "asked_at", "due_at", "overdue", "ended_at", "reason",
        ]  # fmt: skip


class WholeRequestOut(InformationRequestOut):
    """With what the reader reads beside it; of a request that was passed on, the answers alone."""

    delivery = serializers.SerializerMethodField(
        help_text="The alert of the desk that was asked, to acknowledge; null where it was passed "
        "on."
    )
    acknowledged_at = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField()
    thread = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()
    incidents = serializers.SerializerMethodField()
    consents = serializers.SerializerMethodField()

    class Meta(InformationRequestOut.Meta):
        fields = [
            *InformationRequestOut.Meta.fields,
            "delivery", "acknowledged_at", "answers", "thread", "files", "incidents", "consents",
        ]  # fmt: skip

    @property
    def narrow(self) -> bool:
        return bool(self.context.get("narrow"))

    def get_delivery(self, asked: Any) -> str | None:
        told = None if self.narrow else first_delivery(asked)
        return str(told.uid) if told else None

    def get_acknowledged_at(self, asked: Any) -> str | None:
        told = None if self.narrow else first_delivery(asked)
        return told.acknowledged_at.isoformat() if told and told.acknowledged_at else None

    def get_answers(self, asked: Any) -> list[dict[str, Any]]:
        user = self.context["user"]
        rows: Any = passed_to(asked, user).answers if self.narrow else asked.answers.all()
        return list(RequestAnswerOut(rows, many=True, context=self.context).data)

    def get_thread(self, asked: Any) -> list[dict[str, Any]]:
        rows = [] if self.narrow else thread(asked, self.context["user"])
        return list(RequestMessageOut(rows, many=True, context=self.context).data)

    def get_files(self, asked: Any) -> list[dict[str, Any]]:
        rows = [] if self.narrow else files_of(asked, self.context["user"])
        return list(RequestFileOut(rows, many=True).data)

    def get_incidents(self, asked: Any) -> list[dict[str, Any]]:
        rows = [] if self.narrow else linked(asked, self.context["user"])
        return list(RequestIncidentOut(rows, many=True).data)

    def get_consents(self, asked: Any) -> list[dict[str, Any]]:
        rows: Any = [] if self.narrow else asked.consents.select_related("unit", "to")
        return list(RequestConsentOut(rows, many=True).data)


class InformationRequestIn(MarkingIn):
    desk = serializers.CharField(max_length=40, help_text="Code of the own desk.")
    to = serializers.CharField(max_length=40, help_text="Code of a desk of the other side.")
    subject = serializers.CharField(allow_blank=True)
    question = serializers.CharField(allow_blank=True)
    language = serializers.CharField(max_length=2)
    ground = serializers.CharField(max_length=40, help_text="A code of `request_ground`.")
    ground_text = serializers.CharField(required=False, default="", allow_blank=True)
    urgency = serializers.CharField(
        max_length=8, default=Urgency.SOON.value, help_text=", ".join(Urgency.values)
    )
    exercise = serializers.BooleanField(default=False)
    client_ref = serializers.UUIDField(required=False)


class RequestWordsIn(serializers.Serializer):
    text = serializers.CharField(required=False, default="", allow_blank=True)
    phrase = PhraseIn(required=False, help_text="A standard phrase in place of `text`.")
    language = serializers.CharField(
        required=False, default="", max_length=2, help_text="Of the text; a phrase needs none."
    )
    client_ref = serializers.UUIDField(required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return spoken(given, "text")


class RequestAnswerIn(RequestWordsIn, MarkingIn):
    kind = serializers.CharField(
        max_length=8, help_text=", ".join(k for k in AnswerKind.values if k != "refused")
    )


class RequestRefusalIn(RequestWordsIn, MarkingIn):
    ground = serializers.CharField(max_length=40, help_text="A code of `request_refusal`.")


class RequestReasonIn(serializers.Serializer):
    reason = serializers.CharField(allow_blank=True)


class RequestMessageIn(RequestWordsIn):
    audience = serializers.CharField(
        max_length=6, default=Audience.OWN.value, help_text=", ".join(Audience.values)
    )


class RequestFileIn(serializers.Serializer):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    audience = serializers.CharField(max_length=6, default=Audience.OWN.value)


class RequestLinkIn(serializers.Serializer):
    incident = serializers.UUIDField()


class RequestGoalIn(serializers.Serializer):
    to = serializers.CharField(max_length=40, help_text="Code of a unit.")


class RequestConsentIn(RequestGoalIn):
    purpose = serializers.CharField(allow_blank=True)


class RequestDecisionIn(serializers.Serializer):
    given = serializers.BooleanField()
    text = serializers.CharField(required=False, default="", allow_blank=True)


def _marked(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, its three fields of a marking as one."""
    return {"marking": marking_in(given), **given}


class RequestDoor(Door):
    serializer_class = InformationRequestOut  # type: ignore[assignment]

    def requests(self) -> Any:
        rows = InformationRequest.objects.visible_to(self.request.user)
        return rows.select_related("desk", "to")

    def asked(self, uid: Any) -> InformationRequest:
        found: InformationRequest = get_object_or_404(self.requests(), uid=uid)
        return found

    def told(self, asked: InformationRequest, status: int = 200) -> Response:
        context = {"user": self.request.user, "request": self.request}
        return Response(WholeRequestOut(self.asked(asked.uid), context=context).data, status=status)


class InformationRequests(RequestDoor, generics.ListAPIView):
    ordering = ("-asked_at", "-id")

    def get_queryset(self) -> Any:
        if not reads_requests(self.request.user):
            raise Http404
        rows, state = self.requests(), self.request.query_params.get("state", "")
        if state == "open":
            return rows.open()
        if state == "overdue":
            return rows.overdue()
        if state and state not in RequestState.values:
            sentence = _("There is no such state.")
            raise Invalid(sentence, fields={"state": [sentence]})
        return rows.filter(state=state) if state else rows

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "state", str, description=f"open, overdue, {', '.join(RequestState.values)}"
            )
        ],
        responses=InformationRequestOut(many=True),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Information requests of the reader's desks, the latest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=InformationRequestIn, responses={201: WholeRequestOut})
    def post(self, request: Request) -> Response:
        """Ask a desk of the other side for information."""
        given = _marked(self.parsed(InformationRequestIn))
        desk, to = unit_of(given.pop("desk"), "desk"), unit_of(given.pop("to"), "to")
        asked = actions.ask_information(desk=desk, to=to, by=request.user, **given)
        return self.told(asked, status=201)


class OneInformationRequest(RequestDoor):
    @extend_schema(responses=WholeRequestOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One request; whoever it was passed on to reads the question and the answers alone."""
        user: Any = request.user
        asked, narrow = self.requests().filter(uid=uid).first(), False
        if asked is None:
            rows = InformationRequest.objects.passed_to(user).select_related("desk", "to")
            asked, narrow = get_object_or_404(rows, uid=uid), True
        context = {"user": user, "request": request, "narrow": narrow}
        return Response(WholeRequestOut(asked, context=context).data)


class AnswerRequest(RequestDoor):
    @extend_schema(request=RequestAnswerIn, responses={201: WholeRequestOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Answer for the desk that was asked: whole, partly, hit or no hit."""
        asked, given = self.asked(uid), _marked(self.parsed(RequestAnswerIn))
        actions.answer_request(asked, by=request.user, **given)
        return self.told(asked, status=201)


class RefuseRequest(RequestDoor):
    @extend_schema(request=RequestRefusalIn, responses={201: WholeRequestOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Refuse the request, or what is left of it, with a ground."""
        asked, given = self.asked(uid), _marked(self.parsed(RequestRefusalIn))
        actions.refuse_request(asked, by=request.user, **given)
        return self.told(asked, status=201)


class WithdrawRequest(RequestDoor):
    @extend_schema(request=RequestReasonIn, responses=WholeRequestOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take an own request back, with a reason."""
        asked, given = self.asked(uid), self.parsed(RequestReasonIn)
        return self.told(actions.withdraw_request(asked, by=request.user, **given))


class RequestMessages(RequestDoor):
    @extend_schema(request=RequestMessageIn, responses={201: RequestMessageOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Write into the thread, for the own side or for both."""
        asked, given = self.asked(uid), self.parsed(RequestMessageIn)
        row = actions.write_to_request(asked, by=request.user, **given)
        return Response(RequestMessageOut(row, context={"request": request}).data, status=201)


class RequestFiles(RequestDoor):
    parser_classes = [JSONParser, MultiPartParser]

    @extend_schema(request={"multipart/form-data": RequestFileIn}, responses={201: RequestFileOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Add a file, for the own side or for both."""
        asked, given = self.asked(uid), self.parsed(RequestFileIn)
        row = actions.add_request_file(
            asked, given["file"], audience=given["audience"], by=request.user
        )
        return Response(RequestFileOut(row).data, status=201)


class RequestFileContent(RequestDoor):
    @extend_schema(responses=BYTES)
    def get(self, request: Request, uid: Any, file: Any) -> HttpResponseBase:
        """The bytes of a file; the other side's picture without its metadata."""
        rows = RequestFile.objects.visible_to(request.user).filter(asked=self.asked(uid))
        found = actions.download_request_file(get_object_or_404(rows, uid=file), by=request.user)
        return as_attachment(found.file, found.name, found.mime)


class RequestLinks(RequestDoor):
    @extend_schema(request=RequestLinkIn, responses={201: WholeRequestOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Name an incident that the other desk holds as well."""
        asked, given = self.asked(uid), self.parsed(RequestLinkIn)
        actions.link_request(asked, self.incident(given["incident"]), by=request.user)
        return self.told(asked, status=201)


class RequestConsents(RequestDoor):
    @extend_schema(request=RequestConsentIn, responses={201: RequestConsentOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Ask the other side whether its half may go to one unit more."""
        asked, given = self.asked(uid), self.parsed(RequestConsentIn)
        row = actions.ask_request_consent(
            asked, to=unit_of(given["to"], "to"), purpose=given["purpose"], by=request.user
        )
        return Response(RequestConsentOut(row).data, status=201)


class DecideRequestConsent(RequestDoor):
    @extend_schema(request=RequestDecisionIn, responses=RequestConsentOut)
    def post(self, request: Request, uid: Any, consent: Any) -> Response:
        """Let the own half go to that unit, or not and say why."""
        row = get_object_or_404(self.asked(uid).consents.all(), uid=consent)
        given = self.parsed(RequestDecisionIn)
        row = actions.decide_request_consent(row, by=request.user, **given)
        return Response(RequestConsentOut(row).data)


class PassRequestOn(RequestDoor):
    @extend_schema(request=RequestGoalIn, responses={201: WholeRequestOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Let one unit more read the question and the answers until now."""
        asked, given = self.asked(uid), self.parsed(RequestGoalIn)
        actions.pass_request_on(asked, to=unit_of(given["to"], "to"), by=request.user)
        return self.told(asked, status=201)
