"""What the guidelines' part of the API takes and gives."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bordercoop.reference.models import (
    ProcedureApproval,
    ProcedureComment,
    ProcedureReading,
    ProcedureVersion,
)

from .procedures import approvals_of


class GuidelineApprovalOut(serializers.ModelSerializer):
    by: Any = serializers.CharField(source="by.display_name")

    class Meta:
        model = ProcedureApproval
        fields = ["side", "sha256", "revision", "by", "at"]


class GuidelineCommentOut(serializers.ModelSerializer):
    by: Any = serializers.CharField(source="by.display_name")

    class Meta:
        model = ProcedureComment
        fields = ["uid", "step", "side", "text", "proposed", "about", "by", "at", "state", "answer"]


class GuidelineBriefOut(serializers.ModelSerializer):
    """A version without its text."""

    code = serializers.CharField(source="procedure.code")
    side = serializers.CharField(help_text="Prepares it; empty for what came with the portal.")
    title = serializers.CharField(read_only=True)

    class Meta:
        model = ProcedureVersion
        fields = [
            "uid", "code", "number", "state", "title", "sha256", "revision", "side",
            "effective_on", "review_on", "in_force_at", "ended_at",
        ]  # fmt: skip


class GuidelineVersionOut(GuidelineBriefOut):
    content = serializers.JSONField(help_text="Texts as {language: text}; steps in their order.")
    approvals = serializers.SerializerMethodField(help_text="Those of this very revision.")
    comments = GuidelineCommentOut(many=True)

    class Meta(GuidelineBriefOut.Meta):
        fields = [
            *GuidelineBriefOut.Meta.fields,
            "source",
            "reason",
            "content",
            "approvals",
            "comments",
        ]

    @extend_schema_field(GuidelineApprovalOut(many=True))
    def get_approvals(self, version: ProcedureVersion) -> list[dict[str, Any]]:
        return list(GuidelineApprovalOut(approvals_of(version), many=True).data)


class GuidelineLineOut(serializers.Serializer):
    code = serializers.CharField(source="procedure.code")
    holding = GuidelineBriefOut(allow_null=True)
    prepared = GuidelineBriefOut(allow_null=True)
    waits = serializers.ListField(
        child=serializers.ChoiceField(choices=["approve", "comments", "review", "read"])
    )


class GuidelineFieldDiffOut(serializers.Serializer):
    label: Any = serializers.CharField()
    pieces = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Pairs of same, added or removed, and the words.",
    )


class GuidelineStepDiffOut(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField(help_text="added, removed, changed, moved or same")
    moved = serializers.BooleanField()
    fields: Any = GuidelineFieldDiffOut(many=True)


class GuidelineDiffOut(serializers.Serializer):
    head = GuidelineFieldDiffOut(many=True)
    steps = serializers.SerializerMethodField()

    @extend_schema_field(GuidelineStepDiffOut(many=True))
    def get_steps(self, diff: Any) -> list[dict[str, Any]]:
        return [
            {
                "code": step.code,
                "title": step.title,
                "state": step.state,
                "moved": step.moved,
                "fields": GuidelineFieldDiffOut(step.fields, many=True).data,
            }
            for step in diff.steps
        ]


class GuidelineRoleOut(serializers.Serializer):
    role = serializers.CharField()
    confirmed = serializers.IntegerField()
    missing = serializers.IntegerField()
    confirmed_names = serializers.ListField(child=serializers.CharField())
    missing_names = serializers.ListField(child=serializers.CharField())


class GuidelineReadersOut(serializers.Serializer):
    side = serializers.CharField()
    rows = GuidelineRoleOut(many=True)


class GuidelineReadingOut(serializers.ModelSerializer):
    class Meta:
        model = ProcedureReading
        fields = ["at"]


class GuidelineNothingIn(serializers.Serializer):
    """A deed without a body."""


class GuidelineStartIn(serializers.Serializer):
    code = serializers.CharField(max_length=200)
    title = serializers.CharField(max_length=2_000, help_text="In the language of the request.")


class GuidelineNoteIn(serializers.Serializer):
    note = serializers.CharField(required=False, allow_blank=True, default="")


class GuidelineChangeIn(GuidelineNoteIn):
    revision = serializers.IntegerField(min_value=1, help_text="The revision that was read.")
    content = serializers.JSONField()


class GuidelineDaysIn(serializers.Serializer):
    revision = serializers.IntegerField(min_value=1)
    effective_on = serializers.DateField()
    review_on = serializers.DateField(required=False, allow_null=True, default=None)


class GuidelineApproveIn(serializers.Serializer):
    sha256 = serializers.CharField(max_length=64)
    revision = serializers.IntegerField(min_value=1)


class GuidelineReasonGivenIn(serializers.Serializer):
    reason = serializers.CharField(allow_blank=True)


class GuidelineReviewIn(serializers.Serializer):
    review_on = serializers.DateField(help_text="The next day of review.")


class GuidelineCommentIn(serializers.Serializer):
    text = serializers.CharField(allow_blank=True)
    step = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    proposed = serializers.CharField(required=False, allow_blank=True, default="")
    client_ref = serializers.UUIDField(required=False, allow_null=True, default=None)


class GuidelineLessonIn(GuidelineCommentIn):
    about = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=80,
        help_text="What taught it, such as investigation:PUBLIC-ID.",
    )  # fmt: skip


class GuidelineAnswerIn(serializers.Serializer):
    taken_up = serializers.BooleanField()
    answer = serializers.CharField(required=False, allow_blank=True, default="")
