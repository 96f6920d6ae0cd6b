"""The API of an alert's further life: handed back, forwarded, sent again, many at once."""

from typing import Any

from django.http import Http404
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

from . import actions
from .access import posts_of_officer, units_where
from .answering import MOST_AT_ONCE, Left
from .api import DeliveryOut, LineIn, ReasonIn
from .dead_letters import dead_letters
from .models import Delivery, Forward, units
from .phrases_shapes import PhraseIn, WordingOut, spoken
from .saying import read_by


class HandBackIn(ReasonIn):
    turn = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=32767,
        help_text="`turn` of the delivery as it was read: the same one is handed back once.",
    )


class ForwardIn(serializers.Serializer[Any]):
    units = serializers.ListField(
        child=serializers.CharField(max_length=40), min_length=1, max_length=50,
        help_text="Codes of posts of the own side within reach of the desk.",
    )  # fmt: skip
    line = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=500,
        help_text="What the post should do; needed without a phrase.",
    )  # fmt: skip
    phrase = PhraseIn(required=False, help_text="A standard phrase in place of `line`.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return spoken(given, "line")


class ForwardOut(serializers.ModelSerializer[Forward]):
    delivery: Any = serializers.SlugRelatedField("uid", read_only=True)
    desk = serializers.CharField(source="delivery.desk.code")
    unit: Any = serializers.SlugRelatedField("code", read_only=True)
    priority = serializers.CharField(source="delivery.priority")
    status = serializers.CharField(source="delivery.alert.status")
    card = serializers.SerializerMethodField(help_text="As far as the desk may still read it.")
    line = WordingOut("line")
    by: Any = serializers.StringRelatedField()
    answer = WordingOut("answer")
    late = serializers.BooleanField(source="is_late")
    acknowledged_by: Any = serializers.StringRelatedField(allow_null=True)
    withdrawn_by: Any = serializers.StringRelatedField(allow_null=True)
    recall_seen_by: Any = serializers.StringRelatedField(allow_null=True)

    class Meta:
        model = Forward
        fields = [
            "uid", "delivery", "desk", "unit", "priority", "status", "card", "line", "at", "by",
            "due_at", "late", "acknowledged_at", "acknowledged_by", "answer", "withdrawn_at",
            "withdrawn_by", "recalled_at", "recall_seen_at", "recall_seen_by", "failed_at", "said",
        ]  # fmt: skip

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_card(self, forward: Forward) -> dict[str, Any]:
        request = self.context.get("request")
        return read_by(forward.delivery.card, request.user.side if request else "")


class LostOut(serializers.Serializer[Any]):
    step = serializers.CharField(help_text="Whom the step of the escalation tells, in words.")
    channel = serializers.CharField(source="kind")
    reason = serializers.CharField()
    attempts = serializers.IntegerField()
    given_up_at = serializers.DateTimeField(source="at")


class DeadLetterOut(serializers.Serializer[Any]):
    """A delivery of which messages were given up while the desk still waits."""

    delivery = DeliveryOut()
    messages = LostOut(source="lost", many=True)
    on_its_way = serializers.IntegerField(help_text="How many messages are being tried.")


class ResentOut(serializers.Serializer[Any]):
    messages = serializers.IntegerField(help_text="How many messages go out again.")


class ManyIn(LineIn):
    uids = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE,
        help_text="Deliveries; those of priority P1 are never acknowledged together.",
    )  # fmt: skip


