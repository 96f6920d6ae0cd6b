"""What handover receipts look like in the API, and what their doors take."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..investigation.receipts import confirmed, items_for
from ..models import (
    CancelReason,
    CheckAnswer,
    CheckKind,
    Handover,
    HandoverItem,
    HandoverKind,
    HandoverState,
)
from .sealed import Shape


class ReceiptPrepareIn(Shape):
    kind = serializers.ChoiceField(choices=HandoverKind.choices)
    planned_at = serializers.DateTimeField()
    border_sign = serializers.CharField(required=False, allow_blank=True, default="")
    place = serializers.CharField(required=False, allow_blank=True, default="")
    client_ref = serializers.UUIDField(required=False, default=None)


class ReceiptPlanIn(Shape):
    planned_at = serializers.DateTimeField()
    border_sign = serializers.CharField(required=False, allow_blank=True, default="")
    place = serializers.CharField(required=False, allow_blank=True, default="")


class ReceiptHandsIn(Shape):
    member = serializers.UUIDField(help_text="A member of the own side's team.")
    interpreter = serializers.UUIDField(required=False, allow_null=True, default=None)


class ReceiptBasisIn(Shape):
    basis = serializers.CharField(max_length=40)


class ReceiptItemIn(Shape):
    """Goods: description, quantity, unit, mark. A person: age_group and sex, and never a name."""

    client_ref = serializers.UUIDField(required=False, default=None)
    description = serializers.CharField(required=False, allow_blank=True, default="")
    quantity = serializers.CharField(required=False, allow_blank=True, default="")
    unit = serializers.CharField(required=False, allow_blank=True, default="")
    mark = serializers.CharField(required=False, allow_blank=True, default="")
    age_group = serializers.CharField(required=False, allow_blank=True, default="")
    sex = serializers.CharField(required=False, allow_blank=True, default="")
    condition = serializers.CharField()
    remark = serializers.CharField(required=False, allow_blank=True, default="")
    person = serializers.UUIDField(
        required=False, default=None, help_text="Somebody whom the own side listed before."
    )
    incident = serializers.UUIDField(
        required=False, default=None, help_text="The own incident with the sealed part."
    )
    somebody_else = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Nobody of those whom the own side listed before and does not hand over.",
    )


class ReceiptAnswerIn(Shape):
    accepted = serializers.BooleanField()
    condition = serializers.CharField(required=False, allow_blank=True, default="")
    refusal = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    refusal_text = serializers.CharField(required=False, allow_blank=True, default="")
    remark = serializers.CharField(required=False, allow_blank=True, default="")


class ReceiptStopIn(Shape):
    note = serializers.CharField(help_text="For the own side; it never leaves it.")


class ReceiptCancelIn(Shape):
    reason = serializers.ChoiceField(choices=CancelReason.choices)


class ReceiptConfirmIn(Shape):
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of the receipt as it was read.")


class PersonCheckIn(Shape):
    item = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=CheckKind.choices)
    answer = serializers.ChoiceField(choices=CheckAnswer.choices)
    language = serializers.CharField(required=False, allow_blank=True, default="")
    authority = serializers.CharField(required=False, allow_blank=True, default="")
    reason = serializers.CharField(required=False, allow_blank=True, default="")


class HandoverBasisOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    confirmed = serializers.BooleanField(source="facts.confirmed")


class ReceiptItemOut(serializers.ModelSerializer[HandoverItem]):
    age_group = serializers.CharField(source="age_group.code", default=None)
    sex = serializers.CharField(source="sex.code", default=None)
    unit = serializers.CharField(source="unit.code", default=None)
    refusal = serializers.CharField(source="refusal.code", default=None)

    class Meta:
        model = HandoverItem
        fields = [
            "uid", "number", "age_group", "sex", "description", "quantity", "unit", "mark",
            "condition", "remark", "received_condition", "accepted", "refusal", "refusal_text",
            "received_remark", "answered_at",
        ]  # fmt: skip


class ConfirmationOut(serializers.Serializer):
    side = serializers.CharField()
    name = serializers.CharField(source="by.name_latin", default="")
    at = serializers.DateTimeField()


class ReceiptRowOut(serializers.ModelSerializer[Handover]):
    investigation = serializers.UUIDField(source="investigation.uid")
    case = serializers.CharField(source="investigation.number")
    state = serializers.ChoiceField(choices=HandoverState.choices)
    to_side = serializers.CharField()
    deliverer = serializers.CharField(source="deliverer.name", default=None)
    receiver = serializers.CharField(source="receiver.name", default=None)
    interpreter = serializers.CharField(source="interpreter.name", default=None)
    basis_from = HandoverBasisOut(allow_null=True)
    basis_to = HandoverBasisOut(allow_null=True)
    sign = serializers.CharField(source="sign.code", default=None)

    class Meta:
        model = Handover
        fields = [
            "uid", "number", "investigation", "case", "kind", "side", "to_side", "state",
            "outcome", "planned_at", "sign", "border_sign", "place", "deliverer", "receiver",
            "interpreter", "basis_from", "basis_to", "cancel_reason", "prepared_at", "opened_at",
            "ended_at", "sha256",
        ]  # fmt: skip


class ReceiptOut(ReceiptRowOut):
    items = serializers.SerializerMethodField(
        help_text="Empty to the receiving side until the receipt is opened."
    )
    confirmations = serializers.SerializerMethodField()

    class Meta(ReceiptRowOut.Meta):
        fields = [*ReceiptRowOut.Meta.fields, "items", "confirmations"]

    @extend_schema_field(ReceiptItemOut(many=True))
    def get_items(self, handover: Handover) -> list[Any]:
        rows = items_for(handover, self.context["side"])
        return list(ReceiptItemOut(rows, many=True).data)

    @extend_schema_field(ConfirmationOut(many=True))
    def get_confirmations(self, handover: Handover) -> list[Any]:
        rows = sorted(confirmed(handover).items())
        return [dict(ConfirmationOut(row).data) for _side, row in rows]


class PersonCheckOut(serializers.Serializer):
    kind = serializers.ChoiceField(choices=CheckKind.choices)
    answer = serializers.CharField(source="last.answer", default=None)
    at = serializers.DateTimeField(source="last.at", default=None)
    by = serializers.CharField(source="last.by.username", default=None)
    clear = serializers.BooleanField()
    stops = serializers.BooleanField()


class CheckedPersonOut(serializers.Serializer):
    item = serializers.UUIDField(source="item.uid")
    number = serializers.IntegerField(source="item.number")
    checks = PersonCheckOut(source="questions", many=True)
