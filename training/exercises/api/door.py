"""What every door of exercises stands on."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import ERROR, MEANING

from .. import actions
from ..access import sees_scenario
from ..actions.kit import no_exercise
from ..models import Exercise, ExerciseObjective, ExercisePerson, Inject
from .shapes import ExerciseNothingIn, ExerciseOut

AS_IT_STANDS: Any = {409: OpenApiResponse(ERROR, MEANING["409"])}


class ExerciseDoor(Idempotent, generics.GenericAPIView):
    """Exercises that the account does not read do not exist, and neither do injects of a scenario
    that it does not read yet."""

    serializer_class: Any = ExerciseOut
    pagination_class: Any = None

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def exercise(self, number: str) -> Exercise:
        rows = Exercise.objects.visible_to(self.request.user).select_related("unit")
        found: Exercise = get_object_or_404(rows, number=number)
        return found

    def readable(self, number: str) -> Exercise:
        exercise = self.exercise(number)
        if not sees_scenario(self.request.user, exercise):
            raise no_exercise()
        return exercise

    def inject(self, number: str, uid: Any) -> Inject:
        rows = self.readable(number).injects.standing()
        found: Inject = get_object_or_404(
            rows.select_related("exercise", "sender", "guideline"), uid=uid
        )
        return found

    def released(self, number: str, uid: Any) -> Inject:
        """One that has gone out: who plays reads it, too."""
        rows = self.exercise(number).injects.standing().exclude(release=None)
        found: Inject = get_object_or_404(rows.select_related("exercise"), uid=uid)
        return found

    def objective(self, number: str, uid: Any) -> ExerciseObjective:
        rows = self.exercise(number).objectives.standing().select_related("exercise")
        found: ExerciseObjective = get_object_or_404(rows, uid=uid)
        return found

    def person(self, number: str, pk: int) -> ExercisePerson:
        rows = self.exercise(number).people.standing().select_related("exercise")
        found: ExercisePerson = get_object_or_404(rows, pk=pk)
        return found

    def shown(self, number: str, status: int = 200) -> Response:
        context = {"reader": self.request.user}
        return Response(ExerciseOut(self.exercise(number), context=context).data, status=status)


class ExerciseDeed(ExerciseDoor):
    """A door to one verb on one exercise."""

    verb: ClassVar[str] = ""
    shape: ClassVar[type[serializers.Serializer]] = ExerciseNothingIn

    def done(self, request: Request, number: str) -> Response:
        exercise, given = self.exercise(number), self.parsed(self.shape)
        getattr(actions, self.verb)(exercise, by=request.user, **given)
        return self.shown(number)
