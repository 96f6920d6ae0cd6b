"""Information requests: asked, answered, refused; thread, files, incidents, passing on."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.errors import Invalid
from bordercoop.files.serving import as_attachment

from .. import actions
from ..asking.reading import reads_requests
from ..models import InformationRequest, RequestFile, RequestState
from .asking_shapes import (
    InformationRequestIn,
    InformationRequestOut,
    RequestAnswerIn,
    RequestConsentIn,
    RequestConsentOut,
    RequestDecisionIn,
    RequestFileIn,
    RequestFileOut,
    RequestGoalIn,
    RequestLinkIn,
    RequestMessageIn,
    RequestMessageOut,
    RequestReasonIn,
    RequestRefusalIn,
    WholeRequestOut,
)
from .door import Door, unit_of
from .files import BYTES
from .shapes import marking_in


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
