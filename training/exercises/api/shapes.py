"""Shapes of the exercises' part of the API."""

from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers

from ..models import (
    DebriefKind,
    DebriefLine,
    Exercise,
    ExerciseAgreement,
    ExerciseKind,
    ExerciseMove,
    ExerciseNote,
    ExerciseObjective,
    ExercisePart,
    ExercisePerson,
    ExerciseState,
    Inject,
    InjectRelease,
    ObjectiveMark,
    Reached,
    TiedKind,
)
from ..reading import copy_of, scenario_of, why_paused

LONG = 60_000  # the verb says how much fits
HIGHEST = 2**31 - 1


def _words(**more: Any) -> Any:
    return serializers.CharField(max_length=LONG, **more)


def _perhaps() -> Any:
    return _words(required=False, allow_blank=True, default="")


def _code(values: Any = (), **more: Any) -> Any:
    """One of the words of a list; the verb refuses another one."""
    return serializers.CharField(max_length=40, help_text=", ".join(values), **more)


class ExerciseRowOut(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")
    kind = _code(ExerciseKind.values)
    state = _code(ExerciseState.values)
    language = serializers.CharField()

    class Meta:
        model = Exercise
        fields = [
            "uid", "number", "side", "unit", "kind", "state", "title", "language", "place",
            "category", "planned_at", "edition", "put_at", "started_at", "stopped_at",
        ]  # fmt: skip


class ExerciseAgreementOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")

    class Meta:
        model = ExerciseAgreement
        fields = ["side", "edition", "sha256", "at", "by", "voided_at"]


class ExerciseMoveOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name", default="")
    before = serializers.CharField()
    after = serializers.CharField()
    clock_s = serializers.FloatField()

    class Meta:
        model = ExerciseMove
        fields = ["before", "after", "clock_s", "at", "by"]


class ExercisePersonOut(serializers.ModelSerializer):
    id = serializers.IntegerField(source="pk")
    officer = serializers.UUIDField(source="officer.uid")
    name = serializers.CharField(source="officer.display_name")
    side = serializers.CharField(source="officer.side")
    part = _code(ExercisePart.values)

    class Meta:
        model = ExercisePerson
        fields = ["id", "officer", "name", "side", "part"]


class ExerciseObjectiveOut(serializers.ModelSerializer):
    language = serializers.CharField()
    tied_kind = _code(TiedKind.values)

    class Meta:
        model = ExerciseObjective
        fields = ["uid", "text", "language", "tied_kind", "tied_ref"]


class ExerciseOut(ExerciseRowOut):
    agreements = ExerciseAgreementOut(many=True)
    moves = ExerciseMoveOut(many=True)
    people = serializers.SerializerMethodField()
    objectives = serializers.SerializerMethodField()
    clock_s = serializers.SerializerMethodField(help_text="What its clock shows, in seconds.")
    reason = serializers.SerializerMethodField(help_text="Why it was paused or given up.")
    copied_from = serializers.SerializerMethodField(
        help_text="Number of the exercise whose scenario it took."
    )
    incident = serializers.SerializerMethodField(
        help_text="Public id of the closed incident from which it was made, for who reads that."
    )

    class Meta:
        model = Exercise
        fields = [
            *ExerciseRowOut.Meta.fields, "purpose", "pauses_for_real", "clock_s", "reason",
            "copied_from", "incident", "agreements", "moves", "people", "objectives",
        ]  # fmt: skip

    def get_people(self, row: Exercise) -> list[dict[str, Any]]:
        rows = row.people.standing().select_related("officer")
        return [dict(one) for one in ExercisePersonOut(rows, many=True).data]

    def get_objectives(self, row: Exercise) -> list[dict[str, Any]]:
        rows = row.objectives.standing()
        return [dict(one) for one in ExerciseObjectiveOut(rows, many=True).data]

    def get_clock_s(self, row: Exercise) -> float:
        return row.clock().total_seconds()

    def get_reason(self, row: Exercise) -> str:
        return why_paused(row, self.context["reader"])

    def get_copied_from(self, row: Exercise) -> str:
        found = scenario_of(row, self.context["reader"])
        return found.number if found is not None else ""

    def get_incident(self, row: Exercise) -> str:
        found = copy_of(row, self.context["reader"])
        return str(found.uid) if found is not None else ""


class InjectReleaseOut(serializers.ModelSerializer):
    alert = serializers.UUIDField(source="alert.uid", default=None, allow_null=True)
    late_s = serializers.FloatField()

    class Meta:
        model = InjectRelease
        fields = ["alert", "due_at", "released_at", "late_s", "failure"]


class InjectOut(serializers.ModelSerializer):
    sender = serializers.CharField(source="sender.code")
    language = serializers.CharField()
    guideline = serializers.UUIDField(source="guideline.uid", default=None, allow_null=True)
    release = serializers.SerializerMethodField()

    class Meta:
        model = Inject
        fields = [
            "uid", "number", "edition", "offset_s", "desks", "sender", "headline", "language",
            "headlines", "text", "severity", "category", "place", "acknowledge_s", "guideline",
            "steps", "skipped_at", "release",
        ]  # fmt: skip

    def get_release(self, row: Inject) -> dict[str, Any] | None:
        found = getattr(row, "release", None)
        return dict(InjectReleaseOut(found).data) if found is not None else None


class ExerciseNoteOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")
    inject = serializers.UUIDField(source="inject.uid", default=None, allow_null=True)
    clock_s = serializers.FloatField()
    language = serializers.CharField()

    class Meta:
        model = ExerciseNote
        fields = ["uid", "clock_s", "at", "by", "inject", "text", "language"]


class DebriefLineOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")
    kind = _code(DebriefKind.values)
    language = serializers.CharField()

    class Meta:
        model = DebriefLine
        fields = ["uid", "kind", "text", "language", "at", "by"]


class ObjectiveMarkOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")
    objective = serializers.UUIDField(source="objective.uid")
    mark = _code(Reached.values)
    language = serializers.CharField()

    class Meta:
        model = ObjectiveMark
        fields = ["objective", "mark", "words", "language", "at", "by"]


class InjectStepOut(serializers.Serializer):
    number = serializers.IntegerField(help_text="From 0.")
    text = serializers.CharField()
    done_at = serializers.DateTimeField(source="tick.at", default=None, allow_null=True)


class InjectAnswerOut(serializers.Serializer):
    inject = serializers.UUIDField(source="inject.uid")
    number = serializers.IntegerField(source="inject.number")
    headline = serializers.SerializerMethodField()
    desk = serializers.CharField(source="desk.code")
    state = serializers.CharField(source="delivery.state")
    delivered_s = serializers.FloatField(allow_null=True)
    opened_s = serializers.FloatField(allow_null=True)
    acknowledged_s = serializers.FloatField(allow_null=True)
    expected_s = serializers.IntegerField(source="inject.acknowledge_s", allow_null=True)
    in_time = serializers.BooleanField(allow_null=True)
    called_off = serializers.BooleanField()
    would_escalate = serializers.BooleanField()
    steps = InjectStepOut(many=True)

    def get_headline(self, row: Any) -> str:
        return str(row.inject.headline_for(get_language() or "en")[0])


class DeskScoreOut(serializers.Serializer):
    desk = serializers.CharField()
    sent = serializers.IntegerField()
    acknowledged = serializers.IntegerField()
    median_s = serializers.FloatField(allow_null=True)
    judged = serializers.IntegerField(help_text="Acknowledgements that were expected in time.")
    in_time = serializers.IntegerField()
    steps = serializers.IntegerField()
    done = serializers.IntegerField()
    would_escalate = serializers.IntegerField()
    score = serializers.IntegerField(allow_null=True, help_text="In percent.")


class ExerciseResultsOut(serializers.Serializer):
    answers = InjectAnswerOut(many=True)
    desks = DeskScoreOut(many=True)
    whole = DeskScoreOut()
    latest_s = serializers.FloatField(help_text="By how much the latest inject left late.")
    marks = ObjectiveMarkOut(many=True)
    debrief = DebriefLineOut(many=True)
    notes = ExerciseNoteOut(many=True)


class ExerciseMomentOut(serializers.Serializer):
    at = serializers.DateTimeField()
    minute = serializers.IntegerField()
    desk = serializers.CharField(source="desk.code")
    what = serializers.CharField(help_text="sent, delivered, opened, acknowledged, called_off")
    inject = serializers.CharField(source="number")
    headline = serializers.CharField()


class IncidentMomentOut(serializers.Serializer):
    at = serializers.DateTimeField()
    minute = serializers.IntegerField()
    desk = serializers.CharField(
        source="desk.code", help_text="Empty for what was said beside the report."
    )
    what = serializers.CharField(source="words")
    by = serializers.CharField(source="by.display_name", default="")
    text = serializers.CharField()
    own = serializers.BooleanField(help_text="For the own side alone.")


class ExerciseNothingIn(serializers.Serializer):
    pass


class ExerciseEditionIn(serializers.Serializer):
    edition = serializers.IntegerField(min_value=1, max_value=HIGHEST)


class ExerciseReasonIn(serializers.Serializer):
    reason = _words()


class ExercisePauseIn(serializers.Serializer):
    reason = _perhaps()


class ExerciseSaidIn(serializers.Serializer):
    kind = _code(ExerciseKind.values)
    title = _words()
    language = serializers.CharField(max_length=40)
    place = serializers.CharField(max_length=40)
    category = serializers.CharField(max_length=40)
    planned_at = serializers.DateTimeField()
    purpose = _perhaps()
    pauses_for_real = serializers.BooleanField(required=False, default=True)


class ExerciseIn(ExerciseSaidIn):
    unit = serializers.CharField(max_length=40)
    client_ref = serializers.UUIDField(required=False)


class ExerciseChangeIn(ExerciseSaidIn):
    edition = serializers.IntegerField(required=False, min_value=1, max_value=HIGHEST)


class ExercisePersonIn(serializers.Serializer):
    officer = serializers.UUIDField()
    part = _code(ExercisePart.values)


class ExerciseObjectiveIn(serializers.Serializer):
    text = _words()
    language = serializers.CharField(max_length=40)
    tied_kind = _code(TiedKind.values, required=False, allow_blank=True, default="")
    tied_ref = _perhaps()
    client_ref = serializers.UUIDField(required=False)


class ExerciseLikeIn(serializers.Serializer):
    like = serializers.CharField(max_length=40, help_text="Number of the other exercise.")


class InjectSaidIn(serializers.Serializer):
    offset_s = serializers.IntegerField(min_value=0, max_value=HIGHEST)
    desks = serializers.ListField(child=serializers.CharField(max_length=40), max_length=50)
    sender = serializers.CharField(max_length=40)
    headline = _words()
    language = serializers.CharField(max_length=40)
    headlines = serializers.DictField(
        child=serializers.CharField(max_length=LONG, allow_blank=True), required=False, default=dict
    )
    text = _perhaps()
    severity = serializers.IntegerField(min_value=1, max_value=4)
    category = serializers.CharField(max_length=40)
    place = _perhaps()
    acknowledge_s = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=HIGHEST
    )
    guideline = serializers.UUIDField(required=False, allow_null=True, default=None)
    steps = serializers.ListField(
        child=serializers.CharField(max_length=LONG), required=False, default=list, max_length=50
    )


class InjectIn(InjectSaidIn):
    client_ref = serializers.UUIDField(required=False)


class InjectChangeIn(InjectSaidIn):
    edition = serializers.IntegerField(required=False, min_value=1, max_value=HIGHEST)


class ExerciseNoteIn(serializers.Serializer):
    text = _words()
    language = serializers.CharField(max_length=40)
    inject = serializers.UUIDField(required=False, allow_null=True, default=None)
    client_ref = serializers.UUIDField(required=False)


class InjectTickIn(serializers.Serializer):
    desk = serializers.CharField(max_length=40)
    step = serializers.IntegerField(min_value=0, max_value=100)


class ObjectiveMarkIn(serializers.Serializer):
    mark = _code(Reached.values)
    words = _perhaps()
    language = serializers.CharField(max_length=40)


class ExerciseDebriefIn(serializers.Serializer):
    kind = _code(DebriefKind.values)
    text = _words()
    language = serializers.CharField(max_length=40)
    client_ref = serializers.UUIDField(required=False)
