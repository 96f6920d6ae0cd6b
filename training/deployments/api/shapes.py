"""Shapes of the API of experts and deployments."""

import uuid
from typing import Any

from rest_framework import serializers

from ...api.activity_shapes import LONG, _codes, _perhaps, _words
from ..guests import told_of
from ..models import (
    Accreditation,
    AvailablePeriod,
    Briefing,
    Debriefing,
    Deployment,
    DeploymentMove,
    DeploymentState,
    Expert,
    Extension,
)


class AccreditationOut(serializers.ModelSerializer[Accreditation]):
    class Meta:
        model = Accreditation
        fields = ["uid", "kind", "number", "side", "valid_from", "valid_until", "withdrawn_at",
                  "reason"]  # fmt: skip


class AvailablePeriodOut(serializers.ModelSerializer[AvailablePeriod]):
    class Meta:
        model = AvailablePeriod
        fields = ["uid", "first_day", "last_day"]


class ExpertOut(serializers.ModelSerializer[Expert]):
    officer = serializers.UUIDField(source="officer.uid", default=None, allow_null=True)
    name = serializers.SerializerMethodField()
    languages = serializers.SerializerMethodField(help_text="Level (A1 to C2) by code.")
    accreditations = AccreditationOut(many=True)
    available = serializers.SerializerMethodField(
        help_text="Of experts of the own side and of Frontex; else empty."
    )

    class Meta:
        model = Expert
        fields = ["uid", "number", "side", "officer", "name", "service", "profiles", "languages",
                  "available", "accreditations", "left_at"]  # fmt: skip

    def get_name(self, expert: Expert) -> str:
        return str(expert.officer.display_name) if expert.officer else expert.name

    def get_languages(self, expert: Expert) -> dict[str, str]:
        return {one.code: one.level for one in expert.languages.all()}

    def get_available(self, expert: Expert) -> list[dict[str, Any]]:
        if expert.side not in (self.context["side"], "EU"):
            return []
        rows = [one for one in expert.periods.all() if one.removed_at is None]
        return list(AvailablePeriodOut(rows, many=True).data)


class DeploymentMoveOut(serializers.ModelSerializer[DeploymentMove]):
    before = serializers.CharField()
    after = serializers.CharField()
    by = serializers.UUIDField(source="by.uid", default=None, allow_null=True)

    class Meta:
        model = DeploymentMove
        fields = ["before", "after", "reason", "at", "by"]


class BriefingOut(serializers.ModelSerializer[Briefing]):
    language = serializers.CharField()

    class Meta:
        model = Briefing
        fields = ["held_at", "given_by", "text", "contact", "language"]


class DebriefingOut(serializers.ModelSerializer[Debriefing]):
    language = serializers.CharField()

    class Meta:
        model = Debriefing
        fields = ["report", "lessons", "language", "at"]


class ExtensionOut(serializers.ModelSerializer[Extension]):
    class Meta:
        model = Extension
        fields = ["uid", "last_day", "reason", "at", "agreed", "answer", "answered_at"]


class DeploymentRowOut(serializers.ModelSerializer[Deployment]):
    side = serializers.CharField(help_text="LV, BY: the host.")
    unit = serializers.CharField(source="unit.code")
    sender = serializers.CharField(help_text="LV, BY, EU (Frontex): who is asked for the expert.")
    state = serializers.CharField(help_text=", ".join(DeploymentState.values))
    level = serializers.CharField()
    language = serializers.CharField()
    expert = serializers.UUIDField(source="expert.uid", default=None, allow_null=True)
    operation = serializers.CharField(
        source="operation.number", default=None, allow_null=True,
        help_text="The joint operation that it is for.",
    )  # fmt: skip

    class Meta:
        model = Deployment
        fields = ["uid", "number", "side", "unit", "sender", "state", "profile", "languages",
                  "level", "first_day", "last_day", "language", "purpose", "tasks", "legal_basis",
                  "powers_ground", "expert", "operation", "reason",
                  "access_ended_at"]  # fmt: skip


class DeploymentOut(DeploymentRowOut):
    moves = DeploymentMoveOut(many=True)
    briefing = BriefingOut(allow_null=True, default=None)
    debriefing = DebriefingOut(allow_null=True, default=None)
    extensions = ExtensionOut(many=True)

    class Meta(DeploymentRowOut.Meta):
        fields = [*DeploymentRowOut.Meta.fields, "moves", "briefing", "debriefing", "extensions"]


