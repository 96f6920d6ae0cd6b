"""The rota itself in the API: who serves at a unit and by which rules, booked and taken back."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.api.idempotency import Idempotent
from bordercoop.errors import Invalid

from . import actions
from .models import DutyRank, DutyShift, RotaRule, Unit
from .rota import DAYS, officers_for, rota, rota_units, rules_of

FARTHEST = timedelta(days=366)


class DutyOut(serializers.Serializer):
    uid = serializers.UUIDField()
    unit = serializers.CharField(source="unit.code")
    officer = serializers.UUIDField(source="booking.officer.uid")
    officer_name = serializers.CharField(source="booking.officer.display_name")
    rank = serializers.ChoiceField(choices=DutyRank.choices)
    starts_at = serializers.DateTimeField(source="period.lower")
    ends_at = serializers.DateTimeField(source="period.upper")
    cancelled_at = serializers.DateTimeField(allow_null=True)


class DutyIn(serializers.Serializer):
    officer = serializers.UUIDField(help_text="Public id of an officer who may serve there.")
    rank = serializers.ChoiceField(choices=DutyRank.choices, default=DutyRank.PRIMARY.value)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class RotaRuleOut(serializers.Serializer):
    uid = serializers.UUIDField()
    unit = serializers.CharField(source="unit.code")
    officer = serializers.UUIDField(source="officer.uid")
    officer_name = serializers.CharField(source="officer.display_name")
    rank = serializers.ChoiceField(choices=DutyRank.choices)
    start = serializers.TimeField(help_text="On the clock of the unit.")
    end = serializers.TimeField(help_text="At or before `start`: on the next day.")
    first_day = serializers.DateField()
    last_day = serializers.DateField(allow_null=True)


class RotaRuleIn(serializers.Serializer):
    officer = serializers.UUIDField(help_text="Public id of an officer who may serve there.")
    rank = serializers.ChoiceField(choices=DutyRank.choices, default=DutyRank.PRIMARY.value)
    start = serializers.TimeField(help_text="On the clock of the unit.")
    end = serializers.TimeField(help_text="At or before `start`: on the next day.")
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class RotaRuleEndIn(serializers.Serializer):
    last_day = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Ends at once without it."
    )


class RotaOut(serializers.Serializer):
    unit = serializers.CharField(source="unit.code")
    zone = serializers.CharField(source="unit.zone", help_text="Whose clock rules go by.")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    shifts = DutyOut(many=True)
    rules = RotaRuleOut(many=True)


class RotaDoor(APIView):
    def unit(self, code: str) -> Unit:
        """Of the own side; the other side's rota does not exist here."""
        found = next((u for u in rota_units(self.request.user) if u.code == code), None)
        if found is None:
            raise Http404
        return found

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def planned(self, shape: type[serializers.Serializer], unit: Unit) -> dict[str, Any]:
        """What was sent, with the officer in place of the public id."""
        given = self.parsed(shape)
        asked = given.pop("officer")
        officer = next((each for each in officers_for(unit) if each.uid == asked), None)
        if officer is None:
            sentence = _("Choose the officer.")
            raise Invalid(sentence, fields={"officer": [sentence]})
        return {"officer": officer, **given}


class Rota(RotaDoor):
    @extend_schema(
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATE, description="The first day; else today.")
        ],
        responses=RotaOut,
    )
    def get(self, request: Request, code: str) -> Response:
        """Who serves at a unit of the own side in 31 days, and the rules in force or to come."""
        unit = self.unit(code)
        first = _first_day(request.query_params.get("from", ""), unit)
        last = first + timedelta(days=DAYS - 1)
        shifts = [turn.shift for day in rota(unit, first) for turn in day.turns]
        for shift in shifts:
            shift.unit = unit
        found = {
            "unit": unit,
            "first_day": first,
            "last_day": last,
            "shifts": shifts,
            "rules": [each.rule for each in rules_of(unit, last)],
        }
        return Response(RotaOut(found).data)


def _first_day(asked: str, unit: Unit) -> date:
    today = now().astimezone(ZoneInfo(unit.zone)).date()
    if not asked:
        return today
    day = serializers.DateField().run_validation(asked)
    if abs(day - today) > FARTHEST:
        sentence = _("A rota is shown for a day within a year. Choose such a day.")
        raise Invalid(sentence, fields={"from": [sentence]})
    return day


class RotaShifts(Idempotent, RotaDoor):
    @extend_schema(request=DutyIn, responses={201: DutyOut})
    def post(self, request: Request, code: str) -> Response:
        """Put an officer on duty once. The same shift booked twice is one."""
        unit = self.unit(code)
        given = self.planned(DutyIn, unit)
        shift = actions.book_duty(given.pop("officer"), unit=unit, by=request.user, **given)
        return Response(DutyOut(shift).data, status=201)


class RotaRules(Idempotent, RotaDoor):
    @extend_schema(request=RotaRuleIn, responses={201: RotaRuleOut})
    def post(self, request: Request, code: str) -> Response:
        """Let an officer serve every day from the first to the last, and book these turns.

        A turn whose time is taken is left out; 409 `no_turn_free` when that leaves none.
        """
        unit = self.unit(code)
        given = self.planned(RotaRuleIn, unit)
        rule = actions.plan_duty(given.pop("officer"), unit=unit, by=request.user, **given)
        return Response(RotaRuleOut(rule).data, status=201)


class RotaRuleEnd(Idempotent, RotaDoor):
    @extend_schema(request=RotaRuleEndIn, responses=RotaRuleOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Let a rule end after a day, or at once; its later turns are taken back."""
        rules = RotaRule.objects.filter(unit__in=rota_units(request.user))
        rule = get_object_or_404(rules.select_related("unit", "officer"), uid=uid)
        last = self.parsed(RotaRuleEndIn)["last_day"]
        return Response(
            RotaRuleOut(actions.end_rota_rule(rule, last_day=last, by=request.user)).data
        )


class ShiftCancel(Idempotent, RotaDoor):
    @extend_schema(request=None, responses=DutyOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take a shift back; the officer's time is free again."""
        shifts = DutyShift.objects.filter(unit__in=rota_units(request.user))
        shift = get_object_or_404(shifts.select_related("unit", "booking__officer"), uid=uid)
        return Response(DutyOut(actions.cancel_duty(shift, by=request.user)).data)
