"""Courses in the API, and whom a new version wants trained again."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.pagination import NewestFirst
from bordercoop.errors import Invalid
from bordercoop.reference.models import Procedure, ProcedureVersion
from contactpoints.access import SERVICES
from incidents.api.door import unit_of

from .. import actions
from ..models import Course, Listed
from ..retraining import counted, to_train
from .activities import AS_IT_STANDS, ActivityDoor
from .activity_shapes import (
    ActivityEditionIn,
    ActivityOut,
    ActivityReasonIn,
    _codes,
    _perhaps,
    _words,
)


class CourseOut(serializers.ModelSerializer):
    procedures: Any = serializers.SlugRelatedField("code", many=True, read_only=True)
    state = serializers.CharField(help_text="draft, agreed, retired")
    levels = serializers.ListField(child=serializers.CharField())
    topics = serializers.ListField(child=serializers.CharField())
    agreed = serializers.SerializerMethodField(help_text="The sides that agreed to this edition.")

    class Meta:
        model = Course
        fields = [
            "uid", "side", "state", "title", "language", "about", "procedures", "levels", "topics",
            "hours", "valid_months", "edition", "put_at", "reason", "agreed",
        ]  # fmt: skip

    def get_agreed(self, row: Any) -> list[str]:
        return [side for side in SERVICES if getattr(row, f"agreed_{side.lower()}")]


class CourseChangeIn(serializers.Serializer):
    title = _words()
    language = serializers.CharField(max_length=2)
    about = _perhaps()
    procedures = _codes()
    levels = _codes()
    topics = _codes()
    hours = serializers.IntegerField(min_value=1, max_value=400)
    valid_months = serializers.IntegerField(
        min_value=1, max_value=120, required=False, allow_null=True, default=None
    )
    edition = serializers.IntegerField(min_value=1, required=False)


class CourseIn(CourseChangeIn):
    edition = None  # type: ignore[assignment]
    client_ref = serializers.UUIDField(required=False)


class CourseWaiveIn(serializers.Serializer):
    code = serializers.CharField(max_length=40)
    number = serializers.IntegerField(min_value=1, max_value=100_000)
    reason = _words()


class ActivityCourseIn(serializers.Serializer):
    course = serializers.UUIDField(allow_null=True)


class RetrainingOut(serializers.Serializer):
    """How many of a unit must be trained again in a procedure."""

    procedure = serializers.CharField(source="code")
    version = serializers.IntegerField(source="holds")
    unit = serializers.CharField()
    count = serializers.IntegerField()
    planned = serializers.IntegerField(help_text="Of them on the list of an activity.")


class RetrainingOfficerOut(serializers.Serializer):
    officer = serializers.UUIDField(source="uid")
    name = serializers.CharField(source="name_latin")
    unit = serializers.CharField()
    trained_in = serializers.IntegerField(source="number")
    version = serializers.IntegerField(source="holds")
    held_at = serializers.DateTimeField()
    expired = serializers.BooleanField(help_text="The version is enough, its time is over.")
    planned = serializers.CharField(help_text="The activity on whose list the officer is.")


class RetrainingPlanIn(serializers.Serializer):
    course = serializers.UUIDField()
    edition = serializers.IntegerField(min_value=1, help_text="Of the course, as it was read.")
    version = serializers.IntegerField(min_value=1, help_text="In force, as it was read.")
    joint = serializers.BooleanField(required=False, default=False)
    client_ref = serializers.UUIDField(required=False)


class ListedOut(serializers.ModelSerializer):
    officer = serializers.UUIDField(source="officer.uid")
    name = serializers.CharField(source="officer.name_latin")
    unit = serializers.CharField(source="unit.code")

    class Meta:
        model = Listed
        fields = ["officer", "name", "unit"]


class ListedUnitIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40)


class NotNominatedOut(serializers.Serializer):
    officer = serializers.UUIDField()
    why = serializers.CharField()


class ListedNominatedOut(serializers.Serializer):
    nominated = serializers.ListField(child=serializers.UUIDField())
    left = NotNominatedOut(many=True)


class CourseDoor(ActivityDoor):
    serializer_class: Any = CourseOut

    def course(self, uid: Any) -> Course:
        rows = Course.objects.visible_to(self.request.user).agreed()
        found: Course = get_object_or_404(rows.prefetch_related("procedures"), uid=uid)
        return found

    def shown_course(self, course: Course, status: int = 200) -> Response:
        return Response(CourseOut(self.course(course.uid)).data, status=status)


class CourseList(CourseDoor):
    pagination_class = NewestFirst

    @extend_schema(responses=CourseOut(many=True), operation_id="courses_list")
    def get(self, request: Request) -> Response:
        """The courses that the account reads, the newest first."""
        rows = Course.objects.visible_to(request.user).agreed().prefetch_related("procedures")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(CourseOut(page, many=True).data)

    @extend_schema(request=CourseIn, responses={201: CourseOut})
    def post(self, request: Request) -> Response:
        """Draft a course, which the own side alone reads until it agrees to it."""
        return self.shown_course(
            actions.draft_course(by=request.user, **self.parsed(CourseIn)), 201
        )


class CourseOne(CourseDoor):
    @extend_schema(responses=CourseOut, operation_id="courses_retrieve")
    def get(self, request: Request, uid: Any) -> Response:
        """One course."""
        return self.shown_course(self.course(uid))

    @extend_schema(request=CourseChangeIn, responses={200: CourseOut, **AS_IT_STANDS})
    def put(self, request: Request, uid: Any) -> Response:
        """Say anew what it is, whole. What both sides agreed to before holds no longer."""
        course, given = self.course(uid), self.parsed(CourseChangeIn)
        return self.shown_course(actions.change_course(course, by=request.user, **given))


class CourseDeed(CourseDoor):
    verb: ClassVar[str] = ""
    shape: ClassVar[type[serializers.Serializer]] = ActivityReasonIn

    def done(self, uid: Any) -> Response:
        course, given = self.course(uid), self.parsed(self.shape)
        return self.shown_course(getattr(actions, self.verb)(course, by=self.request.user, **given))


class CourseAgree(CourseDeed):
    verb, shape = "agree_course", ActivityEditionIn

    @extend_schema(request=ActivityEditionIn, responses=CourseOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Agree for the own side to what was read."""
        return self.done(uid)


