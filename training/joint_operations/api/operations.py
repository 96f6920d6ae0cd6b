"""Joint operations in the API: listed, begun, changed, proposed, cancelled; resources, shifts and
tags."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.models import User
from bordercoop.api.idempotency import Idempotent
from bordercoop.api.pagination import NewestFirst
from bordercoop.errors import Invalid
from incidents.api.door import unit_of
from incidents.models import Incident
from training.api.activities import AS_IT_STANDS
from training.models import Activity

from .. import actions
from ..models import JointOperation, OperationResource, OperationShift, OperationState, OperationTag
from .shapes import (
    JointOperationChangeIn,
    JointOperationNewIn,
    JointOperationOut,
    JointOperationRowOut,
    OperationNothingIn,
    OperationReasonIn,
    OperationResourceIn,
    OperationResourceOut,
    OperationShiftIn,
    OperationShiftOut,
    OperationTagIn,
    OperationTagOut,
    OperationTieIn,
)


class OperationDoor(Idempotent, generics.GenericAPIView):
    """What every door stands on: operations that the account does not read do not exist."""

    serializer_class: Any = JointOperationOut
    pagination_class: Any = None

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def operation(self, number: str) -> JointOperation:
        rows = JointOperation.objects.visible_to(self.request.user)
        found: JointOperation = get_object_or_404(
            rows.select_related("unit", "activity"), number=number
        )
        return found

    def calendar(self, number: str | None) -> Activity | None:
        if number is None:
            return None
        rows = Activity.objects.visible_to(self.request.user)
        found: Activity = get_object_or_404(rows, number=number)
        return found

    def shown(self, number: str, status: int = 200) -> Response:
        return Response(JointOperationOut(self.operation(number)).data, status=status)


class JointOperationList(OperationDoor):
    serializer_class = JointOperationRowOut
    pagination_class = NewestFirst
    ordering = ("-at", "-id")

    def get_queryset(self) -> Any:
        rows = JointOperation.objects.visible_to(self.request.user).select_related("unit")
        state = self.request.query_params.get("state", "")
        if state and state not in OperationState.values:
            sentence = _("There is no such code: %(code)s.") % {"code": state[:40]}
            raise Invalid(sentence, fields={"state": [sentence]})
        return rows.filter(state=state) if state else rows

    @extend_schema(
        responses=JointOperationRowOut(many=True),
        parameters=[OpenApiParameter("state", OpenApiTypes.STR)],
        operation_id="joint_operations_list",
    )
    def get(self, request: Request) -> Response:
        """The joint operations that the account reads, the newest first."""
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(JointOperationRowOut(rows, many=True).data)

    @extend_schema(request=JointOperationNewIn, responses={201: JointOperationOut})
    def post(self, request: Request) -> Response:
        """Begin a draft, which the own side alone reads until it is proposed."""
        given = self.parsed(JointOperationNewIn)
        given["unit"] = unit_of(given["unit"])
        given["activity"] = self.calendar(given["activity"])
        return self.shown(actions.begin_operation(by=request.user, **given).number, 201)


class JointOperationOne(OperationDoor):
    @extend_schema(responses=JointOperationOut, operation_id="joint_operations_retrieve")
    def get(self, request: Request, number: str) -> Response:
        """One joint operation with its resources."""
        return self.shown(number)

    @extend_schema(
        request=JointOperationChangeIn, responses={200: JointOperationOut, **AS_IT_STANDS}
    )
    def put(self, request: Request, number: str) -> Response:
        """Say its facts anew, whole. What both sides approved before holds no longer."""
        operation, given = self.operation(number), self.parsed(JointOperationChangeIn)
        actions.change_operation(operation, by=request.user, **given)
        return self.shown(number)


class OperationDeed(OperationDoor):
    """A door to one verb on one operation."""

    verb: ClassVar[str] = ""
    shape: ClassVar[type[serializers.Serializer]] = OperationNothingIn

    def done(self, number: str) -> Response:
        operation, given = self.operation(number), self.parsed(self.shape)
        getattr(actions, self.verb)(operation, by=self.request.user, **given)
        return self.shown(number)


class JointOperationPropose(OperationDeed):
    verb = "propose_operation"

    @extend_schema(request=None, responses=JointOperationOut)
    def post(self, request: Request, number: str) -> Response:
        """Let the other side read it and write its parts of the plan."""
        return self.done(number)


class JointOperationCancel(OperationDeed):
    verb, shape = "cancel_operation", OperationReasonIn

    @extend_schema(request=OperationReasonIn, responses=JointOperationOut)
    def post(self, request: Request, number: str) -> Response:
        """Give it up before it begins; everybody's time is free again."""
        return self.done(number)


