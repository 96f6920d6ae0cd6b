"""What the part of the API about procedures takes and gives."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bordercoop.reference.models import (
    MOST_MONTHS,
    ProcedureApproval,
    ProcedureComment,
    ProcedureReading,
    ProcedureVersion,
)

from .procedures import approvals_of


class ProcedureApprovalOut(serializers.ModelSerializer):
    by: Any = serializers.CharField(source="by.display_name")

    class Meta:
        model = ProcedureApproval
        fields = ["side", "sha256", "revision", "by", "at"]


class ProcedureCommentOut(serializers.ModelSerializer):
    by: Any = serializers.CharField(source="by.display_name")

    class Meta:
        model = ProcedureComment
        fields = ["uid", "step", "side", "text", "proposed", "about", "by", "at", "state", "answer"]


class ProcedureBriefOut(serializers.ModelSerializer):
    """A version without its text."""

    code = serializers.CharField(source="procedure.code")
    level = serializers.CharField(
        source="procedure.level", help_text="operational, strategic, or empty for every level."
    )
    side = serializers.CharField(help_text="Prepares it; empty for what came with the portal.")
    title = serializers.CharField(read_only=True)

    class Meta:
        model = ProcedureVersion
        fields = [
            "uid", "code", "level", "number", "state", "title", "sha256", "revision", "side",
            "effective_on", "review_on", "review_months", "in_force_at", "ended_at",
        ]  # fmt: skip


class ProcedureVersionOut(ProcedureBriefOut):
    content = serializers.JSONField(help_text="Texts as {language: text}; steps in their order.")
    approvals = serializers.SerializerMethodField(help_text="Those of this very revision.")
    comments = ProcedureCommentOut(many=True)

    class Meta(ProcedureBriefOut.Meta):
        fields = [
            *ProcedureBriefOut.Meta.fields,
            "source",
            "reason",
            "content",
            "approvals",
            "comments",
        ]

    @extend_schema_field(ProcedureApprovalOut(many=True))
    def get_approvals(self, version: ProcedureVersion) -> list[dict[str, Any]]:
        return list(ProcedureApprovalOut(approvals_of(version), many=True).data)


class ProcedureReadOut(serializers.Serializer):
    """Of the officers of a side who have to confirm what holds, how many have."""

    side = serializers.CharField()
    confirmed = serializers.IntegerField()
    whole = serializers.IntegerField()


class ProcedureLineOut(serializers.Serializer):
    code = serializers.CharField(source="procedure.code")
    level = serializers.CharField(source="procedure.level")
    holding = ProcedureBriefOut(allow_null=True)
    prepared = ProcedureBriefOut(allow_null=True)
    approved_by = serializers.ListField(
        child=serializers.CharField(),
        help_text="The sides that approved what is prepared, as it stands.",
    )
    readers: Any = ProcedureReadOut(many=True)
    waits = serializers.ListField(
        child=serializers.ChoiceField(choices=["approve", "comments", "review", "read"])
    )


class ProcedureFieldDiffOut(serializers.Serializer):
    label: Any = serializers.CharField()
    pieces = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Pairs of same, added or removed, and the words.",
    )


class ProcedureStepDiffOut(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField(help_text="added, removed, changed, moved or same")
    moved = serializers.BooleanField()
    fields: Any = ProcedureFieldDiffOut(many=True)


class ProcedureDiffOut(serializers.Serializer):
    head = ProcedureFieldDiffOut(many=True)
    steps = serializers.SerializerMethodField()

    @extend_schema_field(ProcedureStepDiffOut(many=True))
    def get_steps(self, diff: Any) -> list[dict[str, Any]]:
        return [
            {
                "code": step.code,
                "title": step.title,
                "state": step.state,
                "moved": step.moved,
                "fields": ProcedureFieldDiffOut(step.fields, many=True).data,
            }
            for step in diff.steps
        ]


class ProcedureRoleOut(serializers.Serializer):
    role = serializers.CharField()
    confirmed = serializers.IntegerField()
    missing = serializers.IntegerField()
    confirmed_names = serializers.ListField(child=serializers.CharField())
    missing_names = serializers.ListField(child=serializers.CharField())


class ProcedureReadersOut(serializers.Serializer):
    side = serializers.CharField()
    rows = ProcedureRoleOut(many=True)


class ProcedureReadingIn(serializers.Serializer):
    version = serializers.IntegerField(help_text="Number of the version that was read.")


class ProcedureReadingOut(serializers.ModelSerializer):
    class Meta:
        model = ProcedureReading
        fields = ["at"]


class ProcedureNothingIn(serializers.Serializer):
    """A deed without a body."""


class ProcedureStartIn(serializers.Serializer):
    code = serializers.CharField(max_length=200)
    level = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=40,
        help_text="operational or strategic, of a kind that has levels.",
    )  # fmt: skip
    title = serializers.CharField(max_length=2_000, help_text="In the language of the request.")


class ProcedureNoteIn(serializers.Serializer):
    note = serializers.CharField(required=False, allow_blank=True, default="")


class ProcedureChangeIn(ProcedureNoteIn):
    revision = serializers.IntegerField(min_value=1, help_text="The revision that was read.")
    content = serializers.JSONField()


class ProcedureDaysIn(serializers.Serializer):
    revision = serializers.IntegerField(min_value=1)
    effective_on = serializers.DateField()
    review_on = serializers.DateField(
        required=False, allow_null=True, default=None,
        help_text="Without it the day that the interval gives.",
    )  # fmt: skip
    review_months = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=MOST_MONTHS,
        help_text="After how many months it is reviewed again.",
    )  # fmt: skip


class ProcedureApproveIn(serializers.Serializer):
    sha256 = serializers.CharField(max_length=64)
    revision = serializers.IntegerField(min_value=1)


class ProcedureReasonGivenIn(serializers.Serializer):
    reason = serializers.CharField(allow_blank=True)


class ProcedureReviewIn(serializers.Serializer):
    review_on = serializers.DateField(
        required=False, allow_null=True, default=None,
        help_text="The next day of review; without it the one that the interval gives.",
    )  # fmt: skip


class ProcedureCommentIn(serializers.Serializer):
    text = serializers.CharField(allow_blank=True)
    step = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    proposed = serializers.CharField(required=False, allow_blank=True, default="")
    client_ref = serializers.UUIDField(required=False, allow_null=True, default=None)


class ProcedureLessonIn(ProcedureCommentIn):
    about = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=80,
        help_text="What taught it, such as investigation:PUBLIC-ID.",
    )  # fmt: skip


class ProcedureAnswerIn(serializers.Serializer):
    taken_up = serializers.BooleanField()
    answer = serializers.CharField(required=False, allow_blank=True, default="")
