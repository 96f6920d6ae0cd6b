"""Exercises in the API: planned, written, agreed by both sides."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.models import User
from bordercoop.api.pagination import NewestFirst
from bordercoop.errors import Invalid
from bordercoop.reference.models import ProcedureVersion
from incidents.api.door import unit_of

from .. import actions
from ..models import Exercise
from .door import AS_IT_STANDS, ExerciseDeed, ExerciseDoor
from .shapes import (
    ExerciseChangeIn,
    ExerciseEditionIn,
    ExerciseIn,
    ExerciseLikeIn,
    ExerciseNothingIn,
    ExerciseObjectiveIn,
    ExerciseObjectiveOut,
    ExerciseOut,
    ExercisePersonIn,
    ExercisePersonOut,
    ExerciseReasonIn,
    ExerciseRowOut,
    InjectChangeIn,
    InjectIn,
    InjectOut,
)


class ExerciseList(ExerciseDoor):
    serializer_class = ExerciseRowOut
    pagination_class = NewestFirst
    ordering = ("-planned_at", "-id")

    def get_queryset(self) -> Any:
        rows = Exercise.objects.visible_to(self.request.user).select_related("unit")
        asked = self.request.query_params
        for name in ("kind", "state"):
            if value := asked.get(name, ""):
                rows = rows.filter(**{name: value[:40]})
        return rows

    @extend_schema(
        responses=ExerciseRowOut(many=True),
        parameters=[OpenApiParameter(name, OpenApiTypes.STR) for name in ("kind", "state")],
        operation_id="exercises_list",
    )
    def get(self, request: Request) -> Response:
        """The exercises that the account reads, the latest first."""
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(ExerciseRowOut(rows, many=True).data)

    @extend_schema(request=ExerciseIn, responses={201: ExerciseOut})
    def post(self, request: Request) -> Response:
        """Begin a draft, which the own side alone reads until it is put to both."""
        given = self.parsed(ExerciseIn)
        given["unit"] = unit_of(given["unit"])
        made = actions.plan_exercise(by=request.user, **given)
        return self.shown(made.number, 201)


class ExerciseOne(ExerciseDoor):
    @extend_schema(responses=ExerciseOut, operation_id="exercises_retrieve")
    def get(self, request: Request, number: str) -> Response:
        """One exercise with its people, objectives, agreements and clock."""
        return self.shown(number)

    @extend_schema(request=ExerciseChangeIn, responses={200: ExerciseOut, **AS_IT_STANDS})
    def put(self, request: Request, number: str) -> Response:
        """Say anew what it is, whole. What both sides agreed to before holds no longer."""
        exercise, given = self.exercise(number), self.parsed(ExerciseChangeIn)
        actions.change_exercise(exercise, by=request.user, **given)
        return self.shown(number)


class ExercisePut(ExerciseDeed):
    verb = "put_exercise"

    @extend_schema(request=None, responses=ExerciseOut)
    def post(self, request: Request, number: str) -> Response:
        """Put a draft to both sides."""
        return self.done(request, number)


class ExerciseAgree(ExerciseDeed):
    verb, shape = "agree_exercise", ExerciseEditionIn

    @extend_schema(request=ExerciseEditionIn, responses={200: ExerciseOut, **AS_IT_STANDS})
    def post(self, request: Request, number: str) -> Response:
        """Agree for the own side to what was read, people, objectives and scenario with it."""
        return self.done(request, number)


class ExerciseCancel(ExerciseDeed):
    verb, shape = "cancel_exercise", ExerciseReasonIn

    @extend_schema(request=ExerciseReasonIn, responses=ExerciseOut)
    def post(self, request: Request, number: str) -> Response:
        """Give it up before it began."""
        return self.done(request, number)


class ExerciseScenario(ExerciseDoor):
    @extend_schema(request=ExerciseLikeIn, responses=ExerciseOut)
    def post(self, request: Request, number: str) -> Response:
        """Begin with the injects of another exercise."""
        exercise, given = self.exercise(number), self.parsed(ExerciseLikeIn)
        like = self.exercise(given["like"])
        actions.use_scenario(exercise, like=like, by=request.user)
        return self.shown(number)


class ExercisePeopleDoor(ExerciseDoor):
    serializer_class = ExercisePersonOut

    @extend_schema(request=ExercisePersonIn, responses={201: ExercisePersonOut})
    def post(self, request: Request, number: str) -> Response:
        """Give an officer of the own side a part in it."""
        exercise, given = self.exercise(number), self.parsed(ExercisePersonIn)
        side = getattr(request.user, "side", "")
        officer = User.objects.filter(uid=given["officer"], side=side).first()
        if officer is None:
            sentence = _("Each side names its own officers. Choose one of yours.")
            raise Invalid(sentence, fields={"officer": [sentence]})
        made = actions.name_person(exercise, officer=officer, part=given["part"], by=request.user)
        return Response(ExercisePersonOut(made).data, status=201)


class ExercisePersonRemove(ExerciseDoor):
    @extend_schema(request=None, responses=ExerciseOut)
    def post(self, request: Request, number: str, pk: int) -> Response:
        """Take an officer of the own side out of it."""
        self.parsed(ExerciseNothingIn)
        actions.unname_person(self.person(number, pk), by=request.user)
        return self.shown(number)


class ExerciseObjectives(ExerciseDoor):
    serializer_class = ExerciseObjectiveOut

    @extend_schema(request=ExerciseObjectiveIn, responses={201: ExerciseObjectiveOut})
    def post(self, request: Request, number: str) -> Response:
        """Say what it is to show."""
        exercise, given = self.exercise(number), self.parsed(ExerciseObjectiveIn)
        made = actions.add_objective(exercise, by=request.user, **given)
        return Response(ExerciseObjectiveOut(made).data, status=201)


class ExerciseObjectiveRemove(ExerciseDoor):
    @extend_schema(request=None, responses=ExerciseOut)
    def post(self, request: Request, number: str, uid: Any) -> Response:
        """Take an objective out."""
        self.parsed(ExerciseNothingIn)
        actions.remove_objective(self.objective(number, uid), by=request.user)
        return self.shown(number)


class InjectDoor(ExerciseDoor):
    serializer_class = InjectOut

    def said(self, given: dict[str, Any]) -> dict[str, Any]:
        uid = given["guideline"]
        if uid is not None:
            rows = ProcedureVersion.objects.holding()
            given["guideline"] = get_object_or_404(rows, uid=uid)
        return given


class InjectList(InjectDoor):
    @extend_schema(responses=InjectOut(many=True), operation_id="exercise_injects_list")
    def get(self, request: Request, number: str) -> Response:
        """The scenario, for who runs, judges or watches the exercise, and for all when it is
        over."""
        rows = self.readable(number).injects.standing()
        rows = rows.select_related("sender", "guideline", "release__alert")
        return Response(InjectOut(rows, many=True).data)

    @extend_schema(request=InjectIn, responses={201: InjectOut})
    def post(self, request: Request, number: str) -> Response:
        """Add an inject."""
        exercise, given = self.exercise(number), self.said(self.parsed(InjectIn))
        made = actions.add_inject(exercise, by=request.user, **given)
        return Response(InjectOut(made).data, status=201)


class InjectOne(InjectDoor):
    @extend_schema(responses=InjectOut, operation_id="exercise_injects_retrieve")
    def get(self, request: Request, number: str, uid: Any) -> Response:
        """One inject."""
        return Response(InjectOut(self.inject(number, uid)).data)

    @extend_schema(request=InjectChangeIn, responses={200: InjectOut, **AS_IT_STANDS})
    def put(self, request: Request, number: str, uid: Any) -> Response:
        """Say an inject anew, whole."""
        inject, given = self.inject(number, uid), self.said(self.parsed(InjectChangeIn))
        made = actions.change_inject(inject, by=request.user, **given)
        return Response(InjectOut(made).data)


class InjectRemove(InjectDoor):
    @extend_schema(request=None, responses=ExerciseOut)
    def post(self, request: Request, number: str, uid: Any) -> Response:
        """Take an inject out of the scenario."""
        self.parsed(ExerciseNothingIn)
        actions.remove_inject(self.inject(number, uid), by=request.user)
        return self.shown(number)
