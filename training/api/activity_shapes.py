"""Shapes of the activities' part of the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bordercoop.access.models import Language
from contactpoints.access import SERVICES

from ..models import (
    Activity,
    ActivityKind,
    ActivityMove,
    ActivityState,
    Agreement,
    Host,
    Level,
    Mode,
    Participation,
    PartMove,
    PartState,
    ProgrammeSession,
)

LONG = 60_000  # the verb says how much fits


def _words(**more: Any) -> Any:
    return serializers.CharField(max_length=LONG, **more)


def _perhaps() -> Any:
    return _words(required=False, allow_blank=True, default="")


def _code(values: Any, **more: Any) -> Any:
    """One of the words of a list; the verb refuses another one."""
    return serializers.CharField(max_length=40, help_text=", ".join(values), **more)


def _codes(values: Any = ()) -> Any:
    child = serializers.CharField(max_length=40)
    return serializers.ListField(
        child=child, required=False, default=list, max_length=200, help_text=", ".join(values)
    )


class ActivityRowOut(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")
    kind = _code(ActivityKind.values)
    mode = _code(Mode.values)
    state = _code(ActivityState.values)
    host_country = _code(Host.values)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    levels = serializers.ListField(child=serializers.CharField(), help_text=", ".join(Level.values))
    agreed = serializers.SerializerMethodField(help_text="The sides that agreed to this edition.")

    class Meta:
        model = Activity
        fields = [
            "uid", "number", "side", "unit", "joint", "kind", "mode", "state", "title", "language",
            "host_country", "host", "place", "zone", "starts_at", "ends_at", "nominations_until",
            "levels", "edition", "agreed",
        ]  # fmt: skip

    def get_agreed(self, row: Any) -> list[str]:
        return [side for side in SERVICES if getattr(row, f"agreed_{side.lower()}")]


class ActivityQuotaOut(serializers.Serializer):
    side = serializers.CharField()
    seats = serializers.IntegerField()
    taken = serializers.IntegerField()
    waiting = serializers.IntegerField(
        allow_null=True, help_text="On the waiting list; null of the other side."
    )


class ActivityAgreementOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")

    class Meta:
        model = Agreement
        fields = ["side", "edition", "sha256", "at", "by", "voided_at"]


class ActivityMoveOut(serializers.ModelSerializer):
    before = serializers.CharField()
    after = serializers.CharField()
    by = serializers.CharField(source="by.display_name", default=None, allow_null=True)

    class Meta:
        model = ActivityMove
        fields = ["before", "after", "reason", "at", "by"]


class ActivityOut(ActivityRowOut):
    budget_planned = serializers.FloatField(allow_null=True, help_text="In euro.")
    budget_used = serializers.FloatField(allow_null=True, help_text="In euro.")
    languages = serializers.ListField(child=serializers.CharField())
    topics = serializers.ListField(child=serializers.CharField())
    quotas = serializers.SerializerMethodField()
    agreements = ActivityAgreementOut(many=True)
    moves = ActivityMoveOut(many=True)

    class Meta:
        model = Activity
        fields = [
            *ActivityRowOut.Meta.fields, "put_at", "purpose", "languages", "topics", "budget_line",
            "budget_planned", "budget_used", "sequence", "reason", "lessons", "at", "quotas",
            "agreements", "moves",
        ]  # fmt: skip

    @extend_schema_field(ActivityQuotaOut(many=True))
    def get_quotas(self, row: Activity) -> Any:
        parts = row.participations
        found = [
            {
                "side": quota.side,
                "seats": quota.seats,
                "taken": parts.seated().filter(side=quota.side).count(),
                "waiting": parts.waiting().filter(side=quota.side).count()
                if quota.side == self.context["side"]
                else None,
            }
            for quota in row.quotas.all()
        ]
        return ActivityQuotaOut(found, many=True).data


class ActivityChangeIn(serializers.Serializer):
    """What an activity is, whole."""

    kind = _code(ActivityKind.values)
    mode = _code(Mode.values, required=False, allow_blank=True, default="")
    title = _words()
    language = _code(Language.values)
    purpose = _perhaps()
    host_country = _code(Host.values)
    host = _perhaps()
    place = _words()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    nominations_until = serializers.DateTimeField(required=False, allow_null=True, default=None)
    languages = _codes(Language.values)
    levels = _codes(Level.values)
    topics = _codes()
    budget_line = _perhaps()
    budget_planned = serializers.DecimalField(
        max_digits=12, decimal_places=2, coerce_to_string=False, required=False, allow_null=True,
        default=None, help_text="In euro.",
    )  # fmt: skip
    quotas = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="Seats by side: LV, BY."
    )
    edition = serializers.IntegerField(
        help_text="The one that was read; 409 when another one stands."
    )


class ActivityIn(ActivityChangeIn):
    unit = serializers.CharField(max_length=40)
    joint = serializers.BooleanField(required=False, default=True)
    client_ref = serializers.UUIDField(required=False)
    edition = None  # type: ignore[assignment]


class ActivityNothingIn(serializers.Serializer):
    pass


class ActivityEditionIn(serializers.Serializer):
    edition = serializers.IntegerField(help_text="The one that was read.")


class ActivityReasonIn(serializers.Serializer):
    reason = _words()


class ActivityReportIn(serializers.Serializer):
    lessons = _words()
    budget_used = serializers.DecimalField(
        max_digits=12, decimal_places=2, coerce_to_string=False, required=False, allow_null=True,
        default=None, help_text="In euro.",
    )  # fmt: skip


class ActivitySessionOut(serializers.ModelSerializer):
    activity = serializers.CharField(source="activity.number")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    language = serializers.CharField()
    speaker = serializers.UUIDField(source="speaker.uid", default=None, allow_null=True)
    interpreter = serializers.UUIDField(source="interpreter.uid", default=None, allow_null=True)
    speaker_name = serializers.SerializerMethodField()
    interpreter_name = serializers.SerializerMethodField()

    class Meta:
        model = ProgrammeSession
        fields = [
            "uid", "activity", "title", "starts_at", "ends_at", "room", "speaker", "speaker_name",
            "language", "interpreter", "interpreter_name", "removed_at",
        ]  # fmt: skip

    def get_speaker_name(self, row: ProgrammeSession) -> str:
        return row.speaker.display_name if row.speaker else row.speaker_name

    def get_interpreter_name(self, row: ProgrammeSession) -> str:
        return row.interpreter.display_name if row.interpreter else row.interpreter_name


class ActivitySessionChangeIn(serializers.Serializer):
    """An item of the programme, whole. An officer's public id, else a name."""

    title = _words()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    room = _perhaps()
    speaker = serializers.UUIDField(required=False, allow_null=True, default=None)
    speaker_name = _perhaps()
    language = _code(Language.values, required=False, allow_blank=True, default="")
    interpreter = serializers.UUIDField(required=False, allow_null=True, default=None)
    interpreter_name = _perhaps()


