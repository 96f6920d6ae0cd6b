"""The rota's part of the API: hours without anybody, absences, own shifts and their offers."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.api.idempotency import Idempotent

from . import actions
from .access import may
from .models import Absence, DutyRank, DutyShift, ShiftSwap, Unit
from .my_duty import own_shifts, own_unit
from .rota import SOON, absences, gaps, officers_for, rota_units


class SpanOut(serializers.Serializer):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class AbsenceOut(serializers.Serializer):
    uid = serializers.UUIDField()
    officer = serializers.UUIDField()
    officer_name = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    ground = serializers.ChoiceField(
        choices=Absence.Ground.choices,
        allow_null=True,
        help_text="Null for whoever neither is absent nor sets the rota.",
    )


class AbsenceIn(serializers.Serializer):
    officer = serializers.UUIDField(required=False, help_text="The own account without it.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    ground = serializers.ChoiceField(choices=Absence.Ground.choices)
    over_shifts = serializers.BooleanField(
        default=False, help_text="Take the hours of shifts in that time back."
    )


class OwnShiftOut(serializers.Serializer):
    uid = serializers.UUIDField()
    unit = serializers.CharField()
    rank = serializers.ChoiceField(choices=DutyRank.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    offered_to = serializers.UUIDField(allow_null=True)


class OfferIn(serializers.Serializer):
    to = serializers.UUIDField(help_text="Public id of an officer who may serve there.")


class SwapOut(serializers.Serializer):
    uid = serializers.UUIDField()
    shift = serializers.UUIDField()
    unit = serializers.CharField()
    rank = serializers.ChoiceField(choices=DutyRank.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    officer = serializers.UUIDField(help_text="Who offers.")
    to = serializers.UUIDField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    declined_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


def _unit(request: Request, code: str) -> Unit:
    found = next((unit for unit in rota_units(request.user) if unit.code == code), None)
    if found is None:
        raise Http404
    return found


def _absence(absence: Absence, reader: Any, sets: bool) -> dict[str, Any]:
    return AbsenceOut(
        {
            "uid": absence.uid,
            "officer": absence.officer.uid,
            "officer_name": absence.officer.display_name,
            "starts_at": absence.starts_at,
            "ends_at": absence.ends_at,
            "ground": absence.ground if sets or absence.officer == reader else None,
        }
    ).data


def _swap(swap: ShiftSwap) -> dict[str, Any]:
    return SwapOut(
        {
            "uid": swap.uid,
            "shift": swap.shift.uid,
            "unit": swap.shift.unit.code,
            "rank": swap.shift.rank,
            "starts_at": swap.shift.period.lower,
            "ends_at": swap.shift.period.upper,
            "officer": swap.officer.uid,
            "to": swap.to.uid,
            "accepted_at": swap.accepted_at,
            "declined_at": swap.declined_at,
            "withdrawn_at": swap.withdrawn_at,
        }
    ).data


class RotaGaps(APIView):
    @extend_schema(responses=SpanOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """The hours of the next 14 days in which nobody is on duty at a unit of the own side."""
        unit = _unit(request, code)
        spans = gaps([unit], now() + SOON)[unit.pk]
        return Response(SpanOut([{"starts_at": s, "ends_at": e} for s, e in spans], many=True).data)


class RotaAbsences(Idempotent, APIView):
    @extend_schema(responses=AbsenceOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """Who of those that serve at a unit is absent, now or to come."""
        unit = _unit(request, code)
        sets = may(request.user, "set_rota", unit)
        return Response([_absence(each, request.user, sets) for each in absences(unit)])

    @extend_schema(request=AbsenceIn, responses=AbsenceOut)
    def post(self, request: Request, code: str) -> Response:
        """Enter an absence, the own one or, for whoever sets the rota, another's.

        409 `over_shifts` names the shifts in that time; send `over_shifts: true` to take these
        hours back.
        """
        unit = _unit(request, code)
        given = AbsenceIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        uid = asked.pop("officer", None)
        officer: Any = request.user
        if uid is not None and uid != officer.uid:
            officer = next((each for each in officers_for(unit) if each.uid == uid), None)
            if officer is None:
                raise Http404
        absence = actions.enter_absence(officer, unit=unit, by=request.user, **asked)
        return Response(_absence(absence, request.user, True))


class AbsenceEnd(Idempotent, APIView):
    @extend_schema(request=None, responses=AbsenceOut)
    def post(self, request: Request, uid: Any) -> Response:
        """End an absence now. Shifts that it took back stay taken back."""
        absence = get_object_or_404(Absence.objects.select_related("booking__officer"), uid=uid)
        units = rota_units(request.user)
        if absence.officer == request.user:
            own = own_unit(request.user)
            units = [own] if own else []
        at = next((unit for unit in units if absence.officer in officers_for(unit)), None)
        if at is None:
            raise Http404
        ended = actions.end_absence(absence, unit=at, by=request.user)
        return Response(_absence(ended, request.user, True))


class ShiftList(APIView):
    @extend_schema(responses=OwnShiftOut(many=True))
    def get(self, request: Request) -> Response:
        """The account's own shifts that are not over, the earliest first."""
        rows = [
            {
                "uid": each.shift.uid,
                "unit": each.shift.unit.code,
                "rank": each.shift.rank,
                "starts_at": each.shift.period.lower,
                "ends_at": each.shift.period.upper,
                "offered_to": each.offer.to.uid if each.offer else None,
            }
            for each in own_shifts(request.user)
        ]
        return Response(OwnShiftOut(rows, many=True).data)


class ShiftOffer(Idempotent, APIView):
    @extend_schema(request=OfferIn, responses=SwapOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Offer an own shift that has not begun to another officer."""
        user: Any = request.user
        rows = DutyShift.objects.filter(booking__officer=user)
        shift = get_object_or_404(rows.select_related("unit", "booking__officer"), uid=uid)
        given = OfferIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data["to"]
        others = officers_for(shift.unit)
        to = next((each for each in others if each.uid == asked), request.user)
        return Response(_swap(actions.offer_shift(shift, to=to, by=request.user)))


class SwapList(APIView):
    @extend_schema(responses=SwapOut(many=True))
    def get(self, request: Request) -> Response:
        """The offers by and to the account that wait for an answer."""
        return Response([_swap(swap) for swap in _mine(request, ShiftSwap.objects.open())])


def _mine(request: Request, rows: Any) -> Any:
    rows = rows.whole()
    mine = rows.filter(to=request.user) | rows.filter(shift__booking__officer=request.user)
    return mine.order_by("shift__period", "pk")


class _Answer(Idempotent, APIView):
    def swap(self, uid: Any) -> ShiftSwap:
        return get_object_or_404(_mine(self.request, ShiftSwap.objects.all()), uid=uid)


class SwapAccept(_Answer):
    @extend_schema(request=None, responses=SwapOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take an offered shift over."""
        return Response(_swap(actions.accept_shift(self.swap(uid), by=request.user)))


class SwapDecline(_Answer):
    @extend_schema(request=None, responses=SwapOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Leave an offered shift with whoever offered it."""
        return Response(_swap(actions.decline_shift(self.swap(uid), by=request.user)))


class SwapWithdraw(_Answer):
    @extend_schema(request=None, responses=SwapOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take an own offer back before it is answered."""
        return Response(_swap(actions.withdraw_shift_offer(self.swap(uid), by=request.user)))
