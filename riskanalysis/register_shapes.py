"""Shapes of the risk register's part of the API."""

from typing import Any

from rest_framework import serializers

from bordercoop.reference.models import LANGUAGES

from .models import (
    Assessment,
    Confidence,
    EventAssessment,
    EventHost,
    EventPhase,
    MatrixState,
    MatrixVersion,
    Probability,
    PublicEvent,
    Readiness,
    Risk,
    RiskState,
    SectionLevel,
    Treatment,
)

TEXTS = "By language: en, lv, be, ru."


class LevelField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=7, **kwargs)


class TextsField(serializers.DictField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(allow_blank=True), help_text=TEXTS, **kwargs)


class LanguageField(serializers.CharField):
    """The verb says which languages there are."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", ", ".join(LANGUAGES))
        super().__init__(max_length=2, **kwargs)


class WordField(serializers.CharField):
    """One of the words of a list; the verb refuses another one."""

    def __init__(self, values: list[str] | None = None, **kwargs: Any) -> None:
        if values is not None:
            kwargs["help_text"] = ", ".join(values)
        super().__init__(max_length=40, **kwargs)


class RiskAssessmentOut(serializers.ModelSerializer):
    matrix = serializers.IntegerField(source="matrix.number", help_text="Version of the scales.")
    by = serializers.CharField(source="by.display_name")
    incidents = serializers.SerializerMethodField(
        help_text="Those that you read, at the version that was read then."
    )

    language = LanguageField()
    probability = WordField(Probability.values)
    confidence = WordField(Confidence.values)

    class Meta:
        model = Assessment
        fields = [
            "uid", "side", "matrix", "likelihood", "magnitude", "vulnerability", "impact", "row",
            "column", "score", "band", "why", "language", "probability", "confidence", "by", "at",
            "incidents",
        ]  # fmt: skip

    def get_incidents(self, one: Any) -> list[dict[str, Any]]:
        rows = one.citations.visible_to(self.context["user"]).select_related("incident")
        return [
            {"uid": str(c.incident.uid), "number": c.incident.number, "version": c.version}
            for c in rows
        ]


class RiskOut(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")
    officer = serializers.UUIDField(source="officer.uid", allow_null=True, default=None)
    other_unit = serializers.CharField(source="other_unit.code", allow_null=True, default=None)

    language = LanguageField()
    state = WordField(RiskState.values)

    class Meta:
        model = Risk
        fields = [
            "uid", "code", "side", "unit", "officer", "other_unit", "title", "text", "language",
            "category", "sections", "state", "reason", "edition", "shared_at", "at",
        ]  # fmt: skip


class RiskViewOut(serializers.Serializer):
    side = serializers.CharField()
    assessment = serializers.UUIDField(source="now.uid")
    score = serializers.IntegerField(source="now.score")
    band = serializers.CharField(source="now.band")
    row = serializers.IntegerField(source="now.row")
    column = serializers.IntegerField(source="now.column")
    at = serializers.DateTimeField(source="now.at")
    change = serializers.IntegerField(
        allow_null=True, help_text="Of the score since last month ended."
    )


class RiskRowOut(serializers.Serializer):
    risk = RiskOut()
    views = RiskViewOut(many=True, help_text="Both sides, your own first.")
    differs = serializers.BooleanField()
    treatments = serializers.IntegerField(help_text="Open ones.")
    overdue = serializers.IntegerField()


class RiskIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40, help_text="Code of the unit that owns it.")
    officer = serializers.UUIDField(required=False, allow_null=True)
    title = TextsField()
    text = TextsField(required=False)
    language = LanguageField(help_text="In which it was written first.")
    category = serializers.CharField(max_length=40, required=False, allow_blank=True)
    sections = serializers.ListField(
        child=serializers.CharField(max_length=10), required=False, max_length=20
    )
    client_ref = serializers.UUIDField(required=False)


class RiskChangeIn(RiskIn):
    client_ref = None  # type: ignore[assignment]
    edition = serializers.IntegerField(required=False, help_text="409 when another one stands.")


class RiskNothingIn(serializers.Serializer):
    pass


class RiskMoveIn(serializers.Serializer):
    state = WordField(RiskState.values)
    reason = serializers.CharField(required=False, allow_blank=True)
    edition = serializers.IntegerField(required=False)


class RiskShareIn(serializers.Serializer):
    edition = serializers.IntegerField(required=False, help_text="409 when another one stands.")
    assessment = serializers.UUIDField(
        required=False, allow_null=True,
        help_text="With an edition: the newest one that you read, null for none; 409 otherwise.",
    )  # fmt: skip


class RiskJoinIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40)


class RiskAssessmentIn(serializers.Serializer):
    likelihood = LevelField()
    magnitude = LevelField()
    vulnerability = LevelField()
    impact = serializers.DictField(child=LevelField(), help_text="By domain of the scales.")
    why = serializers.CharField()
    language = LanguageField()
    probability = WordField(Probability.values)
    confidence = WordField(Confidence.values)
    incidents = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=50)
    edition = serializers.IntegerField(
        required=False, help_text="Of the risk; 409 when another one stands."
    )
    matrix = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text="Version of the scales that the levels are of; 409 when another one holds.",
    )
    client_ref = serializers.UUIDField(required=False)


class RiskTreatmentOut(serializers.ModelSerializer):
    risk = serializers.UUIDField(source="risk.uid")
    unit = serializers.CharField(source="unit.code")
    officer = serializers.UUIDField(source="officer.uid", allow_null=True, default=None)

    language = LanguageField()
    state = WordField(Treatment.State.values)

    class Meta:
        model = Treatment
        fields = [
            "uid", "risk", "side", "unit", "officer", "what", "language", "due", "given", "state",
            "evidence", "reason", "ended_at", "edition", "at",
        ]  # fmt: skip


class RiskTreatmentChangeIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40)
    officer = serializers.UUIDField(required=False, allow_null=True)
    what = serializers.CharField()
    due = serializers.DateField()
    given = serializers.BooleanField(default=False, help_text="Both sides read it.")
    edition = serializers.IntegerField(required=False)


class RiskTreatmentIn(RiskTreatmentChangeIn):
    edition = None  # type: ignore[assignment]
    language = LanguageField()
    client_ref = serializers.UUIDField(required=False)


class RiskEvidenceIn(serializers.Serializer):
    evidence = serializers.CharField()
    edition = serializers.IntegerField(required=False)


class RiskDropIn(serializers.Serializer):
    reason = serializers.CharField()
    edition = serializers.IntegerField(required=False)


class RiskScalesOut(serializers.ModelSerializer):
    content = serializers.JSONField()
    approved_by = serializers.SerializerMethodField(help_text="Sides that approved this revision.")

    state = WordField(MatrixState.values)

    class Meta:
        model = MatrixVersion
        fields = [
            "uid", "number", "state", "content", "sha256", "revision", "note", "source",
            "verified", "side", "effective_on", "in_force_at", "ended_at", "reason", "approved_by",
        ]  # fmt: skip

    def get_approved_by(self, version: Any) -> list[str]:
        rows = version.approvals.filter(revision=version.revision, sha256=version.sha256)
        return sorted(rows.values_list("side", flat=True))


class RiskScalesIn(serializers.Serializer):
    content = serializers.JSONField()
    note = serializers.CharField(required=False, allow_blank=True)
    effective_on = serializers.DateField(required=False, allow_null=True)
    revision = serializers.IntegerField()


class RiskScalesApproveIn(serializers.Serializer):
    sha256 = serializers.CharField(max_length=64)
    revision = serializers.IntegerField()


class RiskScalesReasonIn(serializers.Serializer):
    reason = serializers.CharField()


class RiskCellOut(serializers.Serializer):
    row = serializers.IntegerField()
    column = serializers.IntegerField()
    score = serializers.IntegerField()
    band = serializers.CharField(source="band.code")
    risks = serializers.SerializerMethodField(
        help_text="[{code, side, last}]; `side` where the sides differ, `last` for last month."
    )

    def get_risks(self, cell: Any) -> list[dict[str, Any]]:
        return [
            {"code": chip.risk.code, "side": chip.side, "last": chip.last} for chip in cell.chips
        ]


class RiskMatrixOut(serializers.Serializer):
    version = serializers.IntegerField(source="version.number")
    cells = RiskCellOut(many=True)


class SectionLevelOut(serializers.ModelSerializer):
    ran_out = serializers.BooleanField()

    language = LanguageField()
    level = WordField(SectionLevel.Level.values)

    class Meta:
        model = SectionLevel
        fields = [
            "uid", "section", "side", "level", "why", "language", "until", "ran_out", "at",
            "ended_at",
        ]  # fmt: skip


class SectionLevelIn(serializers.Serializer):
    section = serializers.CharField(max_length=10)
    level = WordField(SectionLevel.Level.values)
    why = serializers.CharField()
    language = LanguageField()
    until = serializers.DateField(required=False, allow_null=True)
    client_ref = serializers.UUIDField(required=False)


class EventHostOut(serializers.ModelSerializer):
    class Meta:
        model = EventHost
        fields = ["uid", "name", "side", "dropped_on", "note"]


class PublicEventOut(serializers.ModelSerializer):
    hosts = EventHostOut(many=True)
    phase = WordField(EventPhase.values)
    gone = serializers.ListField(
        child=serializers.CharField(), read_only=True,
        help_text="That it was called off, and each city that does not hold it any more, in words.",
    )  # fmt: skip

    class Meta:
        model = PublicEvent
        fields = [
            "uid", "code", "name", "starts_on", "ends_on", "phase", "called_off_at", "edition",
            "source", "verified", "hosts", "gone",
        ]  # fmt: skip


class PublicEventIn(serializers.Serializer):
    code = serializers.CharField(max_length=40, help_text="Of `public_event`.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    hosts = serializers.ListField(child=serializers.CharField(), max_length=50)


class HostDropIn(serializers.Serializer):
    on = serializers.DateField()
    note = serializers.CharField()


class HostSideIn(serializers.Serializer):
    side = WordField(["LV", "BY"])


class EventFlowIn(serializers.Serializer):
    day = serializers.DateField()
    place = serializers.CharField(max_length=40)
    host = serializers.CharField(max_length=80)
    people = serializers.IntegerField()


class EventAssessmentIn(serializers.Serializer):
    readiness = WordField(Readiness.values)
    flows = EventFlowIn(many=True, required=False)
    threats = serializers.CharField(required=False, allow_blank=True)
    vulnerabilities = serializers.CharField(required=False, allow_blank=True)
    measures = serializers.CharField(required=False, allow_blank=True)
    language = LanguageField()
    as_of = serializers.DateField(
        required=False, allow_null=True, help_text="By whose knowledge it is written; today."
    )
    edition = serializers.IntegerField(required=False)
    client_ref = serializers.UUIDField(required=False)


class EventGiveIn(serializers.Serializer):
    edition = serializers.IntegerField(required=False)


class EventAssessmentOut(serializers.ModelSerializer):
    content = serializers.JSONField()

    language = LanguageField()
    readiness = WordField(Readiness.values)

    class Meta:
        model = EventAssessment
        fields = [
            "uid", "side", "number", "readiness", "as_of", "content", "language", "edition",
            "given_at", "at",
        ]  # fmt: skip