class ActivitySessionIn(ActivitySessionChangeIn):
    client_ref = serializers.UUIDField(required=False)


class PartMoveOut(serializers.ModelSerializer):
    before = serializers.CharField()
    after = serializers.CharField()
    by = serializers.CharField(source="by.display_name", default=None, allow_null=True)

    class Meta:
        model = PartMove
        fields = ["before", "after", "reason", "at", "by"]


class ParticipationRowOut(serializers.ModelSerializer):
    """A participation. To the other side who has a seat, and no more: note, sex, times are null."""

    activity = serializers.CharField(source="activity.number")
    officer = serializers.UUIDField(source="officer.uid")
    officer_name = serializers.CharField(source="officer.display_name")
    unit = serializers.CharField(source="unit.code")
    level = _code(Level.values)
    state = _code(PartState.values)
    note = serializers.CharField(allow_null=True)
    sex = serializers.CharField(allow_null=True)
    nominated_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = Participation
        fields = [
            "uid", "activity", "officer", "officer_name", "side", "unit", "level", "state", "note",
            "sex", "nominated_at", "waits_since",
        ]  # fmt: skip

    OF_THE_OWN_SIDE = ("note", "sex", "nominated_at", "waits_since")

    def to_representation(self, row: Participation) -> dict[str, Any]:
        said: dict[str, Any] = super().to_representation(row)
        if row.side != self.context["side"]:
            said |= dict.fromkeys(self.OF_THE_OWN_SIDE)
        return said


class ParticipationOut(ParticipationRowOut):
    moves = serializers.SerializerMethodField(help_text="Of the own side's people.")

    class Meta:
        model = Participation
        fields = [*ParticipationRowOut.Meta.fields, "moves"]

    @extend_schema_field(PartMoveOut(many=True))
    def get_moves(self, row: Participation) -> Any:
        own = row.side == self.context["side"]
        rows = row.moves.select_related("by") if own else row.moves.none()
        return PartMoveOut(rows, many=True).data


class NominationIn(serializers.Serializer):
    officer = serializers.UUIDField(help_text="Public id of an officer who serves at the unit.")
    unit = serializers.CharField(max_length=40)
    level = _code(Level.values)
    sex = serializers.CharField(
        max_length=8,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of the list of sexes.",
    )
    note = _perhaps()
    client_ref = serializers.UUIDField(required=False)


class InvitationAnswerIn(serializers.Serializer):
    answer = _code(["accepted", "tentative", "declined"])
    reason = _perhaps()
    sequence = serializers.IntegerField(
        required=False, help_text="That of the activity that was read; 409 when another stands."
    )


class InvitedOut(serializers.Serializer):
    invited = serializers.IntegerField(help_text="So many were given a seat now.")
    waiting = serializers.IntegerField(help_text="So many of the side are on the waiting list.")


class ClashOut(serializers.Serializer):
    kind = serializers.CharField(help_text="duty, training, deployment, absence.")
    what = serializers.CharField(help_text="Its name; of an absence never why.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
