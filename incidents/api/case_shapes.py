"""What joint investigations look like in the API, and what their doors take."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from bordercoop.api.moments import MomentIn

from ..investigation.guideline import SIDES, Step
from ..models import CaseMember, CaseState
from .shapes import DegreesIn


def coded(choices: Any, **kwargs: Any) -> serializers.CharField:
    """A code as text, with its values named in the schema's description."""
    return serializers.CharField(max_length=12, help_text=", ".join(choices.values), **kwargs)


class CaseOut(serializers.Serializer):
    uid = serializers.UUIDField()
    number = serializers.CharField()
    side = serializers.CharField(help_text="The side that proposed it.")
    state = coded(CaseState)
    title = serializers.CharField()
    category = serializers.CharField(source="category.code")
    language = serializers.CharField()
    by_language = serializers.CharField(help_text="Of the act beside Latvian: be or ru.")
    sign = serializers.CharField(source="sign.code", allow_null=True, default=None)
    border_sign = serializers.CharField()
    place = serializers.CharField()
    lat = serializers.FloatField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)
    happened_at = serializers.DateTimeField()
    meet_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="By when the present state should be left."
    )
    late = serializers.BooleanField()
    historic = serializers.CharField(help_text="Of a case that is re-enacted: which.")
    exercise = serializers.BooleanField()
    proposed_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class MemberOut(serializers.Serializer):
    uid = serializers.UUIDField()
    officer = serializers.UUIDField(source="officer.uid", allow_null=True, default=None)
    name = serializers.CharField()
    function = coded(CaseMember.Function)
    languages = serializers.CharField()


class CasePartOut(serializers.Serializer):
    side = serializers.CharField(source="part.side")
    unit = serializers.CharField(source="part.unit.code")
    desk = serializers.CharField(source="part.desk.code")
    representative = serializers.CharField(
        source="part.representative.display_name", allow_null=True, default=None
    )
    closed_at = serializers.DateTimeField(source="part.closed_at", allow_null=True)
    ground = serializers.CharField(source="part.ground")
    members = MemberOut(many=True)


class StepMarkOut(serializers.Serializer):
    side = serializers.CharField()
    outcome = serializers.CharField(help_text="done, skipped, taken_back; empty: nothing yet.")
    reason = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField(allow_null=True)


class StepOut(serializers.Serializer):
    code = serializers.CharField()
    phase = serializers.CharField(help_text="The state in which it is done.")
    each = serializers.BooleanField(help_text="Whether both sides do it.")
    title = serializers.CharField()
    settled = serializers.BooleanField()
    sides = serializers.SerializerMethodField()

    @extend_schema(responses=StepMarkOut(many=True))
    def get_sides(self, step: Step) -> list[dict[str, Any]]:
        found = []
        for side in SIDES:
            row = step.by_side.get(side)
            found.append(
                {
                    "side": side,
                    "outcome": str(row.outcome) if row else "",
                    "reason": row.reason if row else "",
                    "at": row.at if row else None,
                    "by": row.by.display_name if row and row.by else None,
                }
            )
        return found


class CaseMoveOut(serializers.Serializer):
    before = coded(CaseState)
    after = coded(CaseState)
    side = serializers.CharField()
    reason = serializers.CharField()
    late = serializers.BooleanField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.display_name", allow_null=True, default=None)


class CitedOut(serializers.Serializer):
    side = serializers.CharField()
    number = serializers.CharField()
    uid = serializers.UUIDField()


class WholeCaseOut(CaseOut):
    grounds = serializers.CharField()
    texts = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField()),
        help_text="Translations by language: title, grounds.",
    )
    reason = serializers.CharField()
    guideline = serializers.CharField(allow_null=True, help_text="Code and version, as JI 1.")
    parts = CasePartOut(many=True)
    steps = StepOut(many=True)
    moves = CaseMoveOut(many=True)
    incidents = CitedOut(many=True)
    can = serializers.ListField(
        child=serializers.CharField(), help_text="Steps of the road that the account may take now."
    )


class WordsIn(serializers.Serializer):
    language = serializers.CharField(max_length=8)
    title = serializers.CharField(allow_blank=True)
    grounds = serializers.CharField(allow_blank=True, trim_whitespace=False)


class CaseDoneOut(serializers.Serializer):
    """What a verb answers: nothing of the words, since answers to a key are kept."""

    uid = serializers.UUIDField()
    number = serializers.CharField()
    state = coded(CaseState)
    version = serializers.IntegerField()


class WhereIn(serializers.Serializer):
    sign = serializers.CharField(max_length=40, required=False, allow_null=True)
    border_sign = serializers.CharField(
        max_length=200, required=False, default="", allow_blank=True
    )
    place = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)


class CaseIn(WhereIn):
    # The verb says what is wrong with the words, in the same sentence as the page.
    unit = serializers.CharField(max_length=40)
    point = serializers.CharField(max_length=20, help_text="Code of a common contact point.")
    category = serializers.CharField(max_length=40)
    title = serializers.CharField(allow_blank=True)
    grounds = serializers.CharField(allow_blank=True, trim_whitespace=False)
    language = serializers.CharField(max_length=8)
    by_language = serializers.CharField(max_length=8, required=False, default="ru")
    happened_at = MomentIn()
    lat = DegreesIn(required=False, allow_null=True)
    lon = DegreesIn(required=False, allow_null=True)
    incident = serializers.UUIDField(required=False, allow_null=True)
    exercise = serializers.BooleanField(required=False, default=False)
    client_ref = serializers.UUIDField(required=False)


class AgreeIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40, required=False)
    by_language = serializers.CharField(max_length=8, required=False, default="")


class CaseReasonIn(serializers.Serializer):
    reason = serializers.CharField(allow_blank=True, trim_whitespace=False)


class MeetIn(WhereIn):
    meet_at = MomentIn()


class MemberIn(serializers.Serializer):
    function = serializers.CharField(max_length=12)
    officer = serializers.UUIDField(required=False, allow_null=True)
    name = serializers.CharField(required=False, default="", allow_blank=True)
    languages = serializers.CharField(required=False, default="", allow_blank=True)


class StepIn(serializers.Serializer):
    outcome = serializers.CharField(
        max_length=10, help_text="done, skipped or taken_back; the last two need a reason."
    )
    reason = serializers.CharField(required=False, default="", allow_blank=True)


class StepsIn(serializers.Serializer):
    steps = serializers.ListField(child=serializers.CharField(max_length=40), max_length=200)
    reason = serializers.CharField(allow_blank=True, trim_whitespace=False)


class CiteIn(serializers.Serializer):
    incident = serializers.UUIDField()