class OwnDeploymentOut(serializers.ModelSerializer[Deployment]):
    """What an expert is shown of the own deployment."""

    unit = serializers.CharField(source="unit.code")
    state = serializers.CharField(help_text=", ".join(DeploymentState.values))
    language = serializers.CharField()
    briefing = BriefingOut(allow_null=True, default=None)
    ends_at = serializers.DateTimeField()
    operation = serializers.CharField(source="operation.number", default=None, allow_null=True)
    incidents = serializers.SerializerMethodField(
        help_text="Public ids of the incidents of the operation that the account reads."
    )

    class Meta:
        model = Deployment
        fields = ["uid", "number", "unit", "state", "profile", "first_day", "last_day", "language",
                  "tasks", "legal_basis", "powers_ground", "briefing", "ends_at", "operation",
                  "incidents"]  # fmt: skip

    def get_incidents(self, one: Deployment) -> list[uuid.UUID]:
        return [row.share.incident.uid for row in told_of(self.context["user"], one)]


class DeploymentDoneOut(serializers.Serializer[Any]):
    """No more than this: answers are kept for repeated calls, and what is said of experts is
    not."""

    uid = serializers.UUIDField()
    number = serializers.CharField(required=False)
    state = serializers.CharField(required=False)


class NeedIn(serializers.Serializer[Any]):
    unit = serializers.CharField(max_length=40, help_text="Code of a desk or crossing point.")
    sender = serializers.CharField(max_length=2, help_text="LV, BY, EU (Frontex)")
    profile = serializers.CharField(max_length=40, help_text="A code of `deployment_profile`.")
    languages = _codes()
    level = serializers.CharField(max_length=2, default="B1", help_text="A1 to C2")
    operation = serializers.CharField(
        max_length=20, required=False, allow_blank=True, default="",
        help_text="Number of the joint operation that it is for.",
    )  # fmt: skip
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    language = serializers.CharField(max_length=2)
    purpose = _words(allow_blank=True)
    tasks = _words(allow_blank=True)
    legal_basis = _words(allow_blank=True)
    client_ref = serializers.UUIDField(required=False)


class AssessIn(serializers.Serializer[Any]):
    assessment = _words(allow_blank=True)


class ExpertOfferIn(serializers.Serializer[Any]):
    expert = serializers.UUIDField()


class BriefIn(serializers.Serializer[Any]):
    held_at = serializers.DateTimeField()
    given_by = _words(allow_blank=True)
    text = _words(allow_blank=True)
    contact = _words(allow_blank=True)
    language = serializers.CharField(max_length=2)


class DebriefIn(serializers.Serializer[Any]):
    report = _words(allow_blank=True)
    lessons = serializers.ListField(
        child=serializers.CharField(max_length=LONG, allow_blank=True), default=list, max_length=200
    )
    language = serializers.CharField(max_length=2)


class DeploymentReasonIn(serializers.Serializer[Any]):
    reason = _words(allow_blank=True)


class ExtendIn(DeploymentReasonIn):
    last_day = serializers.DateField()
    client_ref = serializers.UUIDField(required=False)


class ExtensionAnswerIn(serializers.Serializer[Any]):
    extension = serializers.UUIDField(help_text="Which request for a longer stay.")
    agreed = serializers.BooleanField()
    answer = _perhaps()


class PowersIn(serializers.Serializer[Any]):
    ground = _words(allow_blank=True)


class DeploymentNothingIn(serializers.Serializer[Any]):
    """Nothing is asked."""


class ExpertChangeIn(serializers.Serializer[Any]):
    profiles = _codes()
    languages = serializers.DictField(
        child=serializers.CharField(max_length=2), help_text="Level (A1 to C2) by code."
    )


class ExpertIn(ExpertChangeIn):
    officer = serializers.UUIDField(required=False, allow_null=True, default=None)
    name = _perhaps()
    service = _perhaps()
    client_ref = serializers.UUIDField(required=False)


class AvailableIn(serializers.Serializer[Any]):
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    client_ref = serializers.UUIDField(required=False)


class AccreditIn(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=8, help_text="service, area")
    number = _words(allow_blank=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()
    client_ref = serializers.UUIDField(required=False)
