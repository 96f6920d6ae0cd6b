"""Contingency plans in the API: written, approved, activated, ticked off, stood down."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.confirming import require_confirmed
from bordercoop.api.pagination import NewestFirst
from bordercoop.api.schema import ERROR
from bordercoop.web.pdf import as_file
from contactpoints.exports_api import FileDoor
from training.api.activities import AS_IT_STANDS, ActivityDoor

from .. import actions
from ..models import ContingencyActivation, ContingencyPlan, ContingencyVersion
from .recommendations import place_named
from .shapes import (
    ActivateIn,
    ContingencyActivationOut,
    ContingencyApproveIn,
    ContingencyChangeIn,
    ContingencyEditionIn,
    ContingencyItemIn,
    ContingencyNewIn,
    ContingencyPhaseIn,
    ContingencyPlanOut,
    ContingencyPlanRowOut,
    ContingencyRemoveIn,
    ContingencyTickBackIn,
    ContingencyTickIn,
    ContingencyVersionOut,
    LessonReasonIn,
    StandDownIn,
)


class ContingencyDoor(ActivityDoor):
    serializer_class: Any = ContingencyPlanOut

    def plan(self, number: str) -> ContingencyPlan:
        rows = ContingencyPlan.objects.visible_to(self.request.user)
        found: ContingencyPlan = get_object_or_404(
            rows.prefetch_related("versions__approvals__by"), number=number
        )
        return found

    def version(self, number: str, at: int) -> ContingencyVersion:
        rows = ContingencyVersion.objects.visible_to(self.request.user).select_related("plan")
        found: ContingencyVersion = get_object_or_404(
            rows.prefetch_related("approvals__by"), plan__number=number, number=at
        )
        return found

    def activation(self, uid: Any) -> ContingencyActivation:
        rows = ContingencyActivation.objects.visible_to(self.request.user)
        rows = rows.select_related("plan", "version", "place", "by")
        found: ContingencyActivation = get_object_or_404(
            rows.prefetch_related("ticks__by", "ticks__taken_back_by", "begun__by"), uid=uid
        )
        return found

    def shown_plan(self, number: str, status: int = 200) -> Response:
        return Response(ContingencyPlanOut(self.plan(number)).data, status=status)

    def shown_run(self, uid: Any, status: int = 200) -> Response:
        return Response(ContingencyActivationOut(self.activation(uid)).data, status=status)


class ContingencyList(ContingencyDoor):
    pagination_class = NewestFirst
    ordering = ("-at", "-id")

    def get_queryset(self) -> Any:
        return ContingencyPlan.objects.visible_to(self.request.user)

    @extend_schema(
        responses=ContingencyPlanRowOut(many=True), operation_id="contingency_plans_list"
    )
    def get(self, request: Request) -> Response:
        """The contingency plans that the account reads, the newest first."""
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(ContingencyPlanRowOut(rows, many=True).data)

    @extend_schema(request=ContingencyNewIn, responses={201: ContingencyPlanOut})
    def post(self, request: Request) -> Response:
        """Begin a contingency plan."""
        made = actions.begin_contingency(by=request.user, **self.parsed(ContingencyNewIn))
        return self.shown_plan(made.number, 201)


class ContingencyOne(ContingencyDoor):
    @extend_schema(responses=ContingencyPlanOut, operation_id="contingency_plans_retrieve")
    def get(self, request: Request, number: str) -> Response:
        """A plan as it is being written, with its versions and approvals."""
        return self.shown_plan(number)

    @extend_schema(request=ContingencyChangeIn, responses={200: ContingencyPlanOut, **AS_IT_STANDS})
    def put(self, request: Request, number: str) -> Response:
        """Say its head anew, whole. What waits for approval is void."""
        plan, given = self.plan(number), self.parsed(ContingencyChangeIn)
        actions.change_contingency(plan, by=request.user, **given)
        return self.shown_plan(number)


class ContingencyItems(ContingencyDoor):
    @extend_schema(request=ContingencyItemIn, responses={200: ContingencyPlanOut, **AS_IT_STANDS})
    def post(self, request: Request, number: str) -> Response:
        """Write a phase, a task or a contact. What waits for approval is void."""
        plan, given = self.plan(number), self.parsed(ContingencyItemIn)
        actions.set_contingency_item(plan, by=request.user, **given)
        return self.shown_plan(number)


class ContingencyItemRemove(ContingencyDoor):
    @extend_schema(request=ContingencyRemoveIn, responses=ContingencyPlanOut)
    def post(self, request: Request, number: str) -> Response:
        """Take a phase without tasks, a task or a contact out."""
        plan, given = self.plan(number), self.parsed(ContingencyRemoveIn)
        actions.remove_contingency_item(plan, by=request.user, **given)
        return self.shown_plan(number)


class ContingencyPut(ContingencyDoor):
    @extend_schema(
        request=ContingencyEditionIn, responses={200: ContingencyPlanOut, **AS_IT_STANDS}
    )
    def post(self, request: Request, number: str) -> Response:
        """Put the plan as it was read to the approvers."""
        plan, given = self.plan(number), self.parsed(ContingencyEditionIn)
        actions.put_contingency(plan, by=request.user, **given)
        return self.shown_plan(number)


class ContingencyApprove(ContingencyDoor):
    @extend_schema(
        request=ContingencyApproveIn,
        responses={
            201: ContingencyPlanOut,
            403: OpenApiResponse(ERROR, "No right to approve, or not confirmed lately."),
            **AS_IT_STANDS,
        },
    )
    def post(self, request: Request, number: str) -> Response:
        """Approve the version with this SHA-256 for the own side. Only in a session that confirmed
        the password, and the second factor where there is one, within the last five minutes."""
        plan, given = self.plan(number), self.parsed(ContingencyApproveIn)
        require_confirmed(request)
        actions.approve_contingency(plan, by=request.user, **given)
        return self.shown_plan(number, 201)


class ContingencyRetire(ContingencyDoor):
    @extend_schema(request=LessonReasonIn, responses={200: ContingencyPlanOut, **AS_IT_STANDS})
    def post(self, request: Request, number: str) -> Response:
        """Put a plan out of use."""
        plan, given = self.plan(number), self.parsed(LessonReasonIn)
        actions.retire_contingency(plan, by=request.user, **given)
        return self.shown_plan(number)


class ContingencyVersionOne(ContingencyDoor):
    serializer_class = ContingencyVersionOut

    @extend_schema(responses=ContingencyVersionOut)
    def get(self, request: Request, number: str, at: int) -> Response:
        """A version as it was put to the approvers."""
        return Response(ContingencyVersionOut(self.version(number, at)).data)


class ContingencyPaper(FileDoor, ContingencyDoor):
    @extend_schema(
        parameters=[OpenApiParameter("languages", OpenApiTypes.STR, description="lv,ru")],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 400: OpenApiResponse(ERROR)},
    )
    def get(self, request: Request, number: str, at: int) -> HttpResponse:
        """A version as a PDF with labels in two languages; recorded."""
        asked = (request.query_params.get("languages", "") or "lv,be").split(",")
        two = [*asked, "", ""][:2]
        made, name = actions.print_contingency(
            self.version(number, at), languages=two, by=request.user
        )
        return as_file(made, name)


class ContingencyActivations(ContingencyDoor):
    serializer_class = ContingencyActivationOut
    pagination_class = NewestFirst
    ordering = ("-at", "-id")

    def get_queryset(self) -> Any:
        rows = ContingencyActivation.objects.visible_to(self.request.user)
        rows = rows.filter(plan=self.plan(self.kwargs["number"]))
        return rows.select_related("plan", "version", "place", "by").prefetch_related(
            "ticks__by", "ticks__taken_back_by", "begun__by"
        )

    @extend_schema(
        responses=ContingencyActivationOut(many=True),
        operation_id="contingency_activations_list",
    )
    def get(self, request: Request, number: str) -> Response:
        """When a plan was activated, the latest first."""
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(ContingencyActivationOut(rows, many=True).data)

    @extend_schema(request=ActivateIn, responses={201: ContingencyActivationOut, **AS_IT_STANDS})
    def post(self, request: Request, number: str) -> Response:
        """Activate the version in force at a crossing point, in earnest or as an exercise."""
        plan, given = self.plan(number), self.parsed(ActivateIn)
        given["place"] = place_named(given["place"])
        made = actions.activate_contingency(plan, by=request.user, **given)
        return self.shown_run(made.uid, 201)


class ContingencyActivationOne(ContingencyDoor):
    serializer_class = ContingencyActivationOut

    @extend_schema(
        responses=ContingencyActivationOut, operation_id="contingency_activations_retrieve"
    )
    def get(self, request: Request, uid: Any) -> Response:
        """An active plan, or one that was stood down, with what was done."""
        return self.shown_run(uid)


class ContingencyActivationTick(ContingencyDoor):
    serializer_class = ContingencyActivationOut

    @extend_schema(
        request=ContingencyTickIn, responses={201: ContingencyActivationOut, **AS_IT_STANDS}
    )
    def post(self, request: Request, uid: Any) -> Response:
        """A task is done."""
        row, given = self.activation(uid), self.parsed(ContingencyTickIn)
        actions.tick_task(row, by=request.user, **given)
        return self.shown_run(uid, 201)


class ContingencyActivationTickBack(ContingencyDoor):
    serializer_class = ContingencyActivationOut

    @extend_schema(
        request=ContingencyTickBackIn, responses={200: ContingencyActivationOut, **AS_IT_STANDS}
    )
    def post(self, request: Request, uid: Any, tick: Any) -> Response:
        """A task was not done after all."""
        row, given = self.activation(uid), self.parsed(ContingencyTickBackIn)
        found = get_object_or_404(row.ticks, uid=tick)
        actions.take_tick_back(found, by=request.user, **given)
        return self.shown_run(uid)


class ContingencyActivationPhase(ContingencyDoor):
    serializer_class = ContingencyActivationOut

    @extend_schema(
        request=ContingencyPhaseIn, responses={201: ContingencyActivationOut, **AS_IT_STANDS}
    )
    def post(self, request: Request, uid: Any) -> Response:
        """A phase begins, and the minutes of its tasks with it."""
        row, given = self.activation(uid), self.parsed(ContingencyPhaseIn)
        actions.begin_phase(row, by=request.user, **given)
        return self.shown_run(uid, 201)


class ContingencyActivationEnd(ContingencyDoor):
    serializer_class = ContingencyActivationOut

    @extend_schema(request=StandDownIn, responses={200: ContingencyActivationOut, **AS_IT_STANDS})
    def post(self, request: Request, uid: Any) -> Response:
        """Stand an active plan down."""
        row, given = self.activation(uid), self.parsed(StandDownIn)
        actions.stand_down(row, by=request.user, **given)
        return self.shown_run(uid)
