"""The API's part of the standard phrases, and of alerts that their sender updates or cancels."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.api.idempotency import Idempotent
from bordercoop.reference.models import Phrase
from bordercoop.reference.phrases import SLOTS, slots_of

from . import actions
from .api import DeliveryOut
from .following import alert_of, cancel_of, chain_of
from .held_updates import held_update_of, held_updates
from .models import Alert, Delivery, Priority
from .phrases_shapes import PhraseIn, spoken
from .saying import LANGUAGES, say, text_of, usable_headlines, usable_phrases


class SlotOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.CharField(
        help_text="number, time, place (the code of a place or of a unit), sign, category or text; "
        "in headlines term (a code) or terms (a list of codes) too."
    )
    label: Any = serializers.CharField()


class PhraseOut(serializers.ModelSerializer[Phrase]):
    text = serializers.CharField(source="name", help_text="In the language of the answer.")
    texts = serializers.SerializerMethodField(help_text="The wording by language.")
    slots = serializers.SerializerMethodField()

    class Meta:
        model = Phrase
        fields = ["code", "version", "group", "category", "text", "texts", "slots"]

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_texts(self, phrase: Phrase) -> dict[str, str]:
        return {language: phrase.name_in(language) for language in LANGUAGES}

    @extend_schema_field(SlotOut(many=True))
    def get_slots(self, phrase: Phrase) -> list[dict[str, str]]:
        return [
            {"name": name, "kind": SLOTS[name].kind, "label": str(SLOTS[name].label)}
            for name in slots_of(phrase.name_en)
        ]


class PreviewOut(serializers.Serializer[Any]):
    phrase = serializers.CharField()
    version = serializers.IntegerField()
    values = serializers.JSONField()  # type: ignore[assignment]
    text = serializers.CharField(help_text="As the account reads it.")


class PhraseList(APIView):
    @extend_schema(responses=PhraseOut(many=True))
    def get(self, request: Request) -> Response:
        """The standard phrases in use, in their order, and behind them the headlines for reports:
        those of the group `headline`, for their `category` and the ones below it."""
        return Response(PhraseOut([*usable_phrases(), *usable_headlines()], many=True).data)


class PhrasePreview(Idempotent, APIView):
    @extend_schema(request=PhraseIn, responses=PreviewOut)
    def post(self, request: Request) -> Response:
        """How a phrase with these values reads; nothing is kept of it."""
        given = PhraseIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        said = say(asked["code"], asked.get("values"), version=asked.get("version"))
        side = getattr(request.user, "side", "")
        return Response({**said.kept, "text": text_of(said.kept, side)})


class UpdateIn(serializers.Serializer[Any]):
    line = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    phrase = PhraseIn(required=False, help_text="A standard phrase in place of `line`.")
    priority = serializers.ChoiceField(
        choices=Priority.choices, required=False, help_text="The present one, or a more urgent one."
    )
    client_ref = serializers.UUIDField(required=False, help_text="Makes a repeat one update.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return spoken(given, "line")


class CancelIn(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    phrase = PhraseIn(required=False, help_text="A standard phrase in place of `reason`.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return spoken(given, "reason")


class ChainLinkOut(serializers.ModelSerializer[Alert]):
    """One alert of a chain; with the deliveries of it that the account sees, which come in the
    context: `deliveries`, by the id of their alert."""

    sender: Any = serializers.SlugRelatedField("code", read_only=True)
    references: Any = serializers.SlugRelatedField("uid", read_only=True, allow_null=True)
    said_at = serializers.DateTimeField(
        help_text="When it was decided: before `raised_at` where a pause of the exchange held it."
    )
    deliveries = serializers.SerializerMethodField()

    class Meta:
        model = Alert
        fields = ["uid", "kind", "status", "priority", "sender", "said_at", "raised_at",
                  "references", "deliveries"]  # fmt: skip

    @extend_schema_field(DeliveryOut(many=True))
    def get_deliveries(self, alert: Alert) -> Any:
        rows = self.context["deliveries"].get(alert.pk, [])
        return DeliveryOut(rows, many=True, context=self.context).data


class HeldUpdateOut(serializers.Serializer[Any]):
    """An update that waits for the end of a pause of the exchange."""

    uid = serializers.UUIDField()
    desk = serializers.CharField(source="desk.code")
    at = serializers.DateTimeField(help_text="When it was decided.")
    until = serializers.DateTimeField(
        allow_null=True, help_text="End of the pause; null once it is over and nobody is on duty."
    )
    priority = serializers.CharField()
    line = serializers.CharField(help_text="Empty for the other side until it goes.")


class ChainOut(serializers.Serializer[Any]):
    cancelled = serializers.BooleanField(help_text="Whether the sender cancelled it.")
    chain = ChainLinkOut(many=True)
    held = HeldUpdateOut(many=True)


class _Door(Idempotent, APIView):
    def parsed(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def shown(self, alert: Alert, status: int = 200) -> Response:
        chain = chain_of(alert)
        seen: dict[int, list[Delivery]] = {}
        rows = Delivery.objects.visible_to(self.request.user)
        rows = rows.filter(alert__in=[each.pk for each in chain])
        joined = rows.whole().select_related("alert__references", "handed_back__acknowledged_by")
        for delivery in joined.order_by("pk"):
            seen.setdefault(delivery.alert_id, []).append(delivery)
        context = {"request": self.request, "deliveries": seen}
        links = ChainLinkOut([each for each in chain if each.pk in seen], many=True,
                             context=context).data  # fmt: skip
        cancelled = cancel_of(chain) is not None
        held = [] if cancelled else held_updates(chain, self.request.user)
        waits = HeldUpdateOut(held, many=True).data
        return Response({"cancelled": cancelled, "chain": links, "held": waits}, status=status)


class AlertDetail(_Door):
    @extend_schema(responses=ChainOut)
    def get(self, request: Request, uid: Any) -> Response:
        """An alert with what followed it: updates, and a cancel."""
        return self.shown(alert_of(request.user, uid))


class AlertUpdate(_Door):
    @extend_schema(request=UpdateIn, responses={201: ChainOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Tell the desks of an alert something more, as its sender; each acknowledges that."""
        found = alert_of(request.user, uid)
        given = self.parsed(UpdateIn)
        made = actions.update_alert(found, by=request.user, **given)
        return self.shown(made or found, 201)


class AlertCancel(_Door):
    @extend_schema(request=CancelIn, responses=ChainOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Call an alert off, as its sender: a false alarm. A repeat changes nothing."""
        found = alert_of(request.user, uid)
        made = actions.cancel_alert(found, reason=self.parsed(CancelIn)["reason"], by=request.user)
        return self.shown(made)


class AlertHeldDrop(_Door):
    @extend_schema(request=None, responses=ChainOut)
    def post(self, request: Request, uid: Any, held: Any) -> Response:
        """Take back an update that waits for the end of a pause, as its sender: it never goes to
        that desk. A repeat changes nothing."""
        found = alert_of(request.user, uid)
        actions.drop_held_update(held_update_of(found, held, request.user), by=request.user)
        return self.shown(found)
