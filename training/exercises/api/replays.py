"""What each desk knew when, in the API."""

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.door import unit_of

from .. import actions
from ..replaying import closed_copy, replay_of_exercise, replay_of_incident
from ..scoring import score_of
from .door import AS_IT_STANDS, ExerciseDoor
from .shapes import ExerciseIn, ExerciseMomentOut, ExerciseOut, IncidentMomentOut


class ExerciseReplay(ExerciseDoor):
    serializer_class = ExerciseMomentOut

    @extend_schema(responses=ExerciseMomentOut(many=True), operation_id="exercise_replay_list")
    def get(self, request: Request, number: str) -> Response:
        """What each desk knew when, in order of time."""
        exercise = self.readable(number)
        replay = replay_of_exercise(exercise, score_of(exercise), get_language() or "en", None)
        rows = replay.moments if replay else []
        return Response(ExerciseMomentOut(rows, many=True).data)


class IncidentReplay(ExerciseDoor):
    serializer_class = IncidentMomentOut

    @extend_schema(
        responses={200: IncidentMomentOut(many=True), **AS_IT_STANDS},
        operation_id="incident_replay_list",
    )
    def get(self, request: Request, uid: Any) -> Response:
        """What each desk knew of a closed incident when, as the account may read it today."""
        share = closed_copy(request.user, uid)
        replay = replay_of_incident(share.incident, share, request.user, None)
        return Response(IncidentMomentOut(replay.moments, many=True).data)

    @extend_schema(request=ExerciseIn, responses={201: ExerciseOut, **AS_IT_STANDS})
    def post(self, request: Request, uid: Any) -> Response:
        """Begin a draft with the alerts of a closed incident as injects: desks, times, categories,
        severities and places, nothing that an officer wrote."""
        share, given = closed_copy(request.user, uid), self.parsed(ExerciseIn)
        given["unit"] = unit_of(given["unit"])
        made = actions.plan_from_incident(share.incident, by=request.user, **given)
        return self.shown(made.number, 201)
