"""Shapes of the risk reports' part of the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..models import (
    Confidence,
    Probability,
    ReportApproval,
    ReportCitation,
    ReportComment,
    ReportJudgement,
    ReportLevel,
    ReportPart,
    ReportRecommendation,
    ReportReview,
    ReportSnapshot,
    ReportState,
    ReportStep,
    ReportText,
    RiskReport,
)
from ..register_shapes import LanguageField, WordField

LONG = 60_000  # the verb says how much fits


def _words(**more: Any) -> Any:
    return serializers.CharField(max_length=LONG, **more)


def _perhaps() -> Any:
    return _words(required=False, allow_blank=True, default="")


# What is said of a report that was withdrawn from the reader's side.
EMPTY: dict[str, Any] = {
    "title": "", "unit": "", "level": "", "starts_on": None, "ends_on": None, "sections": [],
    "places": [], "restriction": "",
}  # fmt: skip


class ReportRowOut(serializers.ModelSerializer):
    """What every reader of a report reads of it; of what was withdrawn from you the number and the
    reason, with everything that it was about empty."""

    unit = serializers.CharField(source="unit.code")
    state = serializers.CharField(help_text=", ".join(ReportState.values))
    level = serializers.CharField(help_text=", ".join(ReportLevel.values))
    title = serializers.CharField()
    other_unit = serializers.CharField(source="other_unit.code", default=None, allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)

    class Meta:
        model = RiskReport
        fields = [
            "uid", "number", "side", "unit", "other_unit", "joint", "level", "title", "language",
            "state", "exercise", "starts_on", "ends_on", "sections", "places", "handling", "tlp",
            "restriction", "disseminated_at", "withdrawn_at", "reason",
        ]  # fmt: skip

    def to_representation(self, row: RiskReport) -> dict[str, Any]:
        said = super().to_representation(row)
        gone = row.withdrawn_at is not None and self.context["side"] not in row.sides
        return {**said, **EMPTY} if gone else said


class ReportOfferOut(serializers.ModelSerializer):
    """The tasking, which is all that an invited side reads."""

    unit = serializers.CharField(source="unit.code")

    class Meta:
        model = RiskReport
        fields = [
            "uid", "side", "unit", "level", "title", "language", "starts_on", "ends_on", "sections",
            "tasking", "deadline", "invited_at",
        ]  # fmt: skip


class ReportWorkOut(serializers.Serializer):
    """What those who write a report read beside it."""

    tasking = serializers.CharField()
    deadline = serializers.DateTimeField()
    tasked_by = serializers.CharField(source="tasked_by.display_name")
    author = serializers.CharField(source="author.display_name", default=None, allow_null=True)
    sop = serializers.CharField()
    sop_version = serializers.IntegerField(source="version.number", default=None, allow_null=True)
    edition = serializers.IntegerField()
    invited_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)


class ReportOut(serializers.Serializer):
    """A report as your side reads it."""

    report = ReportRowOut(source="row")
    work = serializers.SerializerMethodField()
    superseded_by = serializers.SerializerMethodField(help_text="Where you read the newer one.")
    supersedes = serializers.SerializerMethodField()
    cited_by = serializers.SerializerMethodField(help_text="Reports that cite it and you read.")
    told = serializers.SerializerMethodField(help_text="Units of your side; to its authors, all.")
    snapshot = serializers.JSONField(
        allow_null=True, help_text="docs/risk-reports.md says its keys; null of what was withdrawn."
    )
    sha256 = serializers.CharField(source="digest", help_text="What an approval names.")
    frozen_at = serializers.DateTimeField(source="copy.at", default=None, allow_null=True)
    intact = serializers.BooleanField(help_text="Whether the frozen copy still has its hash.")

    @extend_schema_field(ReportWorkOut(allow_null=True))
    def get_work(self, one: Any) -> Any:
        return ReportWorkOut(one.row).data if one.works else None

    def _read(self, rows: Any) -> list[str]:
        seen = RiskReport.objects.visible_to(self.context["user"])
        return [str(uid) for uid in seen.filter(pk__in=rows).values_list("uid", flat=True)]

    def get_superseded_by(self, one: Any) -> str | None:
        return next(iter(self._read([one.row.superseded_by_id])), None)

    def get_supersedes(self, one: Any) -> list[str]:
        return self._read(one.row.supersedes.values("pk"))

    def get_cited_by(self, one: Any) -> list[str]:
        return self._read(one.row.cited_by.filter(removed_at=None).values("report_id"))

    def get_told(self, one: Any) -> list[str]:
        rows = one.row.told.select_related("unit")
        side = self.context["user"].side
        return [row.unit.code for row in rows if one.works or row.unit.side == side]


class ReportTaskIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40)
    level = WordField(ReportLevel.values)
    title = _words()
    language = LanguageField()
    tasking = _words()
    deadline = serializers.DateTimeField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    sections = serializers.ListField(child=serializers.CharField(max_length=10), required=False)
    places = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    sop = serializers.CharField(max_length=40, required=False, help_text="Code of a procedure.")
    handling = serializers.CharField(max_length=10, required=False)
    tlp = serializers.CharField(max_length=20, required=False)
    restriction = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    exercise = serializers.BooleanField(required=False)
    client_ref = serializers.UUIDField(required=False)


class ReportChangeIn(serializers.Serializer):
    title = _words()
    language = LanguageField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    sections = serializers.ListField(child=serializers.CharField(max_length=10), required=False)
    places = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    handling = serializers.CharField(max_length=10, required=False)
    tlp = serializers.CharField(max_length=20, required=False)
    restriction = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    edition = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class ReportNothingIn(serializers.Serializer):
    pass


class ReportUnitIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40)


class ReportWordsIn(serializers.Serializer):
    words = _perhaps()


class ReportReasonIn(serializers.Serializer):
    reason = _words()


class ReportPartOut(serializers.ModelSerializer):
    """A part as `side` reads it; the text of one that was left out its owner alone."""

    state = serializers.CharField(help_text=", ".join(ReportPart.State.values))
    changed_by = serializers.CharField(source="changed_by.display_name", default=None)

    class Meta:
        model = ReportPart
        fields = [
            "number", "code", "collects", "road", "side", "state", "text", "reason", "edition",
            "changed_at", "changed_by",
        ]  # fmt: skip

    def to_representation(self, row: ReportPart) -> dict[str, Any]:
        said = super().to_representation(row)
        return {**said, "text": row.text_for(self.context["side"])}


class ReportPartIn(serializers.Serializer):
    text = _words(allow_blank=True, trim_whitespace=False)
    edition = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, help_text="That of the part as you read it."
    )


class ReportStaleOut(serializers.Serializer):
    """Somebody saved meanwhile. Both texts are kept."""

    code = serializers.CharField()
    detail = serializers.CharField()
    fields = serializers.DictField()  # type: ignore[assignment]
    current = ReportPartOut()
    refused = serializers.CharField(help_text="Your text; it stands in the history too.")


class ReportSideIn(serializers.Serializer):
    side = serializers.CharField(max_length=2)


class ReportTextOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")

    class Meta:
        model = ReportText
        fields = ["uid", "edition", "refused", "text", "at", "by"]


class ReportRestoreIn(serializers.Serializer):
    text = serializers.UUIDField(help_text="Public id of a text of the history.")
    edition = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class ReportCitationOut(serializers.Serializer):
    number = serializers.IntegerField()
    kind = serializers.CharField(help_text=", ".join(ReportCitation.Kind.values))
    content = serializers.JSONField(
        source="*", help_text="As your side reads it; its keys by kind: docs/risk-reports.md."
    )


class ReportCiteIn(serializers.Serializer):
    kind = WordField(["incident", "anomaly", "risk", "report"])
    uid = serializers.UUIDField()


class ReportJudgementIn(serializers.Serializer):
    text = _words()
    probability = WordField(Probability.values, required=False, allow_blank=True)
    confidence = WordField(Confidence.values, required=False, allow_blank=True)
    alternative = _perhaps()
    cites = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=1_000), required=False, max_length=200
    )
    no_cites = _perhaps()


class ReportJudgementNewIn(ReportJudgementIn):
    client_ref = serializers.UUIDField(required=False)


class ReportJudgementChangeIn(ReportJudgementIn):
    edition = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class ReportJudgementOut(serializers.ModelSerializer):
    probability = serializers.CharField()
    confidence = serializers.CharField()

    class Meta:
        model = ReportJudgement
        fields = [
            "number", "side", "text", "probability", "confidence", "alternative", "cites",
            "no_cites", "edition",
        ]  # fmt: skip


class ReportAdviceIn(serializers.Serializer):
    text = _words()
    unit = serializers.CharField(max_length=40)
    due = serializers.DateField()


class ReportAdviceNewIn(ReportAdviceIn):
    client_ref = serializers.UUIDField(required=False)


class ReportAdviceChangeIn(ReportAdviceIn):
    edition = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class ReportAdviceOut(serializers.ModelSerializer):
    report = serializers.UUIDField(source="report.uid")
    unit = serializers.CharField(source="unit.code")
    state = serializers.CharField(help_text=", ".join(ReportRecommendation.State.values))

    class Meta:
        model = ReportRecommendation
        fields = [
            "report", "number", "side", "text", "unit", "due", "edition", "state", "answer",
            "answered_at",
        ]  # fmt: skip


class ReportAnswerIn(serializers.Serializer):
    state = WordField(["accepted", "declined", "done"])
    answer = _perhaps()


class ReportReviewIn(serializers.Serializer):
    reviewer = serializers.UUIDField(help_text="Public id of an officer.")


class ReportReviewOut(serializers.ModelSerializer):
    reviewer = serializers.CharField(source="reviewer.display_name")
    outcome = serializers.CharField(help_text=", ".join(ReportReview.Outcome.values))

    class Meta:
        model = ReportReview
        fields = ["reviewer", "edition", "outcome", "words", "at", "ended_at"]


class ReportCommentIn(serializers.Serializer):
    text = _words()
    part = serializers.IntegerField(required=False, min_value=1, max_value=1_000)
    judgement = serializers.IntegerField(required=False, min_value=1, max_value=1_000)
    client_ref = serializers.UUIDField(required=False)


class ReportCommentOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")

    class Meta:
        model = ReportComment
        fields = [
            "uid", "part", "judgement", "text", "at", "by", "resolution", "resolved_at",
        ]  # fmt: skip


class ReportResolveIn(serializers.Serializer):
    resolution = _words()


class ReportApproveIn(serializers.Serializer):
    sha256 = serializers.CharField(max_length=64, help_text="Of the snapshot that was read.")


class ReportApprovalOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")

    class Meta:
        model = ReportApproval
        fields = ["side", "edition", "sha256", "at", "by", "voided_at"]


class ReportCopyOut(serializers.ModelSerializer):
    class Meta:
        model = ReportSnapshot
        fields = ["side", "edition", "sha256", "at"]


class ReportStepOut(serializers.ModelSerializer):
    deed = serializers.CharField(help_text=", ".join(ReportStep.Deed.values))
    by = serializers.CharField(source="by.display_name", default=None, allow_null=True)

    class Meta:
        model = ReportStep
        fields = ["deed", "side", "edition", "words", "at", "by"]


class ReportSendIn(serializers.Serializer):
    units = serializers.ListField(child=serializers.CharField(max_length=40), max_length=100)
    urgent = serializers.BooleanField(required=False)


class ReportSupersedeIn(serializers.Serializer):
    newer = serializers.UUIDField()
