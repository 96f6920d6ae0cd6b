"""The contact points' part of the API: points, deliveries and their answers."""

from typing import Any, cast

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.api.idempotency import Idempotent
from bordercoop.errors import Invalid
from bordercoop.web import groups

from . import actions
from .access import units_where
from .models import WAITS, Alert, AskedByName, ContactPoint, Delivery, HandBack, units
from .phrases_shapes import PhraseIn, WordingOut, spoken
from .saying import read_by


class DeskOut(serializers.Serializer):
    code = serializers.CharField(source="unit.code")
    side = serializers.CharField(source="unit.side")
    name = serializers.CharField(source="unit.name")
    hours = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())


class ContactPointOut(serializers.ModelSerializer):
    name = serializers.CharField(read_only=True)
    desks = DeskOut(many=True, read_only=True)

    class Meta:
        model = ContactPoint
        fields = ["code", "kind", "border", "name", "desks"]


class AlertOut(serializers.ModelSerializer):
    references: Any = serializers.SlugRelatedField("uid", read_only=True, allow_null=True)

    class Meta:
        model = Alert
        fields = ["uid", "about", "kind", "status", "priority", "raised_at", "references", "card"]


class AskedByNameOut(serializers.ModelSerializer):
    officer: Any = serializers.StringRelatedField()
    acknowledged_by: Any = serializers.StringRelatedField(allow_null=True)
    note = WordingOut("line")

    class Meta:
        model = AskedByName
        fields = ["officer", "acknowledged_at", "acknowledged_by", "note", "said", "excused_at"]


class HandedBackOut(serializers.ModelSerializer[HandBack]):
    by: Any = serializers.StringRelatedField()
    acknowledged_by: Any = serializers.StringRelatedField()
    note = WordingOut("line")
    reason = WordingOut("reason")

    class Meta:
        model = HandBack
        fields = ["at", "by", "reason", "acknowledged_at", "acknowledged_by", "note", "said"]


class DeliveryOut(serializers.ModelSerializer):
    alert = AlertOut()
    desk: Any = serializers.SlugRelatedField("code", read_only=True)
    step = serializers.SerializerMethodField(help_text="Whom the present escalation step tells.")
    opened_by: Any = serializers.StringRelatedField(allow_null=True)
    acknowledged_by: Any = serializers.StringRelatedField(allow_null=True)
    accepted_by: Any = serializers.StringRelatedField(allow_null=True)
    declined_by: Any = serializers.StringRelatedField(allow_null=True)
    note = WordingOut("line")
    reason = WordingOut("reason")
    asked_by_name = serializers.SerializerMethodField(
        help_text="Who was asked by name; all of them have to acknowledge."
    )
    turn = serializers.IntegerField(
        source="wakes", help_text="How often the steps began anew: it woke up or was handed back."
    )
    handed_back = HandedBackOut(allow_null=True)
    forwarded = serializers.IntegerField(help_text="To how many posts of its side it stands.")
    forwards_heard = serializers.IntegerField(help_text="How many of them acknowledged.")
    phoned = serializers.CharField(help_text="Who acknowledged by telephone; empty for most.")
    phoned_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was said, where that was written down later."
    )

    class Meta:
        model = Delivery
        fields = [
            "uid", "alert", "desk", "state", "step", "escalate_at", "escalated_at",
            "queued_at", "sent_at", "delivered_at", "opened_at", "opened_by",
            "acknowledged_at", "acknowledged_by", "phoned", "phoned_at", "note",
            "accepted_at", "accepted_by",
            "declined_at", "declined_by", "reason", "said", "failed_at", "recalled_at",
            "note_by", "woken_at", "held_until", "asked_by_name", "turn", "handed_back",
            "forwarded", "forwards_heard",
        ]  # fmt: skip

    def to_representation(self, delivery: Delivery) -> dict[str, Any]:
        shown = super().to_representation(delivery)
        request = self.context.get("request")
        shown["alert"]["card"] = read_by(delivery.card, request.user.side if request else "")
        if request is None or request.user.side != delivery.desk.side:
            shown["held_until"] = None  # when a desk is quiet is not for the other side
        return shown

    @extend_schema_field(AskedByNameOut(many=True))
    def get_asked_by_name(self, delivery: Delivery) -> Any:
        if not delivery.asked:
            return []
        rows = sorted(delivery.named.all(), key=lambda row: row.pk)
        return AskedByNameOut(rows, many=True, context=self.context).data

    def get_step(self, delivery: Delivery) -> str:
        return delivery.steps[delivery.step]["who"]


