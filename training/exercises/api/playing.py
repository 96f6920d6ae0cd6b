"""Exercises played in the API: the clock, injects by hand, what was seen, results, replay."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.schema import ERROR
from bordercoop.web.pdf import as_file
from contactpoints.exports_api import FileDoor
from incidents.api.door import unit_of

from .. import actions
from ..models import ObjectiveMark
from ..scoring import score_of
from .door import ExerciseDeed, ExerciseDoor
from .shapes import (
    DebriefLineOut,
    ExerciseDebriefIn,
    ExerciseNoteIn,
    ExerciseNoteOut,
    ExerciseNothingIn,
    ExerciseOut,
    ExercisePauseIn,
    ExerciseResultsOut,
    InjectReleaseOut,
    InjectTickIn,
    ObjectiveMarkIn,
    ObjectiveMarkOut,
)


class ExerciseStart(ExerciseDeed):
    verb = "start_exercise"

    @extend_schema(request=None, responses=ExerciseOut)
    def post(self, request: Request, number: str) -> Response:
        """Let its clock run: both sides have agreed to it as it stands."""
        return self.done(request, number)


class ExercisePause(ExerciseDeed):
    verb, shape = "pause_exercise", ExercisePauseIn

    @extend_schema(request=ExercisePauseIn, responses=ExerciseOut)
    def post(self, request: Request, number: str) -> Response:
        """Let its clock stand still; its alerts that still wait are called off."""
        return self.done(request, number)


class ExerciseResume(ExerciseDeed):
    verb = "resume_exercise"

    @extend_schema(request=None, responses=ExerciseOut)
    def post(self, request: Request, number: str) -> Response:
        """Let its clock run on."""
        return self.done(request, number)


class ExerciseStop(ExerciseDeed):
    verb = "stop_exercise"

    @extend_schema(request=None, responses=ExerciseOut)
    def post(self, request: Request, number: str) -> Response:
        """End it; its alerts that still wait are called off."""
        return self.done(request, number)


class ExerciseReport(ExerciseDeed):
    verb = "report_exercise"

    @extend_schema(request=None, responses=ExerciseOut)
    def post(self, request: Request, number: str) -> Response:
        """Close the evaluation; every objective has a mark."""
        return self.done(request, number)


class InjectReleaseDoor(ExerciseDoor):
    serializer_class = InjectReleaseOut

    @extend_schema(request=None, responses=InjectReleaseOut)
    def post(self, request: Request, number: str, uid: Any) -> Response:
        """Let an inject go out now. Released twice it went once."""
        self.parsed(ExerciseNothingIn)
        made = actions.release_inject(self.inject(number, uid), by=request.user)
        return Response(InjectReleaseOut(made).data)


class InjectJump(ExerciseDoor):
    @extend_schema(request=None, responses=ExerciseOut)
    def post(self, request: Request, number: str, uid: Any) -> Response:
        """Set the clock on to an inject that waits; those before it are skipped."""
        self.parsed(ExerciseNothingIn)
        actions.jump_to_inject(self.inject(number, uid), by=request.user)
        return self.shown(number)


class InjectTick(ExerciseDoor):
    @extend_schema(request=InjectTickIn, responses={204: None})
    def post(self, request: Request, number: str, uid: Any) -> Response:
        """An expected step was done at a desk."""
        inject, given = self.released(number, uid), self.parsed(InjectTickIn)
        desk = unit_of(given["desk"], "desk")
        actions.tick_step(inject, desk=desk, step=given["step"], by=request.user)
        return Response(status=204)


class ExerciseNotes(ExerciseDoor):
    serializer_class = ExerciseNoteOut

    @extend_schema(request=ExerciseNoteIn, responses={201: ExerciseNoteOut})
    def post(self, request: Request, number: str) -> Response:
        """Note what was seen."""
        exercise, given = self.exercise(number), self.parsed(ExerciseNoteIn)
        uid = given.pop("inject")
        inject = self.inject(number, uid) if uid is not None else None
        made = actions.note_exercise(exercise, inject=inject, by=request.user, **given)
        return Response(ExerciseNoteOut(made).data, status=201)


class ExerciseDebrief(ExerciseDoor):
    serializer_class = DebriefLineOut

    @extend_schema(request=ExerciseDebriefIn, responses={201: DebriefLineOut})
    def post(self, request: Request, number: str) -> Response:
        """Add a sentence to the hot debrief."""
        exercise, given = self.exercise(number), self.parsed(ExerciseDebriefIn)
        made = actions.write_debrief(exercise, by=request.user, **given)
        return Response(DebriefLineOut(made).data, status=201)


class ObjectiveMarkDoor(ExerciseDoor):
    serializer_class = ObjectiveMarkOut

    @extend_schema(request=ObjectiveMarkIn, responses=ObjectiveMarkOut)
    def post(self, request: Request, number: str, uid: Any) -> Response:
        """Say how far an objective was reached."""
        objective, given = self.objective(number, uid), self.parsed(ObjectiveMarkIn)
        made = actions.mark_objective(objective, by=request.user, **given)
        return Response(ObjectiveMarkOut(made).data)


class ExerciseResults(ExerciseDoor):
    serializer_class = ExerciseResultsOut

    @extend_schema(responses=ExerciseResultsOut)
    def get(self, request: Request, number: str) -> Response:
        """How each desk answered each inject, scores, marks, notes, the debrief."""
        exercise = self.readable(number)
        score = score_of(exercise)
        marks = ObjectiveMark.objects.filter(
            objective__exercise=exercise, objective__removed_at=None
        )

        def row(name: str, total: Any) -> dict[str, Any]:
            names = (
                "sent", "acknowledged", "median_s", "judged", "in_time", "steps", "done",
                "would_escalate", "score",
            )  # fmt: skip
            return {"desk": name, **{one: getattr(total, one) for one in names}}

        shown = ExerciseResultsOut(
            {
                "answers": score.answers,
                "desks": [row(desk.code, total) for desk, total in score.desks],
                "whole": row("", score.whole),
                "latest_s": score.latest_s,
                "marks": marks.select_related("objective", "by"),
                "debrief": exercise.debrief.select_related("by"),
                "notes": exercise.notes.select_related("by", "inject"),
            }
        )
        return Response(shown.data)


class ExercisePaper(FileDoor, ExerciseDoor):
    @extend_schema(
        parameters=[OpenApiParameter("languages", OpenApiTypes.STR, description="lv,ru")],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 400: OpenApiResponse(ERROR)},
    )
    def get(self, request: Request, number: str) -> HttpResponse:
        """The report of an exercise that is over, in two languages; recorded."""
        asked = (request.query_params.get("languages", "") or "lv,be").split(",")
        two = [*asked, "", ""][:2]
        exercise = self.readable(number)
        made, name = actions.print_exercise(exercise, languages=two, by=request.user)
        return as_file(made, name)
