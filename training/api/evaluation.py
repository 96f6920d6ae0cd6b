"""Evaluation in the API: results without names, and the account's own answer."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.door import unit_of

from .. import actions
from ..evaluation import results_of
from ..models import Activity, Asked
from .activities import ActivityDoor


class EvaluationFigureOut(serializers.Serializer):
    code = serializers.CharField()
    question = serializers.CharField()
    count = serializers.SerializerMethodField(
        help_text="Null while it may be answered still, or fewer than three answered."
    )
    mean = serializers.FloatField(allow_null=True)

    def get_count(self, row: Any) -> int | None:
        return None if row.mean is None else int(row.count)


class EvaluationWordsOut(serializers.Serializer):
    words = serializers.CharField()


class EvaluationOut(serializers.Serializer):
    asked = serializers.CharField(help_text=", ".join(Asked.values))
    figures = EvaluationFigureOut(many=True)
    words = EvaluationWordsOut(many=True)


class EvaluationIn(serializers.Serializer):
    asked = serializers.CharField(max_length=40, default="took_part")
    marks = serializers.DictField(child=serializers.IntegerField(), help_text="1 to 5 by code.")
    words = serializers.CharField(max_length=60_000, required=False, allow_blank=True, default="")
    unit = serializers.CharField(
        max_length=40, required=False, allow_null=True, default=None,
        help_text="Of a head: code of the unit.",
    )  # fmt: skip


class ActivityEvaluation(ActivityDoor):
    serializer_class = EvaluationOut

    def results(self, activity: Activity) -> Response:
        return Response(EvaluationOut(results_of(activity), many=True).data)

    @extend_schema(responses=EvaluationOut(many=True), operation_id="activity_evaluation_list")
    def get(self, request: Request, number: str) -> Response:
        """Counts and means by question, and words, of both sides together."""
        return self.results(self.activity(number))

    @extend_schema(request=EvaluationIn, responses=EvaluationOut(many=True))
    def post(self, request: Request, number: str) -> Response:
        """Answer, or change the own answer while the evaluation is open."""
        activity, given = self.activity(number), self.parsed(EvaluationIn)
        given["unit"] = unit_of(given["unit"]) if given["unit"] else None
        actions.answer_evaluation(activity, by=request.user, **given)
        return self.results(activity)