class LineIn(serializers.Serializer):
    note = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=500,
        help_text="What will be done; required for P1 and P2.",
    )
    phrase = PhraseIn(required=False, help_text="A standard phrase in place of `note`.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return spoken(given, "note")


class ReasonIn(serializers.Serializer):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    phrase = PhraseIn(required=False, help_text="A standard phrase in place of `reason`.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return spoken(given, "reason")


class ContactPointList(generics.ListAPIView):
    """The three contact points with the desks at their ends."""

    serializer_class = ContactPointOut
    queryset = ContactPoint.objects.filter(retired_at=None).prefetch_related("desks__unit")
    ordering = ("order", "id")


def _flag(request: Request, name: str) -> bool | None:
    text = request.query_params.get(name)
    if text in (None, ""):
        return None
    if text not in ("true", "false"):
        sentence = _("There is no such code: %(code)s.") % {"code": str(text)[:40]}
        raise Invalid(sentence, fields={name: [sentence]})
    return text == "true"


@extend_schema(
    parameters=[
        OpenApiParameter("open", OpenApiTypes.BOOL, description="Only those not acknowledged yet."),
        OpenApiParameter("sent", OpenApiTypes.BOOL, description="Sent by the own units instead."),
        OpenApiParameter("desk", OpenApiTypes.STR, description="Code of one desk."),
        *(OpenApiParameter(name, OpenApiTypes.STR) for name in groups.names()),
    ]
)
class DeliveryList(generics.ListAPIView):
    """Alerts at the desks of the account, newest first; `sent=true` for those it sent."""

    serializer_class = DeliveryOut

    def get_queryset(self) -> Any:
        mine = units_where(self.request.user, "view_alerts")
        rows = Delivery.objects.visible_to(self.request.user).whole()
        rows = rows.select_related("alert__references", "handed_back__acknowledged_by")
        sent = _flag(self.request, "sent")
        rows = rows.filter(alert__sender_id__in=mine) if sent else rows.reaching(mine)
        opened = _flag(self.request, "open")
        if opened is not None:
            rows = rows.open() if opened else rows.exclude(WAITS)
        if code := self.request.query_params.get("desk"):
            unit = units().get(code)
            rows = rows.at([unit.pk]) if unit else rows.none()
        side = cast(Any, self.request.user).side
        for refs in groups.refs_asked(self.request.query_params, side):
            rows = rows.filter(alert__about__in=refs)
        return rows


class DeliveryDetail(generics.RetrieveAPIView):
    serializer_class = DeliveryOut
    lookup_field = "uid"

    def get_queryset(self) -> Any:
        return Delivery.objects.visible_to(self.request.user).whole()


class _Answer(Idempotent, APIView):
    def delivery(self, uid: Any) -> Delivery:
        return get_object_or_404(Delivery.objects.visible_to(self.request.user).bare(), uid=uid)

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return given.validated_data


class Acknowledge(_Answer):
    @extend_schema(request=LineIn, responses=DeliveryOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Acknowledge for the desk. The first acknowledgement stands; a repeat changes nothing."""
        line = self.parsed(LineIn)["note"]
        done = actions.acknowledge_delivery(self.delivery(uid), line=line, by=request.user)
        return Response(DeliveryOut(done, context={"request": request}).data)


class PhonedIn(LineIn):
    name = serializers.CharField(max_length=80, help_text="Who answered the telephone.")


class AcknowledgeByPhone(_Answer):
    @extend_schema(request=PhonedIn, responses=DeliveryOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Write down that the desk acknowledged by telephone, as its sender or for the desk."""
        said = self.parsed(PhonedIn)
        done = actions.acknowledge_by_phone(
            self.delivery(uid), name=said["name"], line=said["note"], by=request.user
        )
        return Response(DeliveryOut(done, context={"request": request}).data)


class Accept(_Answer):
    @extend_schema(request=LineIn, responses=DeliveryOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take the task, acknowledging first where nobody has."""
        line = self.parsed(LineIn)["note"]
        done = actions.accept_delivery(self.delivery(uid), line=line, by=request.user)
        return Response(DeliveryOut(done, context={"request": request}).data)


class Decline(_Answer):
    @extend_schema(request=ReasonIn, responses=DeliveryOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Give the task back to the sender with a reason."""
        reason = self.parsed(ReasonIn)["reason"]
        done = actions.decline_delivery(self.delivery(uid), reason=reason, by=request.user)
        return Response(DeliveryOut(done, context={"request": request}).data)
