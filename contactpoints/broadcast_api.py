"""The API's part of emergency broadcasts."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.errors import Invalid

from . import actions
from .broadcasts import board_of, counted, senders
from .models import Broadcast, Emergency
from .phrases_shapes import LanguageOut, PhraseIn, WordingOut, spoken


class BroadcastDeskOut(serializers.Serializer[Any]):
    """One desk of a broadcast."""

    delivery: Any = serializers.UUIDField(source="delivery.uid")
    desk = serializers.CharField(source="staff.unit.code")
    state = serializers.CharField(source="delivery.state")
    silent = serializers.BooleanField(help_text="Neither acknowledged nor ended.")
    acknowledged_at = serializers.DateTimeField(source="delivery.acknowledged_at", allow_null=True)
    after_s = serializers.FloatField(allow_null=True, help_text="Seconds until it acknowledged.")
    by = serializers.CharField(help_text="Who acknowledged, in the portal or by telephone.")
    phoned = serializers.CharField(source="delivery.phoned")
    note = WordingOut("line", "delivery")


class BroadcastOut(serializers.ModelSerializer[Broadcast]):
    sender: Any = serializers.SlugRelatedField("code", read_only=True)
    by: Any = serializers.StringRelatedField()
    text = WordingOut("text")
    language = LanguageOut("text")
    told = serializers.IntegerField(help_text="How many desks were told.")
    answered = serializers.IntegerField(help_text="How many of them acknowledged.")

    class Meta:
        model = Broadcast
        fields = [
            "uid", "number", "side", "sender", "what", "text", "language", "drill", "sent_at",
            "by", "rounds", "repeat_at", "ended_at", "told", "answered", "said",
        ]  # fmt: skip


class BroadcastBoardOut(BroadcastOut):
    desks = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField(help_text="Of the all-clear, else empty.")

    class Meta(BroadcastOut.Meta):
        fields = [*BroadcastOut.Meta.fields, "outcome", "desks"]

    def to_representation(self, instance: Broadcast) -> dict[str, Any]:
        self.board = board_of(instance, self.context["user"])
        return super().to_representation(instance)

    @extend_schema_field(BroadcastDeskOut(many=True))
    def get_desks(self, broadcast: Broadcast) -> Any:
        return BroadcastDeskOut(self.board.lines, many=True, context=self.context).data

    def get_outcome(self, broadcast: Broadcast) -> str:
        return self.board.outcome


class BroadcastIn(serializers.Serializer[Any]):
    sender = serializers.CharField(
        max_length=40, help_text="Code of the desk or headquarters for which it is sent."
    )
    what = serializers.ChoiceField(choices=Emergency.choices)
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    phrase = PhraseIn(required=False, help_text="A standard phrase in place of `text`.")
    language = serializers.CharField(
        required=False, default="en", max_length=2, help_text="Of the text; of no phrase."
    )
    drill = serializers.BooleanField(required=False, default=False)
    client_ref = serializers.UUIDField(required=False, help_text="Makes a repeat one broadcast.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return spoken(given, "text")


class OutcomeIn(serializers.Serializer[Any]):
    outcome = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    phrase = PhraseIn(required=False, help_text="A standard phrase in place of `outcome`.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return spoken(given, "outcome")


class _Door(Idempotent, generics.GenericAPIView):
    serializer_class: Any = BroadcastOut

    def get_queryset(self) -> Any:
        return counted(self.request.user)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "user": self.request.user}

    def parsed(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def board(self, uid: Any, status: int = 200) -> Response:
        found = get_object_or_404(self.get_queryset(), uid=uid)
        shown = BroadcastBoardOut(found, context=self.get_serializer_context())
        return Response(shown.data, status=status)


class BroadcastList(_Door, generics.ListAPIView):
    ordering = ("-id",)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Emergency broadcasts that the account's desks sent or were sent, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=BroadcastIn, responses={201: BroadcastBoardOut})
    def post(self, request: Request) -> Response:
        """Wake every desk of every point; with `drill` as an exercise."""
        said = self.parsed(BroadcastIn)
        code = said.pop("sender")
        unit = next((one for one in senders(request.user) if one.code == code), None)
        if unit is None:
            sentence = _("Choose a desk or headquarters for which you answer alerts.")
            raise Invalid(sentence, fields={"sender": [sentence]})
        sent = actions.send_broadcast(unit, by=request.user, **said)
        return self.board(sent.uid, 201)


class BroadcastDetail(_Door):
    @extend_schema(responses=BroadcastBoardOut)
    def get(self, request: Request, uid: Any) -> Response:
        """Who has acknowledged a broadcast and who has not."""
        return self.board(uid)


class BroadcastEnd(_Door):
    @extend_schema(request=OutcomeIn, responses=BroadcastBoardOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Give the all-clear. A repeat changes nothing."""
        outcome = self.parsed(OutcomeIn)["outcome"]
        found = get_object_or_404(self.get_queryset(), uid=uid)
        actions.end_broadcast(found, outcome=outcome, by=request.user)
        return self.board(uid)
