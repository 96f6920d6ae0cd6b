"""What joint operations look like in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..daily import Figures, SideOfDay, figures_of_day, figures_said
from ..models import (
    JointOperation,
    OperationApproval,
    OperationDay,
    OperationResource,
    OperationShift,
    OperationText,
    OperationVersion,
)
from ..operation_papers import standing_of

LONG = 60_000  # the verb says how much fits


class OperationResourceOut(serializers.ModelSerializer):
    kind = serializers.CharField()

    class Meta:
        model = OperationResource
        fields = ["uid", "side", "kind", "count", "note", "removed_at"]


class OperationApprovalOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")

    class Meta:
        model = OperationApproval
        fields = ["side", "by", "at", "sha256", "voided_at"]


class OperationVersionRowOut(serializers.ModelSerializer):
    paper = serializers.CharField(help_text="plan or report.")
    approvals = OperationApprovalOut(many=True)

    class Meta:
        model = OperationVersion
        fields = ["paper", "number", "sha256", "at", "signed_at", "voided_at", "approvals"]


class OperationVersionOut(OperationVersionRowOut):
    said = serializers.CharField(help_text="Canonical JSON: the bytes that were approved.")

    class Meta:
        model = OperationVersion
        fields = [*OperationVersionRowOut.Meta.fields, "said"]


class OperationTextOut(serializers.ModelSerializer):
    owner = serializers.CharField(help_text="LV, BY, or empty for a joint text.")
    language = serializers.CharField()

    class Meta:
        model = OperationText
        fields = ["section", "owner", "language", "text", "edition", "at"]


class OperationPaperOut(serializers.Serializer):
    paper = serializers.CharField()
    edition = serializers.IntegerField()
    state = serializers.CharField(help_text="draft, put or in_force.")
    texts = OperationTextOut(many=True)
    versions = OperationVersionRowOut(many=True)


class JointOperationRowOut(serializers.ModelSerializer):
    side = serializers.CharField()
    state = serializers.CharField()
    language = serializers.CharField()
    unit = serializers.CharField(source="unit.code")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()

    class Meta:
        model = JointOperation
        fields = [
            "uid", "number", "side", "unit", "state", "title", "language", "zone", "starts_at",
            "ends_at", "places", "sections", "proposed_at", "edition", "reason",
        ]  # fmt: skip


class JointOperationOut(JointOperationRowOut):
    activity = serializers.SerializerMethodField(help_text="Number of the activity, or null.")
    resources = serializers.SerializerMethodField()
    plan = serializers.SerializerMethodField(help_text="draft, put or in_force.")
    report = serializers.SerializerMethodField(help_text="draft, put or in_force.")

    class Meta:
        model = JointOperation
        fields = [*JointOperationRowOut.Meta.fields, "activity", "resources", "plan", "report"]

    def get_activity(self, operation: JointOperation) -> str | None:
        return operation.activity.number if operation.activity else None

    @extend_schema_field(OperationResourceOut(many=True))
    def get_resources(self, operation: JointOperation) -> Any:
        rows = operation.resources.filter(removed_at=None)
        return OperationResourceOut(rows, many=True).data

    def get_plan(self, operation: JointOperation) -> str:
        return standing_of(operation, "plan").code

    def get_report(self, operation: JointOperation) -> str:
        return standing_of(operation, "report").code


class JointOperationIn(serializers.Serializer):
    title = serializers.CharField(max_length=LONG)
    language = serializers.CharField(max_length=40)
    zone = serializers.CharField(
        max_length=40, required=False, default="", allow_blank=True,
        help_text="Europe/Riga or Europe/Minsk; that of the own side by default.",
    )  # fmt: skip
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    places = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list, max_length=200
    )
    sections = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list, max_length=200
    )


class JointOperationNewIn(JointOperationIn):
    unit = serializers.CharField(max_length=40, help_text="Code of the unit that coordinates it.")
    activity = serializers.CharField(
        max_length=20, required=False, allow_null=True, default=None,
        help_text="Number of the activity that stands for it in the calendar.",
    )  # fmt: skip
    in_calendar = serializers.BooleanField(
        required=False, default=False, help_text="Plan an activity for it."
    )
    client_ref = serializers.UUIDField(required=False)


class JointOperationChangeIn(JointOperationIn):
    zone = serializers.CharField(max_length=40)
    edition = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class OperationReasonIn(serializers.Serializer):
    reason = serializers.CharField(max_length=LONG)


class OperationNothingIn(serializers.Serializer):
    pass


class OperationTieIn(serializers.Serializer):
    activity = serializers.CharField(max_length=20, allow_null=True, help_text="Null for none.")


class OperationResourceIn(serializers.Serializer):
    kind = serializers.CharField(max_length=40, help_text=", ".join(OperationResource.Kind.values))
    count = serializers.IntegerField(min_value=1, max_value=10_000)
    note = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    client_ref = serializers.UUIDField(required=False)


class OperationTextIn(serializers.Serializer):
    section = serializers.CharField(max_length=40)
    owner = serializers.CharField(max_length=2, required=False, allow_blank=True, default="")
    language = serializers.CharField(max_length=40)
    text = serializers.CharField(max_length=LONG, allow_blank=True)
    edition = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class OperationEditionIn(serializers.Serializer):
    edition = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class OperationApproveIn(serializers.Serializer):
    sha256 = serializers.CharField(max_length=200, help_text="Of the version as it was read.")


class OperationShiftOut(serializers.ModelSerializer):
    side = serializers.CharField()
    officer = serializers.CharField(source="officer.display_name")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()

    class Meta:
        model = OperationShift
        fields = [
            "uid", "side", "officer", "place", "starts_at", "ends_at", "task", "cancelled_at",
        ]  # fmt: skip


class OperationShiftIn(serializers.Serializer):
    officer = serializers.CharField(max_length=150, help_text="User name, of the own side.")
    place = serializers.CharField(max_length=40, help_text="A place or section of the operation.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    task = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    client_ref = serializers.UUIDField(required=False)


class OperationTagIn(serializers.Serializer):
    operation = serializers.CharField(max_length=20, help_text="Number of the operation.")


class OperationTagOut(serializers.Serializer):
    operation = serializers.CharField(source="operation.number")
    side = serializers.CharField()
    at = serializers.DateTimeField()


class OperationCellOut(serializers.Serializer):
    category = serializers.CharField()
    place = serializers.CharField(help_text="Empty where none was named.")
    count = serializers.IntegerField()


class OperationFiguresOut(serializers.Serializer):
    own = OperationCellOut(many=True)
    released = OperationCellOut(many=True)
    numbers = serializers.ListField(child=serializers.CharField())
    total = serializers.IntegerField()
    total_released = serializers.IntegerField()


class OperationDayOut(serializers.ModelSerializer):
    side = serializers.CharField()
    language = serializers.CharField()
    late = serializers.BooleanField()
    figures = serializers.SerializerMethodField()

    class Meta:
        model = OperationDay
        fields = [
            "uid", "side", "day", "number", "reason", "due_at", "late", "language", "text",
            "edition", "approved_at", "sha256", "figures",
        ]  # fmt: skip

    @extend_schema_field(OperationFiguresOut)
    def get_figures(self, day: OperationDay) -> Any:
        figures: Figures = (
            figures_said(day.content)
            if day.approved_at
            else figures_of_day(day.operation, day.side, day.day)
        )
        return OperationFiguresOut(figures).data


class OperationSideOfDayOut(serializers.Serializer):
    side = serializers.CharField()
    report = OperationDayOut(allow_null=True, help_text="Null: not given, so not known. Not zero.")
    earlier = serializers.SerializerMethodField(help_text="Versions that were corrected.")

    @extend_schema_field(OperationDayOut(many=True))
    def get_earlier(self, side: SideOfDay) -> Any:
        return OperationDayOut([one.report for one in side.earlier], many=True).data


class OperationDayIn(serializers.Serializer):
    language = serializers.CharField(max_length=40)
    text = serializers.CharField(max_length=LONG)
    edition = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
