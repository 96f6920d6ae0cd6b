"""What the API says of recommendations and contingency plans, and what it takes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..contingency import run_of, state_of
from ..models import (
    ContingencyActivation,
    ContingencyApproval,
    ContingencyPhaseStart,
    ContingencyPlan,
    ContingencyTick,
    ContingencyVersion,
    LessonSource,
    Recommendation,
    RecommendationMove,
)
from ..register import came_from, changes_of

LONG = 60_000  # the verb says how much fits


class RecommendationRowOut(serializers.ModelSerializer):
    side = serializers.CharField()
    source: Any = serializers.CharField()
    language = serializers.CharField()
    state = serializers.CharField()
    place = serializers.CharField(source="place.code", default=None, allow_null=True)
    owner_unit = serializers.CharField(source="owner_unit.code")
    owner_officer = serializers.CharField(
        source="owner_officer.display_name", default=None, allow_null=True
    )

    class Meta:
        model = Recommendation
        fields = [
            "uid", "number", "side", "joint", "source", "about", "title", "text", "language",
            "place", "owner_unit", "owner_officer", "due_on", "overdue", "state", "edition", "at",
        ]  # fmt: skip


class RecommendationMoveOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")
    before = serializers.CharField()
    after = serializers.CharField()

    class Meta:
        model = RecommendationMove
        fields = ["before", "after", "said", "at", "by"]


class RecommendationChangeOut(serializers.Serializer):
    uid = serializers.UUIDField(source="change.uid")
    kind = serializers.CharField(source="change.kind")
    title = serializers.CharField()
    url = serializers.CharField(help_text="Where it is read; empty for what the account does not.")
    words = serializers.CharField(source="change.words")
    file = serializers.CharField(source="change.name", help_text="Its name, empty without one.")
    file_given = serializers.BooleanField(source="file", help_text="Whether it may be opened now.")
    side = serializers.CharField(source="change.side")
    by = serializers.CharField(source="change.by.display_name")
    at = serializers.DateTimeField(source="change.at")


class RecommendationOut(RecommendationRowOut):
    by = serializers.CharField(source="by.display_name")
    came_from = serializers.SerializerMethodField()
    moves = RecommendationMoveOut(many=True)
    changes = serializers.SerializerMethodField()

    class Meta:
        model = Recommendation
        fields = [*RecommendationRowOut.Meta.fields, "by", "came_from", "moves", "changes"]

    def get_came_from(self, row: Recommendation) -> str | None:
        found = came_from(self.context["user"], row)
        return found[0] if found else None

    @extend_schema_field(RecommendationChangeOut(many=True))
    def get_changes(self, row: Recommendation) -> Any:
        return RecommendationChangeOut(changes_of(self.context["user"], row), many=True).data


class RecommendationIn(serializers.Serializer):
    source: Any = serializers.CharField(max_length=40, help_text=", ".join(LessonSource.values))
    title = serializers.CharField(max_length=LONG)
    text = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    language = serializers.CharField(max_length=40)
    about = serializers.CharField(
        max_length=80, required=False, allow_blank=True, default="",
        help_text="Such as activity:ACT-2026-00003.",
    )  # fmt: skip
    place = serializers.CharField(max_length=40, required=False, allow_null=True, default=None)
    owner_unit = serializers.CharField(max_length=40, help_text="The code of a unit.")
    owner_officer = serializers.UUIDField(required=False, allow_null=True, default=None)
    due_on = serializers.DateField()


class RecommendationNewIn(RecommendationIn):
    joint = serializers.BooleanField(required=False, default=True)
    client_ref = serializers.UUIDField(required=False)


class RecommendationChangeIn(RecommendationIn):
    edition = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class LessonNothingIn(serializers.Serializer):
    """The request has no body."""


class LessonReasonIn(serializers.Serializer):
    reason = serializers.CharField(max_length=LONG)


class LessonEvidenceIn(serializers.Serializer):
    evidence = serializers.CharField(max_length=LONG)


class LessonSaidIn(serializers.Serializer):
    said = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")


class TieIn(serializers.Serializer):
    thing = serializers.CharField(
        max_length=120,
        help_text="procedure:UID of a version, plan:CPL-2019-00001/1, activity:ACT-2026-00003, "
        "course:UID, or equipment.",
    )
    words = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    file = serializers.FileField(
        max_length=255, allow_empty_file=True, required=False, allow_null=True, default=None
    )
    client_ref = serializers.UUIDField(required=False)


# --- contingency plans


class ContingencyApprovalOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")
    side = serializers.CharField()

    class Meta:
        model = ContingencyApproval
        fields = ["side", "by", "at", "sha256", "voided_at"]


class ContingencyVersionRowOut(serializers.ModelSerializer):
    approvals = ContingencyApprovalOut(many=True)

    class Meta:
        model = ContingencyVersion
        fields = ["number", "sha256", "effective_on", "at", "signed_at", "voided_at", "approvals"]


class ContingencyVersionOut(ContingencyVersionRowOut):
    said = serializers.CharField(help_text="Canonical JSON: the bytes that were approved.")

    class Meta:
        model = ContingencyVersion
        fields = [*ContingencyVersionRowOut.Meta.fields, "said"]


class ContingencyPlanRowOut(serializers.ModelSerializer):
    side = serializers.CharField()
    language = serializers.CharField()

    class Meta:
        model = ContingencyPlan
        fields = [
            "uid", "number", "side", "joint", "title", "language", "edition", "retired_at",
            "reason", "at",
        ]  # fmt: skip


class ContingencyPlanOut(ContingencyPlanRowOut):
    state = serializers.SerializerMethodField(
        help_text="draft, put, coming, in_force, changing or retired."
    )
    in_force = serializers.SerializerMethodField(help_text="Number of the version in force.")
    content = serializers.JSONField(help_text="As it is being written.")
    versions = ContingencyVersionRowOut(many=True)

    class Meta:
        model = ContingencyPlan
        fields = [*ContingencyPlanRowOut.Meta.fields, "state", "in_force", "content", "versions"]

    def get_state(self, plan: ContingencyPlan) -> str:
        return state_of(plan).code

    def get_in_force(self, plan: ContingencyPlan) -> int | None:
        holds = state_of(plan).holds
        return holds.number if holds else None


class ContingencyIn(serializers.Serializer):
    title = serializers.CharField(max_length=LONG)
    language = serializers.CharField(max_length=40)
    triggers = serializers.CharField(max_length=LONG)
    places_of = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list, max_length=400,
        help_text="Codes of crossing points.",
    )  # fmt: skip
    categories = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list, max_length=400,
        help_text="Codes of categories of incidents.",
    )  # fmt: skip
    effective_on = serializers.DateField(required=False, allow_null=True, default=None)


class ContingencyNewIn(ContingencyIn):
    joint = serializers.BooleanField(required=False, default=True)
    client_ref = serializers.UUIDField(required=False)


class ContingencyChangeIn(ContingencyIn):
    edition = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class ContingencyEditionIn(serializers.Serializer):
    edition = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class ContingencyApproveIn(serializers.Serializer):
    sha256 = serializers.CharField(max_length=200, help_text="Of the version as it was read.")


class ContingencyItemIn(serializers.Serializer):
    part = serializers.CharField(max_length=20, help_text="phases, tasks or contacts.")
    code = serializers.CharField(
        max_length=12, required=False, allow_blank=True, default="", help_text="Empty: a new one."
    )
    name = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    begins = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    phase = serializers.CharField(max_length=12, required=False, allow_blank=True, default="")
    what = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    who = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    minutes = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=2**31 - 1
    )
    desk = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    words = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    edition = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    client_ref = serializers.UUIDField(required=False)


class ContingencyRemoveIn(serializers.Serializer):
    code = serializers.CharField(max_length=12)


class ActivateIn(serializers.Serializer):
    place = serializers.CharField(max_length=40)
    reason = serializers.CharField(max_length=LONG)
    exercise = serializers.BooleanField(help_text="False: in earnest.")
    client_ref = serializers.UUIDField(required=False)


class ContingencyTickOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")
    side = serializers.CharField()

    taken_back_by = serializers.CharField(
        source="taken_back_by.display_name", default=None, allow_null=True
    )
    reason = serializers.CharField(help_text="Why it was taken back.")

    class Meta:
        model = ContingencyTick
        fields = ["uid", "task", "note", "side", "by", "at", "taken_back_at", "taken_back_by",
                  "reason"]  # fmt: skip


class ContingencyPhaseStartOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")
    side = serializers.CharField()

    class Meta:
        model = ContingencyPhaseStart
        fields = ["phase", "side", "by", "at"]


class ContingencyActivationOut(serializers.ModelSerializer):
    plan = serializers.CharField(source="plan.number")
    version = serializers.IntegerField(source="version.number")
    place = serializers.CharField(source="place.code")
    side = serializers.CharField()
    by = serializers.CharField(source="by.display_name")
    ticks = ContingencyTickOut(many=True)
    begun = ContingencyPhaseStartOut(many=True)
    tasks = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()

    class Meta:
        model = ContingencyActivation
        fields = [
            "uid", "plan", "version", "place", "exercise", "reason", "side", "by", "at",
            "stood_down_at", "outcome", "tasks", "late", "begun", "ticks",
        ]  # fmt: skip

    def get_tasks(self, row: ContingencyActivation) -> int:
        return run_of(row).all

    def get_late(self, row: ContingencyActivation) -> int:
        return run_of(row).late


class ContingencyTickIn(serializers.Serializer):
    task = serializers.CharField(max_length=12)
    note = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")


class ContingencyTickBackIn(serializers.Serializer):
    reason = serializers.CharField(max_length=LONG)


class ContingencyPhaseIn(serializers.Serializer):
    phase = serializers.CharField(max_length=12)


class StandDownIn(serializers.Serializer):
    outcome = serializers.CharField(max_length=LONG)
