"""The API of webhooks. A secret stands in the answer that made it and nowhere else, so the two
doors that answer with one keep no answer for an Idempotency-Key."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.api.idempotency import Idempotent
from bordercoop.errors import Invalid, NotAllowed

from . import actions
from .models import Unit, Webhook, WebhookAttempt, WebhookState, units
from .webhooks.catalogue import EVENTS
from .webhooks.reading import LINES, Health, desks_for, given_up_of, health_of


class WebhookOut(serializers.Serializer):
    uid = serializers.UUIDField(source="webhook.uid")
    name = serializers.CharField(source="webhook.name")
    address = serializers.CharField(source="webhook.address")
    desks = serializers.SerializerMethodField(help_text="Codes of desks.")
    events = serializers.ListField(child=serializers.CharField(), source="webhook.events")
    state = serializers.ChoiceField(
        WebhookState.values,
        source="webhook.state",
        help_text="off: the portal switched it off, because it is gone or took nothing for days.",
    )
    off_at = serializers.DateTimeField(source="webhook.off_at", allow_null=True)
    trouble = serializers.CharField(source="webhook.trouble", allow_blank=True)
    added_at = serializers.DateTimeField(source="webhook.added_at")
    last_success_at = serializers.DateTimeField(source="webhook.last_success_at", allow_null=True)
    last_failure_at = serializers.DateTimeField(source="webhook.last_failure_at", allow_null=True)
    failing_since = serializers.DateTimeField(source="webhook.failing_since", allow_null=True)
    pending = serializers.IntegerField(help_text="Messages that wait or are tried again.")
    given_up = serializers.IntegerField(help_text="Messages that every attempt failed with.")

    def get_desks(self, one: Health) -> list[str]:
        return [desk.code for desk in one.desks]


class WebhookIn(serializers.Serializer):
    name = serializers.CharField(max_length=60, help_text="What the system is called.")
    address = serializers.CharField(max_length=500, help_text="https, at a host that is allowed.")
    desks = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=50, help_text="Codes of desks."
    )
    events = serializers.ListField(
        child=serializers.CharField(max_length=40),
        max_length=100,
        help_text="Codes of /webhook-events/.",
    )


class WebhookMadeOut(serializers.Serializer):
    webhook = WebhookOut()
    secret = serializers.CharField(help_text="whsec_ and base64; shown this one time.")


class SecretIn(serializers.Serializer):
    at_once = serializers.BooleanField(
        required=False, default=False, help_text="End the secrets before it now."
    )


class SecretOut(serializers.Serializer):
    secret = serializers.CharField(help_text="whsec_ and base64; shown this one time.")


class WebhookOnIn(serializers.Serializer):
    on = serializers.BooleanField()


class WebhookResendIn(serializers.Serializer):
    id = serializers.CharField(max_length=120, help_text="The webhook-id of the message.")


class WebhookTestOut(serializers.Serializer):
    id = serializers.CharField(help_text="The webhook-id of the test event.")


class WebhookAttemptOut(serializers.ModelSerializer):
    id = serializers.CharField(source="key", help_text="The webhook-id, the same in each attempt.")
    outcome = serializers.ChoiceField(WebhookAttempt.Outcome.values)

    class Meta:
        model = WebhookAttempt
        fields = ["id", "event", "at", "outcome", "status", "took_ms", "trouble"]


class GivenUpOut(serializers.Serializer):
    id = serializers.CharField(source="key")
    event = serializers.CharField()
    at = serializers.DateTimeField()
    attempts = serializers.IntegerField()


class WebhookLogOut(serializers.Serializer):
    attempts = WebhookAttemptOut(many=True)
    given_up = GivenUpOut(many=True)


class WebhookEventOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


def _mine(request: Request, uid: UUID) -> Webhook:
    return get_object_or_404(Webhook.objects.visible_to(request.user), uid=uid)


def _out(webhook: Webhook) -> dict[str, Any]:
    return dict(WebhookOut(health_of([webhook])[0]).data)


def _desks(codes: list[str]) -> list[Unit]:
    for code in codes:
        if code not in units():
            sentence = _("There is no such code: %(code)s.") % {"code": code[:40]}
            raise Invalid(sentence, fields={"desks": [sentence]})
    return [units()[code] for code in codes]


def _parsed(request: Request, shape: type[serializers.Serializer]) -> dict[str, Any]:
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return given.validated_data


def _asked(request: Request) -> dict[str, Any]:
    given = _parsed(request, WebhookIn)
    return {**given, "desks": _desks(given["desks"])}


def _administers(request: Request) -> None:
    if not desks_for(request.user):
        raise NotAllowed(_("Only an administrator of a side keeps its webhooks."))


class WebhookList(APIView):
    @extend_schema(operation_id="webhooks_list", responses=WebhookOut(many=True))
    def get(self, request: Request) -> Response:
        """The webhooks of the own side, by name, with how they fare."""
        _administers(request)
        rows = Webhook.objects.visible_to(request.user).order_by("name", "pk")
        return Response(WebhookOut(health_of(rows), many=True).data)

    @extend_schema(request=WebhookIn, responses={201: WebhookMadeOut})
    def post(self, request: Request) -> Response:
        """Register a system. 409 `known_already` for an address that the side has, so sending it
        twice makes one; without Idempotency-Key, because the answer holds the secret."""
        _administers(request)
        made, secret = actions.register_webhook(by=request.user, **_asked(request))
        return Response({"webhook": _out(made), "secret": secret}, status=201)


class WebhookDetail(APIView):
    @extend_schema(responses=WebhookOut)
    def get(self, request: Request, uid: UUID) -> Response:
        """One webhook."""
        return Response(_out(_mine(request, uid)))

    @extend_schema(request=WebhookIn, responses=WebhookOut)
    def put(self, request: Request, uid: UUID) -> Response:
        """Set it anew, but for its secret."""
        found = _mine(request, uid)
        return Response(_out(actions.change_webhook(found, by=request.user, **_asked(request))))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: UUID) -> Response:
        """Forget it, with its secrets and its log."""
        actions.remove_webhook(_mine(request, uid), by=request.user)
        return Response(status=204)


class WebhookTest(Idempotent, APIView):
    @extend_schema(request=None, responses=WebhookTestOut)
    def post(self, request: Request, uid: UUID) -> Response:
        """Send a test event; 429 within ten seconds of the one before."""
        return Response({"id": actions.test_webhook(_mine(request, uid), by=request.user)})


class WebhookSwitch(Idempotent, APIView):
    @extend_schema(request=WebhookOnIn, responses=WebhookOut)
    def post(self, request: Request, uid: UUID) -> Response:
        """Pause it, or let it go on. While it is paused nothing is queued."""
        found = _mine(request, uid)
        on = _parsed(request, WebhookOnIn)["on"]
        return Response(_out(actions.switch_webhook(found, on=on, by=request.user)))


class WebhookSecretNew(APIView):
    @extend_schema(request=SecretIn, responses=SecretOut)
    def post(self, request: Request, uid: UUID) -> Response:
        """Make a new secret; the one before signs as well for a while. Without Idempotency-Key,
        because the answer holds the secret."""
        found = _mine(request, uid)
        at_once = _parsed(request, SecretIn)["at_once"]
        secret = actions.rotate_webhook_secret(found, at_once=at_once, by=request.user)
        return Response({"secret": secret})


class WebhookLog(APIView):
    @extend_schema(responses=WebhookLogOut)
    def get(self, request: Request, uid: UUID) -> Response:
        """The last fifty attempts, newest first, and what was given up."""
        found = _mine(request, uid)
        rows = found.attempts.order_by("-at", "-pk")[:LINES]
        return Response(WebhookLogOut({"attempts": rows, "given_up": given_up_of(found)}).data)


class WebhookResend(Idempotent, APIView):
    @extend_schema(request=WebhookResendIn, responses={204: None})
    def post(self, request: Request, uid: UUID) -> Response:
        """Try a given-up message again, under the same webhook-id."""
        found = _mine(request, uid)
        actions.resend_webhook(found, _parsed(request, WebhookResendIn)["id"], by=request.user)
        return Response(status=204)


class WebhookEvents(APIView):
    @extend_schema(responses=WebhookEventOut(many=True))
    def get(self, request: Request) -> Response:
        """The events that a webhook may follow."""
        rows = [{"code": code, "name": str(name)} for code, name in EVENTS.items()]
        return Response(WebhookEventOut(rows, many=True).data)