class JointOperationTie(OperationDoor):
    @extend_schema(request=OperationTieIn, responses=JointOperationOut)
    def post(self, request: Request, number: str) -> Response:
        """Let an activity of kind `operation` stand for it in the calendar, null for none."""
        operation, given = self.operation(number), self.parsed(OperationTieIn)
        actions.tie_operation(operation, self.calendar(given["activity"]), by=request.user)
        return self.shown(number)


class JointOperationResources(OperationDoor):
    serializer_class = OperationResourceOut

    @extend_schema(request=OperationResourceIn, responses={201: OperationResourceOut})
    def post(self, request: Request, number: str) -> Response:
        """Put in people or equipment of the own side. What waited for approval is void."""
        operation, given = self.operation(number), self.parsed(OperationResourceIn)
        made = actions.add_resource(operation, by=request.user, **given)
        return Response(OperationResourceOut(made).data, status=201)


class JointOperationResourceRemove(OperationDoor):
    serializer_class = OperationResourceOut

    @extend_schema(request=None, responses=OperationResourceOut)
    def post(self, request: Request, number: str, uid: Any) -> Response:
        """Take a line of the own side out."""
        self.parsed(OperationNothingIn)
        rows = OperationResource.objects.filter(operation=self.operation(number))
        found = actions.remove_resource(get_object_or_404(rows, uid=uid), by=request.user)
        return Response(OperationResourceOut(found).data)


class JointOperationShifts(OperationDoor):
    serializer_class = OperationShiftOut

    @extend_schema(
        responses=OperationShiftOut(many=True), operation_id="joint_operations_shifts_list"
    )
    def get(self, request: Request, number: str) -> Response:
        """The shifts that stand, the earliest first."""
        rows = self.operation(number).shifts.standing().select_related("booking__officer")
        return Response(OperationShiftOut(rows, many=True).data)

    @extend_schema(request=OperationShiftIn, responses={201: OperationShiftOut})
    def post(self, request: Request, number: str) -> Response:
        """Put an officer of the own side at a place of the operation."""
        operation, given = self.operation(number), self.parsed(OperationShiftIn)
        side = getattr(request.user, "side", "")
        found = User.objects.filter(username=given.pop("officer"), side=side).first()
        if found is None:
            sentence = _("There is no such officer on your side.")
            raise Invalid(sentence, fields={"officer": [sentence]})
        made = actions.set_operation_shift(operation, officer=found, by=request.user, **given)
        return Response(OperationShiftOut(made).data, status=201)


class JointOperationShiftCancel(OperationDoor):
    serializer_class = OperationShiftOut

    @extend_schema(request=None, responses=OperationShiftOut)
    def post(self, request: Request, number: str, uid: Any) -> Response:
        """Take an officer of the own side off a shift."""
        self.parsed(OperationNothingIn)
        rows = OperationShift.objects.filter(operation=self.operation(number))
        found = actions.cancel_operation_shift(get_object_or_404(rows, uid=uid), by=request.user)
        return Response(OperationShiftOut(found).data)


class _Tags(OperationDoor):
    serializer_class = OperationTagOut

    def incident(self, uid: Any) -> Incident:
        found: Incident = get_object_or_404(Incident.objects.visible_to(self.request.user), uid=uid)
        return found

    def tags(self, incident: Incident, status: int = 200) -> Response:
        rows = OperationTag.objects.standing().visible_to(self.request.user)
        rows = rows.filter(incident=incident).select_related("operation")
        return Response(OperationTagOut(rows, many=True).data, status=status)


class IncidentOperations(_Tags):
    @extend_schema(responses=OperationTagOut(many=True), operation_id="incidents_operations_list")
    def get(self, request: Request, uid: Any) -> Response:
        """The operations with which an incident is tagged."""
        return self.tags(self.incident(uid))

    @extend_schema(request=OperationTagIn, responses={201: OperationTagOut(many=True)})
    def post(self, request: Request, uid: Any) -> Response:
        """Say that an incident belongs to an operation."""
        incident, given = self.incident(uid), self.parsed(OperationTagIn)
        actions.tag_incident(incident, self.operation(given["operation"]), by=request.user)
        return self.tags(incident, 201)


class IncidentOperationRemove(_Tags):
    @extend_schema(request=None, responses=OperationTagOut(many=True))
    def post(self, request: Request, uid: Any, number: str) -> Response:
        """Take the own side's tag away."""
        self.parsed(OperationNothingIn)
        incident = self.incident(uid)
        actions.untag_incident(incident, self.operation(number), by=request.user)
        return self.tags(incident)