class LeftOut(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    reason = serializers.ChoiceField(choices=Left.choices)
    detail = serializers.CharField()


class ManyOut(serializers.Serializer[Any]):
    acknowledged = serializers.ListField(child=serializers.UUIDField())
    left = LeftOut(many=True)
    missing = serializers.IntegerField(help_text="How many are not the account's to see.")


class _Door(Idempotent, APIView):
    def delivery(self, uid: Any) -> Delivery:
        rows = Delivery.objects.visible_to(self.request.user).bare()
        found: Delivery = get_object_or_404(rows, uid=uid)
        return found

    def at_desk(self, uid: Any) -> Delivery:
        """404 for whoever does not read the alerts of its desk: the other side."""
        delivery = self.delivery(uid)
        if delivery.desk_id not in units_where(self.request.user, "view_alerts"):
            raise Http404
        return delivery

    def forward(self, uid: Any) -> Forward:
        rows = Forward.objects.visible_to(self.request.user).whole()
        found: Forward = get_object_or_404(rows, uid=uid)
        return found

    def shown(self, forward: Any, status: int = 200, many: bool = False) -> Response:
        context = {"request": self.request}
        return Response(ForwardOut(forward, many=many, context=context).data, status=status)

    def parsed(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class HandBackDelivery(_Door):
    @extend_schema(request=HandBackIn, responses=DeliveryOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Hand back what the desk acknowledged or accepted: the alert is open there again."""
        said = self.parsed(HandBackIn)
        done = actions.hand_back_delivery(self.delivery(uid), by=request.user, **said)
        return Response(DeliveryOut(done, context={"request": request}).data)


class ForwardsOfDelivery(_Door):
    @extend_schema(responses=ForwardOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """To which posts of the own side the desk forwarded an alert, oldest first."""
        return self.shown(self.at_desk(uid).forwards.whole(), many=True)

    @extend_schema(request=ForwardIn, responses={201: ForwardOut(many=True)})
    def post(self, request: Request, uid: Any) -> Response:
        """Forward an alert to posts; each of them acknowledges. A post that has it is not told
        again."""
        delivery, said = self.at_desk(uid), self.parsed(ForwardIn)
        wanted = [units().get(code) for code in said["units"]]
        if None in wanted:
            sentence = _("Choose posts of your own side from the list.")
            raise Invalid(sentence, fields={"units": [sentence]})
        to = [unit for unit in wanted if unit is not None]
        made = actions.forward_delivery(delivery, to=to, line=said["line"], by=request.user)
        rows = delivery.forwards.whole().filter(pk__in=[one.pk for one in made])
        return self.shown(rows, 201, many=True)


@extend_schema(
    parameters=[
        OpenApiParameter("open", OpenApiTypes.BOOL, description="Only those that wait, or do not."),
    ]
)
class ForwardList(generics.ListAPIView[Forward]):
    """What desks forwarded to the posts where the account is posted, newest first."""

    serializer_class = ForwardOut

    def get_queryset(self) -> Any:
        at = [unit.pk for unit in posts_of_officer(self.request.user)]
        rows = Forward.objects.visible_to(self.request.user).at(at).whole()
        text = self.request.query_params.get("open", "")
        if text not in ("", "true", "false"):
            sentence = _("There is no such code: %(code)s.") % {"code": text[:40]}
            raise Invalid(sentence, fields={"open": [sentence]})
        if text:
            waiting = Forward.objects.visible_to(self.request.user)
            ids = (waiting.waiting() | waiting.unheard()).values("pk")
            rows = rows.filter(pk__in=ids) if text == "true" else rows.exclude(pk__in=ids)
        return rows


class ForwardAcknowledge(_Door):
    @extend_schema(request=LineIn, responses=ForwardOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Acknowledge for the post; of what its sender took back, say that the post knows."""
        line = self.parsed(LineIn)["note"]
        actions.acknowledge_forward(self.forward(uid), line=line, by=request.user)
        return self.shown(self.forward(uid))


class ForwardWithdraw(_Door):
    @extend_schema(request=None, responses=ForwardOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take a forward back from a post. A repeat changes nothing."""
        actions.withdraw_forward(self.forward(uid), by=request.user)
        return self.shown(self.forward(uid))


class DeadLetterList(APIView):
    @extend_schema(responses=DeadLetterOut(many=True))
    def get(self, request: Request) -> Response:
        """Alerts that the account's side sent, of which messages were given up; most urgent
        first, at most 500."""
        if not units_where(request.user, "view_alerts"):
            raise Http404
        rows = dead_letters(request.user)
        return Response(DeadLetterOut(rows, many=True, context={"request": request}).data)


class Resend(_Door):
    @extend_schema(request=None, responses=ResentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Send what was given up of a delivery again, as its sender. The desk gets it once."""
        sent = actions.resend_delivery(self.delivery(uid), by=request.user)
        return Response({"messages": sent})


class AcknowledgeMany(_Door):
    @extend_schema(operation_id="deliveries_acknowledge_many", request=ManyIn, responses=ManyOut)
    def post(self, request: Request) -> Response:
        """Acknowledge many alerts with one line, and learn which were left and why."""
        said = self.parsed(ManyIn)
        result = actions.acknowledge_many(said["uids"], line=said["note"], by=request.user)
        return Response(
            ManyOut(
                {
                    "acknowledged": [one.uid for one in result.done],
                    "left": [
                        {"uid": one.uid, "reason": why.value, "detail": str(why.label)}
                        for one, why in result.left
                    ],
                    "missing": result.missing,
                }
            ).data
        )
