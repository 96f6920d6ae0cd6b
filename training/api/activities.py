"""Activities in the API: listed, planned, changed, agreed by both sides, moved along."""

from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.pagination import NewestFirst
from bordercoop.api.schema import ERROR, MEANING
from bordercoop.web.exporting import answer
from contactpoints.exports_api import AS, FILE, FileDoor
from incidents.api.door import unit_of

from .. import actions
from ..listing import NAMES, asked_by_program
from ..models import Activity
from .activity_shapes import (
    ActivityChangeIn,
    ActivityEditionIn,
    ActivityIn,
    ActivityNothingIn,
    ActivityOut,
    ActivityReasonIn,
    ActivityReportIn,
    ActivityRowOut,
)

FILTERS = [OpenApiParameter(name, OpenApiTypes.STR) for name in NAMES]
AS_IT_STANDS: Any = {409: OpenApiResponse(ERROR, MEANING["409"])}


class ActivityDoor(Idempotent, generics.GenericAPIView):
    """What every door stands on: activities that the account does not read do not exist."""

    serializer_class: Any = ActivityOut
    pagination_class: Any = None

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def activity(self, number: str) -> Activity:
        rows = Activity.objects.visible_to(self.request.user).agreed()
        found: Activity = get_object_or_404(rows.select_related("unit"), number=number)
        return found

    def context(self) -> dict[str, Any]:
        return {"side": getattr(self.request.user, "side", "")}

    def shown(self, activity: Activity, status: int = 200) -> Response:
        whole = self.activity(activity.number)
        return Response(ActivityOut(whole, context=self.context()).data, status=status)


class ActivityList(ActivityDoor):
    serializer_class = ActivityRowOut
    pagination_class = NewestFirst
    ordering = ("-begins", "-id")

    def get_queryset(self) -> Any:
        user = self.request.user
        rows = asked_by_program(self.request.query_params, user)
        return rows.agreed().select_related("unit")

    @extend_schema(
        responses=ActivityRowOut(many=True), parameters=FILTERS, operation_id="activities_list"
    )
    def get(self, request: Request) -> Response:
        """The activities that the account reads, the latest first. Days are on the clock of the
        account's side."""
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(ActivityRowOut(rows, many=True).data)

    @extend_schema(request=ActivityIn, responses={201: ActivityOut})
    def post(self, request: Request) -> Response:
        """Note down an idea, which the own side alone reads until it is put to both."""
        given = self.parsed(ActivityIn)
        given["unit"] = unit_of(given["unit"])
        return self.shown(actions.plan_activity(by=request.user, **given), 201)


class ActivityExport(FileDoor):
    @extend_schema(parameters=[AS, *FILTERS], responses=FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """What the filters of the list ask for as a file; recorded in the audit."""
        form = request.query_params.get("as", "")
        return answer(actions.export_activities(request.query_params, form=form, by=request.user))


class ActivityOne(ActivityDoor):
    @extend_schema(responses=ActivityOut, operation_id="activities_retrieve")
    def get(self, request: Request, number: str) -> Response:
        """One activity with its seats, agreements and moves."""
        return self.shown(self.activity(number))

    @extend_schema(request=ActivityChangeIn, responses={200: ActivityOut, **AS_IT_STANDS})
    def put(self, request: Request, number: str) -> Response:
        """Say anew what it is, whole. What both sides agreed to before holds no longer."""
        activity, given = self.activity(number), self.parsed(ActivityChangeIn)
        return self.shown(actions.change_activity(activity, by=request.user, **given))


class ActivityDeed(ActivityDoor):
    """A door to one verb on one activity."""

    verb: ClassVar[str] = ""
    shape: ClassVar[type[serializers.Serializer]] = ActivityNothingIn

    def done(self, number: str) -> Response:
        activity, given = self.activity(number), self.parsed(self.shape)
        return self.shown(getattr(actions, self.verb)(activity, by=self.request.user, **given))


class ActivityPut(ActivityDeed):
    verb = "put_activity"

    @extend_schema(request=None, responses=ActivityOut)
    def post(self, request: Request, number: str) -> Response:
        """Make a plan of an idea; a joint one the other side reads from now on."""
        return self.done(number)


class ActivityAgree(ActivityDeed):
    verb, shape = "agree_activity", ActivityEditionIn

    @extend_schema(request=ActivityEditionIn, responses=ActivityOut)
    def post(self, request: Request, number: str) -> Response:
        """Agree for the own side to what was read."""
        return self.done(number)


class ActivityDisagree(ActivityDeed):
    verb, shape = "take_back_agreement", ActivityReasonIn

    @extend_schema(request=ActivityReasonIn, responses=ActivityOut)
    def post(self, request: Request, number: str) -> Response:
        """Take the own side's agreement back, with the reason."""
        return self.done(number)


class ActivityInvite(ActivityDeed):
    verb = "send_invitations"

    @extend_schema(request=None, responses=ActivityOut)
    def post(self, request: Request, number: str) -> Response:
        """Services and hosts were invited."""
        return self.done(number)


class ActivityNominations(ActivityDeed):
    verb = "open_nominations"

    @extend_schema(request=None, responses=ActivityOut)
    def post(self, request: Request, number: str) -> Response:
        """Units nominate from now on."""
        return self.done(number)


class ActivityConfirm(ActivityDeed):
    verb = "confirm_activity"

    @extend_schema(request=None, responses=ActivityOut)
    def post(self, request: Request, number: str) -> Response:
        """It takes place as it stands and both sides agreed."""
        return self.done(number)


class ActivityEvaluated(ActivityDeed):
    verb = "close_evaluation"

    @extend_schema(request=None, responses=ActivityOut)
    def post(self, request: Request, number: str) -> Response:
        """What those who took part answered is complete."""
        return self.done(number)


class ActivityReport(ActivityDeed):
    verb, shape = "report_activity", ActivityReportIn

    @extend_schema(request=ActivityReportIn, responses=ActivityOut)
    def post(self, request: Request, number: str) -> Response:
        """Close it with what was learned and what it cost."""
        return self.done(number)


class ActivityPostpone(ActivityDeed):
    verb, shape = "postpone_activity", ActivityReasonIn

    @extend_schema(request=ActivityReasonIn, responses=ActivityOut)
    def post(self, request: Request, number: str) -> Response:
        """Put it off; everybody's time is free again."""
        return self.done(number)


class ActivityCancel(ActivityDeed):
    verb, shape = "cancel_activity", ActivityReasonIn

    @extend_schema(request=ActivityReasonIn, responses=ActivityOut)
    def post(self, request: Request, number: str) -> Response:
        """Give it up; everybody's time is free again."""
        return self.done(number)
