"""The shapes of people by group, vehicles, goods, documents and the route, for the schema.

They are checked by the verb (`content.cleaned`), which says what is wrong with which row.
"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..content import COLUMNS, CURRENCIES, Claimed, Column

COUNTRY = "ISO 3166-1 alpha-3"
HELP = {
    "country": COUNTRY,
    "countries": COUNTRY,
    "nationality": f"{COUNTRY}, stateless or unknown",
}


def _field(column: Column) -> serializers.Field:
    more: dict[str, Any] = {"required": column.required, "allow_null": not column.required}
    if column.kind == "term":
        return serializers.CharField(help_text=f"A code of {column.vocabulary}.", **more)
    if column.kind == "count":
        return serializers.IntegerField(min_value=1, **more)
    if column.kind == "amount":
        return serializers.FloatField(min_value=0, **more)
    if column.kind == "currency":
        return serializers.ChoiceField(choices=CURRENCIES, **more)
    if column.kind == "claimed":
        # One enumeration for two columns: named by hand it would need a setting of the schema.
        return serializers.CharField(help_text=", ".join(Claimed.values), **more)
    if column.kind == "countries":
        return serializers.ListField(
            child=serializers.CharField(help_text=COUNTRY, max_length=3), **more
        )
    longest = {"country": 3, "nationality": 9}.get(column.kind, column.longest)
    return serializers.CharField(max_length=longest, help_text=HELP.get(column.kind, ""), **more)


def _shape(key: str, name: str) -> type[serializers.Serializer]:
    columns = {column.name: _field(column) for column in COLUMNS[key]}
    return type(name, (serializers.Serializer,), columns)


PeopleGroup = _shape("people", "PeopleGroup")
Vehicle = _shape("vehicles", "Vehicle")
Goods = _shape("goods", "Goods")
Document = _shape("documents", "Document")
Transit = _shape("transit", "Transit")


@extend_schema_field(PeopleGroup(many=True, allow_null=True))
class PeopleField(serializers.JSONField):
    pass


@extend_schema_field(Vehicle(many=True, allow_null=True))
class VehiclesField(serializers.JSONField):
    pass


@extend_schema_field(Goods(many=True, allow_null=True))
class GoodsField(serializers.JSONField):
    pass


@extend_schema_field(Document(many=True, allow_null=True))
class DocumentsField(serializers.JSONField):
    pass


@extend_schema_field(Transit(allow_null=True))
class TransitField(serializers.JSONField):
    pass


@extend_schema_field(serializers.ListField(child=serializers.CharField(), allow_null=True))
class MeansField(serializers.JSONField):
    pass


class ThingsShape(serializers.Serializer):
    """The fields that an incident goes out and comes in with."""

    nature = serializers.CharField(required=False, allow_null=True, max_length=40)
    manner = serializers.CharField(required=False, allow_null=True, max_length=40)
    direction = serializers.CharField(required=False, allow_null=True, max_length=40)
    detection = serializers.CharField(required=False, allow_null=True, max_length=40)
    public_event = serializers.CharField(required=False, allow_null=True, max_length=40)
    means = MeansField(required=False, allow_null=True)
    people = PeopleField(required=False, allow_null=True)
    vehicles = VehiclesField(required=False, allow_null=True)
    goods = GoodsField(required=False, allow_null=True)
    documents = DocumentsField(required=False, allow_null=True)
    transit = TransitField(required=False, allow_null=True)
