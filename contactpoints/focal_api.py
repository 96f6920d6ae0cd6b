"""The API's part of the focal points."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent

from . import actions
from .focal import focal, focal_points, reads_focal
from .models import ContactPoint, ExpertiseRequest, FocalDeployment, FocalExpert


class FocalExpertOut(serializers.ModelSerializer[FocalExpert]):
    class Meta:
        model = FocalExpert
        fields = [
            "uid", "name", "service", "profile", "languages", "phone", "starts_on", "ends_on",
            "legal_basis", "executive_ground",
        ]  # fmt: skip


class FocalDeploymentOut(serializers.ModelSerializer[FocalDeployment]):
    class Meta:
        model = FocalDeployment
        fields = ["uid", "what", "place", "starts_on", "ends_on", "ended_at"]


class ExpertiseOut(serializers.ModelSerializer[ExpertiseRequest]):
    state = serializers.CharField(help_text="open, answered, withdrawn")

    class Meta:
        model = ExpertiseRequest
        fields = [
            "uid", "side", "profile", "place", "reason", "language", "starts_on", "ends_on",
            "state", "answer", "at", "ended_at",
        ]  # fmt: skip


class FocalPointOut(serializers.Serializer[Any]):
    code = serializers.CharField(source="point.code")
    experts = FocalExpertOut(many=True)
    deployments = FocalDeploymentOut(many=True)
    requests = ExpertiseOut(many=True, source="asked")


class FocalUidOut(serializers.Serializer[Any]):
    """No more than this: answers are kept for repeated calls, and names of experts are not."""

    uid = serializers.UUIDField()


class FocalSpanIn(serializers.Serializer[Any]):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    client_ref = serializers.UUIDField(required=False)


class FocalExpertIn(FocalSpanIn):
    name = serializers.CharField(allow_blank=True)
    service = serializers.CharField(max_length=2, help_text="LV, BY, EU (Frontex)")
    profile = serializers.CharField(max_length=40, help_text="A code of `deployment_profile`.")
    languages = serializers.ListField(child=serializers.CharField(max_length=2), max_length=20)
    phone = serializers.CharField(allow_blank=True, default="")
    legal_basis = serializers.CharField(allow_blank=True)
    executive_ground = serializers.CharField(
        allow_blank=True, default="", help_text="Empty: no executive powers."
    )


class FocalDeploymentIn(FocalSpanIn):
    what = serializers.CharField(allow_blank=True)
    place = serializers.CharField(allow_blank=True)


class ExpertiseIn(FocalSpanIn):
    profile = serializers.CharField(max_length=40, help_text="A code of `deployment_profile`.")
    place = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    language = serializers.CharField(max_length=2)


class ExpertiseAnswerIn(serializers.Serializer[Any]):
    answer = serializers.CharField(allow_blank=True)


class FocalDoor(Idempotent, generics.GenericAPIView[Any]):
    serializer_class = FocalPointOut

    def point(self, code: str) -> ContactPoint:
        found = next((point for point in focal_points() if point.code == code), None)
        if found is None or not reads_focal(self.request.user):
            raise Http404
        return found

    def parsed(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def told(self, row: Any, status: int = 200) -> Response:
        return Response(FocalUidOut(row).data, status=status)


class FocalPoints(FocalDoor):
    @extend_schema(responses=FocalPointOut)
    def get(self, request: Request, code: str) -> Response:
        """A focal point: experts there and coming, requests for expertise, deployments."""
        return Response(FocalPointOut(focal(request.user, self.point(code))).data)


class FocalExperts(FocalDoor):
    @extend_schema(request=FocalExpertIn, responses={201: FocalUidOut})
    def post(self, request: Request, code: str) -> Response:
        """Enter an expert, for the focal point's people."""
        point, given = self.point(code), self.parsed(FocalExpertIn)
        return self.told(actions.enter_expert(point, by=request.user, **given), 201)


class FocalExpertEnd(FocalDoor):
    @extend_schema(request=None, responses=FocalUidOut)
    def post(self, request: Request, code: str, uid: Any) -> Response:
        """The expert has left, or does not come."""
        row = get_object_or_404(FocalExpert, point=self.point(code), uid=uid)
        return self.told(actions.end_expert(row, by=request.user))


class FocalDeployments(FocalDoor):
    @extend_schema(request=FocalDeploymentIn, responses={201: FocalUidOut})
    def post(self, request: Request, code: str) -> Response:
        """Add a line to the list of deployments."""
        point, given = self.point(code), self.parsed(FocalDeploymentIn)
        return self.told(actions.enter_deployment(point, by=request.user, **given), 201)


class FocalDeploymentEnd(FocalDoor):
    @extend_schema(request=None, responses=FocalUidOut)
    def post(self, request: Request, code: str, uid: Any) -> Response:
        """Take a line off the list."""
        row = get_object_or_404(FocalDeployment, point=self.point(code), uid=uid)
        return self.told(actions.end_deployment(row, by=request.user))


class ExpertiseRequests(FocalDoor):
    @extend_schema(request=ExpertiseIn, responses={201: ExpertiseOut})
    def post(self, request: Request, code: str) -> Response:
        """Ask for an expert, for the heads of the points."""
        point, given = self.point(code), self.parsed(ExpertiseIn)
        row = actions.ask_expertise(point, by=request.user, **given)
        return Response(ExpertiseOut(row).data, status=201)


class ExpertiseAnswer(FocalDoor):
    @extend_schema(request=ExpertiseAnswerIn, responses=ExpertiseOut)
    def post(self, request: Request, code: str, uid: Any) -> Response:
        """Answer for the focal point."""
        row = get_object_or_404(ExpertiseRequest, point=self.point(code), uid=uid)
        given = self.parsed(ExpertiseAnswerIn)
        return Response(ExpertiseOut(actions.answer_expertise(row, by=request.user, **given)).data)


class ExpertiseWithdrawal(FocalDoor):
    @extend_schema(request=None, responses=ExpertiseOut)
    def post(self, request: Request, code: str, uid: Any) -> Response:
        """Take an own request back."""
        row = get_object_or_404(ExpertiseRequest, point=self.point(code), uid=uid)
        return Response(ExpertiseOut(actions.withdraw_expertise(row, by=request.user)).data)
