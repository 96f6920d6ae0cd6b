"""The units of both sides in the API, and what a side's administrators do to their own."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.access.models import Language
from bordercoop.api.idempotency import Idempotent
from bordercoop.errors import Invalid

from . import actions
from .access import grants_of, may
from .listing import what_holds
from .models import Desk, Unit

KINDS = [(kind.value, kind.label) for kind in Unit.Kind if kind != Unit.Kind.DESK]


class UnitOut(serializers.ModelSerializer):
    name = serializers.CharField(read_only=True)
    parent: Any = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    contact_point = serializers.SerializerMethodField()

    class Meta:
        model = Unit
        fields = ["code", "side", "kind", "name", "parent", "contact_point", "verified"]

    def get_contact_point(self, unit: Unit) -> str | None:
        return unit.desk.point.code if hasattr(unit, "desk") else None


class DeskReachOut(serializers.ModelSerializer):
    languages = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Desk
        fields = ["hours", "phone", "fax", "email", "languages"]


class UnitDetailOut(UnitOut):
    place: Any = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    desk = serializers.SerializerMethodField(help_text="How a desk is reached; null for others.")
    holds = serializers.SerializerMethodField(
        help_text="What keeps it from being retired, in sentences; for its administrators."
    )

    class Meta(UnitOut.Meta):
        fields = [
            *UnitOut.Meta.fields,
            "name_lv", "name_be", "name_ru", "name_en", "place", "order", "version",
            "retires_on", "retired_at", "desk", "holds",
        ]  # fmt: skip

    def get_desk(self, unit: Unit) -> dict[str, Any] | None:
        return dict(DeskReachOut(unit.desk).data) if hasattr(unit, "desk") else None

    def get_holds(self, unit: Unit) -> list[str]:
        if unit.retired_at is not None or not may(self.context["by"], "administer_lists", unit):
            return []
        return [str(sentence) for sentence in what_holds(unit)]


class UnitFactsIn(serializers.Serializer):
    name_lv = serializers.CharField(max_length=200)
    name_be = serializers.CharField(max_length=200)
    name_ru = serializers.CharField(max_length=200)
    name_en = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=KINDS, required=False, help_text="Not for a desk.")
    place = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default="", help_text="Code of a place."
    )
    order = serializers.IntegerField(min_value=0, max_value=9999, required=False)


class UnitIn(UnitFactsIn):
    code = serializers.CharField(max_length=40, help_text="Stays for good: LV-DGP-NEW.")
    parent: Any = serializers.CharField(max_length=40, help_text="Code of the unit above it.")


class UnitChangeIn(UnitFactsIn):
    version = serializers.IntegerField(min_value=0, help_text="The one these were written on.")


class UnitMoveIn(serializers.Serializer):
    parent: Any = serializers.CharField(max_length=40, help_text="Code of the unit above it.")


class UnitRetireIn(serializers.Serializer):
    on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Now without it."
    )


class DeskReachIn(serializers.Serializer):
    hours = serializers.CharField(max_length=40, help_text="24/7 or 08:00-20:00, on its clock.")
    phone = serializers.CharField(max_length=40)
    fax = serializers.CharField(max_length=40, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, allow_blank=True)
    languages = serializers.ListField(
        child=serializers.ChoiceField(choices=Language.choices), max_length=4
    )


class UnitList(Idempotent, generics.ListAPIView):
    serializer_class = UnitOut
    queryset = Unit.objects.filter(retired_at=None).select_related("parent", "desk__point")
    ordering = ("order", "id")

    @extend_schema()
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Units of both sides and Frontex, in the order of the tree."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=UnitIn, responses={201: UnitDetailOut})
    def post(self, request: Request) -> Response:
        """Add a unit below another one of the own side. The same sent twice is one."""
        given = UnitIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        code, parent = values.pop("code"), _above(values.pop("parent"))
        made = actions.add_unit(code, parent=parent, values=values, by=request.user)
        return Response(UnitDetailOut(_whole(made), context={"by": request.user}).data, status=201)


def _rows() -> Any:
    return Unit.objects.select_related("parent", "place", "desk__point")


def _whole(unit: Unit) -> Unit:
    return _rows().get(pk=unit.pk)


def _above(code: str) -> Unit:
    found = _rows().filter(code=code).first()
    if found is None:
        sentence = _("There is no such code: %(code)s.") % {"code": code}
        raise Invalid(sentence, fields={"parent": [sentence]})
    return found


class UnitDoor(APIView):
    def unit(self, code: str) -> Unit:
        if not grants_of(self.request.user):
            raise Http404  # without a posting in force the lists do not exist
        return get_object_or_404(_rows(), code=code)

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def shown(self, unit: Unit) -> Response:
        return Response(UnitDetailOut(_whole(unit), context={"by": self.request.user}).data)


class UnitDetail(UnitDoor):
    @extend_schema(responses=UnitDetailOut)
    def get(self, request: Request, code: str) -> Response:
        """One unit, retired ones too."""
        return self.shown(self.unit(code))


class UnitChange(Idempotent, UnitDoor):
    @extend_schema(request=UnitChangeIn, responses=UnitDetailOut)
    def post(self, request: Request, code: str) -> Response:
        """Change names, kind, place and order; 409 `stale_version` when it was changed since."""
        unit, values = self.unit(code), self.parsed(UnitChangeIn)
        version = values.pop("version")
        return self.shown(actions.edit_unit(unit, version=version, values=values, by=request.user))


class UnitMove(Idempotent, UnitDoor):
    @extend_schema(request=UnitMoveIn, responses=UnitDetailOut)
    def post(self, request: Request, code: str) -> Response:
        """Hang a unit, with everything below it, under another one of the same side."""
        unit = self.unit(code)
        parent = _above(self.parsed(UnitMoveIn)["parent"])
        return self.shown(actions.move_unit(unit, parent=parent, by=request.user))


class UnitRetire(Idempotent, UnitDoor):
    @extend_schema(request=UnitRetireIn, responses=UnitDetailOut)
    def post(self, request: Request, code: str) -> Response:
        """Take a unit out of use, now or on a later day; 409 `held` says what holds it."""
        unit = self.unit(code)
        on = self.parsed(UnitRetireIn)["on"]
        return self.shown(actions.retire_unit(unit, on=on, by=request.user))


class UnitRestore(Idempotent, UnitDoor):
    @extend_schema(request=None, responses=UnitDetailOut)
    def post(self, request: Request, code: str) -> Response:
        """Take a retired unit into use again, or take back the day set for it."""
        return self.shown(actions.restore_unit(self.unit(code), by=request.user))


class UnitDesk(Idempotent, UnitDoor):
    @extend_schema(request=DeskReachIn, responses=UnitDetailOut)
    def post(self, request: Request, code: str) -> Response:
        """Set how a desk of the own side is reached; a fax that is left out stays."""
        unit = self.unit(code)
        if not hasattr(unit, "desk"):
            raise Http404
        actions.edit_desk(unit.desk, values=self.parsed(DeskReachIn), by=request.user)
        return self.shown(unit)
