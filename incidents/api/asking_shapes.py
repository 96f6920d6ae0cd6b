"""What the API takes and gives of information requests."""

from typing import Any

from rest_framework import serializers

from contactpoints.phrases_shapes import LanguageOut, PhraseIn, WordingOut, spoken

from ..asking.reading import files_of, first_delivery, linked, passed_to, thread
from ..models import (
    AnswerKind,
    Audience,
    Consent,
    InformationRequest,
    RequestAnswer,
    RequestConsent,
    RequestFile,
    RequestMessage,
    RequestState,
    Share,
    Urgency,
)
from .shapes import MarkingIn


class RequestAnswerOut(serializers.ModelSerializer):
    kind = serializers.CharField(help_text=", ".join(AnswerKind.values))
    text = WordingOut("text")
    language = LanguageOut("text")

    class Meta:
        model = RequestAnswer
        fields = [
            "uid", "number", "kind", "side", "text", "said", "language", "ground", "late",
            "handling", "tlp", "restriction", "at",
        ]  # fmt: skip


class RequestMessageOut(serializers.ModelSerializer):
    text = WordingOut("text")
    language = LanguageOut("text")

    class Meta:
        model = RequestMessage
        fields = ["side", "audience", "text", "said", "language", "at"]


class RequestFileOut(serializers.ModelSerializer):
    class Meta:
        model = RequestFile
        fields = ["uid", "side", "audience", "name", "size", "scan", "at"]


class RequestIncidentOut(serializers.ModelSerializer):
    uid = serializers.UUIDField()

    class Meta:
        model = Share
        fields = ["uid", "number"]


class RequestConsentOut(serializers.ModelSerializer):
    unit: Any = serializers.SlugRelatedField("code", read_only=True)
    to: Any = serializers.SlugRelatedField("code", read_only=True)
    state = serializers.CharField(help_text=", ".join(Consent.State.values))

    class Meta:
        model = RequestConsent
        fields = ["uid", "unit", "to", "answers", "purpose", "state", "text", "asked_at",
                  "decided_at"]  # fmt: skip


class InformationRequestOut(serializers.ModelSerializer):
    desk: Any = serializers.SlugRelatedField("code", read_only=True)
    to: Any = serializers.SlugRelatedField("code", read_only=True)
    state = serializers.CharField(help_text=", ".join(RequestState.values))
    urgency = serializers.CharField(help_text=", ".join(Urgency.values))
    overdue = serializers.BooleanField(read_only=True)
    reason = WordingOut("reason")

    class Meta:
        model = InformationRequest
        fields = [
            "uid", "number", "side", "desk", "to", "state", "subject", "question", "language",
            "ground", "ground_text", "urgency", "exercise", "handling", "tlp", "restriction",
            "asked_at", "due_at", "overdue", "ended_at", "reason", "said",
        ]  # fmt: skip


class WholeRequestOut(InformationRequestOut):
    """With what the reader reads beside it; of a request that was passed on, the answers alone."""

    delivery = serializers.SerializerMethodField(
        help_text="The alert of the desk that was asked, to acknowledge; null where it was passed "
        "on."
    )
    acknowledged_at = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField()
    thread = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()
    incidents = serializers.SerializerMethodField()
    consents = serializers.SerializerMethodField()

    class Meta(InformationRequestOut.Meta):
        fields = [
            *InformationRequestOut.Meta.fields,
            "delivery", "acknowledged_at", "answers", "thread", "files", "incidents", "consents",
        ]  # fmt: skip

    @property
    def narrow(self) -> bool:
        return bool(self.context.get("narrow"))

    def get_delivery(self, asked: Any) -> str | None:
        told = None if self.narrow else first_delivery(asked)
        return str(told.uid) if told else None

    def get_acknowledged_at(self, asked: Any) -> str | None:
        told = None if self.narrow else first_delivery(asked)
        return told.acknowledged_at.isoformat() if told and told.acknowledged_at else None

    def get_answers(self, asked: Any) -> list[dict[str, Any]]:
        user = self.context["user"]
        rows: Any = passed_to(asked, user).answers if self.narrow else asked.answers.all()
        return list(RequestAnswerOut(rows, many=True, context=self.context).data)

    def get_thread(self, asked: Any) -> list[dict[str, Any]]:
        rows = [] if self.narrow else thread(asked, self.context["user"])
        return list(RequestMessageOut(rows, many=True, context=self.context).data)

    def get_files(self, asked: Any) -> list[dict[str, Any]]:
        rows = [] if self.narrow else files_of(asked, self.context["user"])
        return list(RequestFileOut(rows, many=True).data)

    def get_incidents(self, asked: Any) -> list[dict[str, Any]]:
        rows = [] if self.narrow else linked(asked, self.context["user"])
        return list(RequestIncidentOut(rows, many=True).data)

    def get_consents(self, asked: Any) -> list[dict[str, Any]]:
        rows: Any = [] if self.narrow else asked.consents.select_related("unit", "to")
        return list(RequestConsentOut(rows, many=True).data)


class InformationRequestIn(MarkingIn):
    desk = serializers.CharField(max_length=40, help_text="Code of the own desk.")
    to = serializers.CharField(max_length=40, help_text="Code of a desk of the other side.")
    subject = serializers.CharField(allow_blank=True)
    question = serializers.CharField(allow_blank=True)
    language = serializers.CharField(max_length=2)
    ground = serializers.CharField(max_length=40, help_text="A code of `request_ground`.")
    ground_text = serializers.CharField(required=False, default="", allow_blank=True)
    urgency = serializers.CharField(
        max_length=8, default=Urgency.SOON.value, help_text=", ".join(Urgency.values)
    )
    exercise = serializers.BooleanField(default=False)
    client_ref = serializers.UUIDField(required=False)


class RequestWordsIn(serializers.Serializer):
    text = serializers.CharField(required=False, default="", allow_blank=True)
    phrase = PhraseIn(required=False, help_text="A standard phrase in place of `text`.")
    language = serializers.CharField(
        required=False, default="", max_length=2, help_text="Of the text; a phrase needs none."
    )
    client_ref = serializers.UUIDField(required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return spoken(given, "text")


class RequestAnswerIn(RequestWordsIn, MarkingIn):
    kind = serializers.CharField(
        max_length=8, help_text=", ".join(k for k in AnswerKind.values if k != "refused")
    )


class RequestRefusalIn(RequestWordsIn, MarkingIn):
    ground = serializers.CharField(max_length=40, help_text="A code of `request_refusal`.")


class RequestReasonIn(serializers.Serializer):
    reason = serializers.CharField(required=False, default="", allow_blank=True)
    phrase = PhraseIn(required=False, help_text="A standard phrase in place of `reason`.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return spoken(given, "reason")


class RequestMessageIn(RequestWordsIn):
    audience = serializers.CharField(
        max_length=6, default=Audience.OWN.value, help_text=", ".join(Audience.values)
    )


class RequestFileIn(serializers.Serializer):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    audience = serializers.CharField(max_length=6, default=Audience.OWN.value)


class RequestLinkIn(serializers.Serializer):
    incident = serializers.UUIDField()


class RequestGoalIn(serializers.Serializer):
    to = serializers.CharField(max_length=40, help_text="Code of a unit.")


class RequestConsentIn(RequestGoalIn):
    purpose = serializers.CharField(allow_blank=True)


class RequestDecisionIn(serializers.Serializer):
    given = serializers.BooleanField()
    text = serializers.CharField(required=False, default="", allow_blank=True)
