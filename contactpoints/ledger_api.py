"""The API's part of the figures of desks."""

from datetime import date
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop import sentences
from bordercoop.errors import Invalid, NotAllowed
from bordercoop.web.exporting import answer

from . import actions
from .exports_api import AS, FILE, FileDoor
from .ledger import Crossed, DeskMonth, Figures, desk_month, ledger_desks
from .models import Unit
from .months import month_of

DESK = OpenApiParameter("desk", OpenApiTypes.STR, description="Code of a desk of the own side.")
MONTH = OpenApiParameter(
    "month",
    OpenApiTypes.STR,
    description="YYYY-MM of the desk's own zone; the present one when left out.",
)


class FiguresOut(serializers.Serializer[Figures]):
    priority = serializers.CharField(help_text="Empty for all priorities.")
    received = serializers.IntegerField()
    acknowledged = serializers.IntegerField()
    in_time = serializers.IntegerField()
    late = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Not acknowledged, and the time is not up.")
    escalated = serializers.IntegerField()
    declined = serializers.IntegerField()
    recalled = serializers.IntegerField(help_text="Taken back before anybody acknowledged.")
    failed = serializers.IntegerField()
    deliver = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="Seconds within which half and 95 of 100 were delivered.",
    )
    open = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    acknowledge = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class CountsOut(serializers.Serializer[Any]):
    sent = serializers.IntegerField()
    answered = serializers.IntegerField()
    late = serializers.IntegerField()


class CrossedOut(serializers.Serializer[Crossed]):
    sender = serializers.CharField(help_text="Code of the unit that sent.")
    desk = serializers.CharField(help_text="Code of the desk that received.")
    kind = serializers.CharField(help_text="P1 to P4, release, recall, request or drill.")
    as_sender = CountsOut(source="out")
    as_receiver = CountsOut(source="got")


@extend_schema_field({"type": "string", "pattern": "^\\d{4}-\\d{2}$"})
class MonthField(serializers.DateField):
    """A month as YYYY-MM."""

    def __init__(self, **more: Any) -> None:
        super().__init__(format="%Y-%m", **more)


class DeskMonthOut(serializers.Serializer[DeskMonth]):
    desk = serializers.CharField(source="unit.code")
    zone = serializers.CharField(source="unit.zone")
    month = MonthField()
    actual = FiguresOut(many=True)
    total = FiguresOut()
    drills = FiguresOut(many=True, help_text="Exercise and test alerts.")
    drill_total = FiguresOut()
    total_before = FiguresOut(source="total.earlier", allow_null=True)
    sent = CrossedOut(many=True)
    received = CrossedOut(many=True, source="got")


def _desk(request: Request) -> Unit:
    """The desk of the query, the first own one without; Invalid at `desk` for any other."""
    desks = ledger_desks(request.user)
    if not desks:
        raise NotAllowed(sentences.NOT_ALLOWED)
    code = request.query_params.get("desk", "")
    found = next((desk for desk in desks if desk.code == code or not code), None)
    if found is None:
        sentence = _("There is no such code: %(code)s.") % {"code": code[:40]}
        raise Invalid(sentence, fields={"desk": [sentence]})
    return found


def _month(request: Request, unit: Unit) -> date:
    return month_of(request.query_params.get("month", "").strip(), unit.zone)


class Ledger(generics.GenericAPIView):
    serializer_class: Any = DeskMonthOut
    pagination_class = None

    @extend_schema(parameters=[DESK, MONTH], responses=DeskMonthOut)
    def get(self, request: Request) -> Response:
        """The figures of a desk of the own side in a month of its own zone."""
        unit = _desk(request)
        return Response(DeskMonthOut(desk_month(unit, _month(request, unit))).data)


class LedgerDeskExport(FileDoor):
    @extend_schema(parameters=[AS, DESK, MONTH], responses=FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """The figures of a desk's month as a file; recorded in the audit as an export."""
        unit, form = _desk(request), request.query_params.get("as", "")
        month = _month(request, unit)
        return answer(actions.export_desk_month(unit, month, form=form, by=request.user))
