"""The API of an officer's own channels and of the log of attempts. No answer names an address."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.api.idempotency import Idempotent

from . import actions
from .models import Attempt, Channel, Delivery
from .reaching.reading import kinds_offered, log_of


class ChannelOut(serializers.ModelSerializer):
    class Meta:
        model = Channel
        fields = [
            "uid", "kind", "name", "state", "added_at", "asked_at", "test_sent_at", "confirmed_at",
            "last_success_at", "off_at", "failed_at", "failure",
        ]  # fmt: skip


class ChannelsOut(serializers.Serializer):
    offered = serializers.ListField(
        child=serializers.CharField(),
        help_text="Kinds that this portal offers. The live screen and e-mail are always there.",
    )
    channels = ChannelOut(many=True)


class ChannelIn(serializers.Serializer):
    kind = serializers.CharField(max_length=10, help_text="push, sms, messenger or voice.")
    address = serializers.CharField(
        max_length=4000,
        help_text="A number (E.164), a name in the messenger, or a browser's subscription as JSON.",
    )
    name = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class ArrivedIn(serializers.Serializer):
    arrived = serializers.BooleanField(help_text="Whether the test message arrived.")


class OnIn(serializers.Serializer):
    on = serializers.BooleanField()


class AttemptOut(serializers.Serializer):
    at = serializers.DateTimeField()
    step = serializers.CharField(help_text="Whom that escalation step tells.")
    kind = serializers.CharField(help_text="live, mail, push, sms, messenger or voice.")
    outcome = serializers.ChoiceField(Attempt.Outcome.values)
    reason = serializers.CharField(allow_blank=True)
    together = serializers.IntegerField(
        allow_null=True, help_text="How many alerts one message told of."
    )
    officer = serializers.SerializerMethodField(
        help_text="Who was to be told; null for the live screen, and for the other side."
    )

    def get_officer(self, line: Any) -> str | None:
        return str(line.who) if line.who else None


class AttemptsOut(serializers.Serializer):
    attempts = AttemptOut(many=True)


def _own(request: Request, uid: UUID) -> Channel:
    return get_object_or_404(Channel.objects.visible_to(request.user), uid=uid)


def _parsed(request: Request, shape: type[serializers.Serializer]) -> dict[str, Any]:
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return given.validated_data


class ChannelList(Idempotent, APIView):
    @extend_schema(operation_id="channels_list", responses=ChannelsOut)
    def get(self, request: Request) -> Response:
        """The own channels, and which kinds the portal offers."""
        rows = Channel.objects.visible_to(request.user).order_by("kind", "pk")
        offered = [kind.code for kind in kinds_offered()]
        return Response(ChannelsOut({"offered": offered, "channels": rows}).data)

    @extend_schema(request=ChannelIn, responses={201: ChannelOut})
    def post(self, request: Request) -> Response:
        """Add an own channel. The same address twice is the same channel."""
        channel = actions.add_channel(**_parsed(request, ChannelIn), by=request.user)
        return Response(ChannelOut(channel).data, status=201)


class ChannelDetail(APIView):
    @extend_schema(responses=ChannelOut)
    def get(self, request: Request, uid: UUID) -> Response:
        return Response(ChannelOut(_own(request, uid)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Forget an own channel with its address."""
        actions.remove_channel(_own(request, uid), by=request.user)
        return Response(status=204)


class ChannelTest(Idempotent, APIView):
    @extend_schema(request=None, responses=ChannelOut)
    def post(self, request: Request, uid: UUID) -> Response:
        """Send a test message; 429 within half a minute of the one before."""
        return Response(ChannelOut(actions.test_channel(_own(request, uid), by=request.user)).data)


class ChannelAnswer(Idempotent, APIView):
    @extend_schema(request=ArrivedIn, responses=ChannelOut)
    def post(self, request: Request, uid: UUID) -> Response:
        """Say whether the test message arrived; if so, alerts use the channel from now on."""
        arrived = _parsed(request, ArrivedIn)["arrived"]
        done = actions.answer_test(_own(request, uid), arrived=arrived, by=request.user)
        return Response(ChannelOut(done).data)


class ChannelSwitch(Idempotent, APIView):
    @extend_schema(request=OnIn, responses=ChannelOut)
    def post(self, request: Request, uid: UUID) -> Response:
        """Switch an own channel off, or on again after that."""
        on = _parsed(request, OnIn)["on"]
        done = actions.switch_channel(_own(request, uid), on=on, by=request.user)
        return Response(ChannelOut(done).data)


class DeliveryAttempts(APIView):
    @extend_schema(responses=AttemptsOut)
    def get(self, request: Request, uid: UUID) -> Response:
        """By which channel, when and with what outcome somebody was told of a delivery."""
        rows = Delivery.objects.visible_to(request.user).whole()
        lines = log_of(get_object_or_404(rows, uid=uid), request.user)
        return Response(AttemptsOut({"attempts": lines}).data)
