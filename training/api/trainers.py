"""The trainers' pool in the API."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.errors import Invalid

from .. import actions
from ..access import planning_units
from ..models import Course, Trainer
from ..staff import speakers_for
from ..trainers import PoolLine, lines_of, pool
from .activities import ActivityDoor
from .activity_shapes import ActivityNothingIn, _codes, _perhaps


class TrainerOut(serializers.Serializer):
    uid = serializers.UUIDField(source="trainer.uid")
    side = serializers.CharField(source="trainer.side")
    officer = serializers.UUIDField(source="trainer.officer.uid", default=None, allow_null=True)
    name = serializers.SerializerMethodField()
    organisation = serializers.CharField(source="trainer.organisation")
    topics = serializers.ListField(source="trainer.topics", child=serializers.CharField())
    languages = serializers.ListField(source="trainer.languages", child=serializers.CharField())
    courses = serializers.SerializerMethodField(help_text="Those that the account reads.")
    qualification = serializers.CharField(source="trainer.qualification")
    valid_until = serializers.DateField(source="trainer.valid_until", allow_null=True)
    note = serializers.SerializerMethodField(help_text="Of the own side's trainers; else empty.")
    left_at = serializers.DateTimeField(source="trainer.left_at", allow_null=True)
    sessions = serializers.SerializerMethodField(help_text="Given in activities that are over.")
    hours = serializers.FloatField(source="given.hours")
    mean = serializers.FloatField(
        source="given.mean", allow_null=True,
        help_text="From 1 to 5, of the speakers of these activities, where three or more answered.",
    )  # fmt: skip
    answers = serializers.IntegerField(source="given.answers")

    def get_name(self, line: PoolLine) -> str:
        officer = line.trainer.officer
        return str(officer.display_name) if officer else line.trainer.name

    def get_courses(self, line: PoolLine) -> list[UUID]:
        return [course.uid for course in line.courses]

    def get_note(self, line: PoolLine) -> str:
        return line.trainer.note if line.trainer.side == self.context["side"] else ""

    def get_sessions(self, line: PoolLine) -> int:
        return len(line.given.sessions)


class TrainerChangeIn(serializers.Serializer):
    topics = _codes()
    languages = _codes()
    courses = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=100
    )
    qualification = _perhaps()
    valid_until = serializers.DateField(required=False, allow_null=True, default=None)
    note = _perhaps()


class TrainerIn(TrainerChangeIn):
    officer = serializers.UUIDField(required=False, allow_null=True, default=None)
    name = _perhaps()
    organisation = _perhaps()
    client_ref = serializers.UUIDField(required=False)


class TrainerDoor(ActivityDoor):
    serializer_class: Any = TrainerOut

    def trainer(self, uid: Any) -> Trainer:
        rows = Trainer.objects.visible_to(self.request.user)
        found: Trainer = get_object_or_404(rows, uid=uid)
        return found

    def said(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        """What was sent, with officer and courses in place of their public ids."""
        given, user = self.parsed(shape), self.request.user
        if given.get("officer") is not None:
            given["officer"] = speakers_for(user).filter(uid=given["officer"]).first()
            if given["officer"] is None:
                sentence = _("There is no such officer.")
                raise Invalid(sentence, fields={"officer": [sentence]})
        wanted = set(given["courses"])
        given["courses"] = list(Course.objects.visible_to(user).filter(uid__in=wanted))
        if len(given["courses"]) < len(wanted):
            sentence = _("There is no such course.")
            raise Invalid(sentence, fields={"courses": [sentence]})
        return given

    def shown_trainer(self, trainer: Trainer, status: int = 200) -> Response:
        user = self.request.user
        line = lines_of(user, Trainer.objects.visible_to(user).filter(uid=trainer.uid))[0]
        return Response(TrainerOut(line, context=self.context()).data, status=status)


class TrainerList(TrainerDoor):
    @extend_schema(responses=TrainerOut(many=True), operation_id="trainers_list")
    def get(self, request: Request) -> Response:
        """Who is in the pool of both sides, the own first. For who plans activities."""
        if not planning_units(request.user):
            raise Http404
        rows = pool(request.user)
        return Response(TrainerOut(rows, many=True, context=self.context()).data)

    @extend_schema(request=TrainerIn, responses={201: TrainerOut})
    def post(self, request: Request) -> Response:
        """Put an officer of the own side, or somebody outside, into its pool."""
        return self.shown_trainer(actions.add_trainer(by=request.user, **self.said(TrainerIn)), 201)


class TrainerOne(TrainerDoor):
    @extend_schema(responses=TrainerOut, operation_id="trainers_retrieve")
    def get(self, request: Request, uid: Any) -> Response:
        """One trainer."""
        return self.shown_trainer(self.trainer(uid))

    @extend_schema(request=TrainerChangeIn, responses=TrainerOut)
    def put(self, request: Request, uid: Any) -> Response:
        """Say anew what an own trainer teaches, whole."""
        trainer = self.trainer(uid)
        given = self.said(TrainerChangeIn)
        return self.shown_trainer(actions.change_trainer(trainer, by=request.user, **given))


class TrainerLeave(TrainerDoor):
    @extend_schema(request=ActivityNothingIn, responses=TrainerOut)
    def post(self, request: Request, uid: Any) -> Response:
        """An own trainer leaves the pool."""
        self.parsed(ActivityNothingIn)
        return self.shown_trainer(actions.leave_pool(self.trainer(uid), by=request.user))