class CourseRetire(CourseDeed):
    verb = "retire_course"

    @extend_schema(request=ActivityReasonIn, responses=CourseOut)
    def post(self, request: Request, uid: Any) -> Response:
        """It is not given any more."""
        return self.done(uid)


class CourseWaive(CourseDoor):
    @extend_schema(request=CourseWaiveIn, responses=CourseOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say that a version needs no new training of the own side, with the reason."""
        course, given = self.course(uid), self.parsed(CourseWaiveIn)
        rows = ProcedureVersion.objects.filter(procedure__code=given["code"])
        version = rows.filter(number=given["number"]).select_related("procedure")
        found = version.filter(in_force_at__isnull=False).first()
        if found is None:
            sentence = _("This version is not in force yet.")
            raise Invalid(sentence, fields={"number": [sentence]})
        actions.waive_training(course, version=found, reason=given["reason"], by=request.user)
        return self.shown_course(course)


class ActivityCourse(CourseDoor):
    serializer_class = ActivityOut

    @extend_schema(request=ActivityCourseIn, responses=ActivityOut)
    def put(self, request: Request, number: str) -> Response:
        """Name the course that the activity gives; null for none."""
        activity, uid = self.activity(number), self.parsed(ActivityCourseIn)["course"]
        course = self.course(uid) if uid else None
        return self.shown(actions.choose_course(activity, course=course, by=request.user))


class Retraining(CourseDoor):
    serializer_class = RetrainingOut

    @extend_schema(responses=RetrainingOut(many=True), operation_id="retraining_list")
    def get(self, request: Request) -> Response:
        """Whom versions in force want trained again, counted by procedure and unit of the
        account's reach."""
        return Response(RetrainingOut(counted(request.user), many=True).data)


class RetrainingOne(CourseDoor):
    serializer_class = RetrainingOfficerOut

    @extend_schema(responses=RetrainingOfficerOut(many=True), operation_id="retraining_officers")
    def get(self, request: Request, code: str) -> Response:
        """The officers of one procedure."""
        procedure = get_object_or_404(Procedure, code=code)
        rows = to_train(request.user, procedure)
        return Response(RetrainingOfficerOut(rows, many=True).data)

    @extend_schema(request=RetrainingPlanIn, responses={201: ActivityOut, **AS_IT_STANDS})
    def post(self, request: Request, code: str) -> Response:
        """Note down an activity of the course with these officers on its list."""
        procedure, given = get_object_or_404(Procedure, code=code), self.parsed(RetrainingPlanIn)
        given["course"] = self.course(given["course"])
        return self.shown(actions.plan_retraining(procedure, by=request.user, **given), 201)


class ActivityListed(CourseDoor):
    serializer_class = ListedOut

    @extend_schema(responses=ListedOut(many=True), operation_id="activity_listed_list")
    def get(self, request: Request, number: str) -> Response:
        """Whom of the account's units the activity is to train again and who is not nominated."""
        rows = self.activity(number).listed.to_nominate().reached_by(request.user)
        return Response(ListedOut(rows, many=True).data)

    @extend_schema(request=ListedUnitIn, responses=ListedNominatedOut)
    def post(self, request: Request, number: str) -> Response:
        """Nominate whoever is listed of a unit; who cannot be is named with the reason."""
        activity, unit = self.activity(number), unit_of(self.parsed(ListedUnitIn)["unit"])
        done, left = actions.nominate_listed(activity, unit=unit, by=request.user)
        said = {
            "nominated": [part.uid for part in done],
            "left": [{"officer": officer.uid, "why": why} for officer, why in left],
        }
        return Response(ListedNominatedOut(said).data)
