"""Line checks, and pauses of the exchange, in the API."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop import sentences
from bordercoop.api.idempotency import Idempotent
from bordercoop.errors import Invalid, NotAllowed
from bordercoop.web.exporting import answer

from . import actions
from .access import units_where
from .exports_api import AS, FILE, FileDoor
from .lines import PERIODS, overview, pairs_for
from .models import ContactPoint, ExchangePause, LineCheck, Unit, units

PERIOD = OpenApiParameter("period", enum=list(PERIODS), description="24h when left out.")


class LineCheckOut(serializers.ModelSerializer):
    caller: Any = serializers.SlugRelatedField("code", read_only=True)
    answerer: Any = serializers.SlugRelatedField("code", read_only=True)
    asked_by: Any = serializers.StringRelatedField(allow_null=True)
    heard_by: Any = serializers.StringRelatedField(allow_null=True)
    scheduled = serializers.SerializerMethodField()
    screen_s = serializers.FloatField(allow_null=True, read_only=True)
    heard_s = serializers.FloatField(allow_null=True, read_only=True)

    class Meta:
        model = LineCheck
        fields = [
            "uid", "caller", "answerer", "scheduled", "asked_by", "at", "state", "screen_at",
            "screen_s", "heard_at", "heard_s", "heard_by", "missed_at", "missed",
        ]  # fmt: skip

    def get_scheduled(self, check: LineCheck) -> bool:
        return check.period is not None


class LineFiguresOut(serializers.Serializer):
    """Times in seconds."""

    made = serializers.IntegerField()
    answered = serializers.IntegerField()
    missed = serializers.IntegerField()
    excused = serializers.IntegerField()
    screen_median = serializers.FloatField(allow_null=True)
    screen_p95 = serializers.FloatField(allow_null=True)
    heard_median = serializers.FloatField(allow_null=True)
    heard_p95 = serializers.FloatField(allow_null=True)


class DeskLineOut(serializers.Serializer):
    caller = serializers.CharField()
    answerer = serializers.CharField()
    broken_since = serializers.DateTimeField(allow_null=True)
    last = LineCheckOut(allow_null=True)
    figures = LineFiguresOut()


class LineCheckIn(serializers.Serializer):
    caller = serializers.CharField(max_length=40, help_text="The own desk.")
    answerer = serializers.CharField(max_length=40)


class PauseOut(serializers.ModelSerializer):
    point: Any = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = ExchangePause
        fields = ["uid", "point", "side", "category", "reason", "starts_at", "until", "ended_at"]


class PauseIn(serializers.Serializer):
    point = serializers.CharField(max_length=20)
    category = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default="", help_text="Empty for all."
    )
    until = serializers.DateTimeField()
    reason = serializers.CharField(max_length=300, help_text="Both sides read it.")


def _period(request: Request) -> Any:
    text = request.query_params.get("period", "24h")
    if text not in PERIODS:
        sentence = _("There is no such code: %(code)s.") % {"code": text[:40]}
        raise Invalid(sentence, fields={"period": [sentence]})
    return PERIODS[text]


def _desk(code: str, field: str) -> Unit:
    found = units().get(code)
    if found is None or found.kind != Unit.Kind.DESK:
        sentence = _("There is no such code: %(code)s.") % {"code": code[:40]}
        raise Invalid(sentence, fields={field: [sentence]})
    return found


class LineList(APIView):
    @extend_schema(parameters=[PERIOD], responses=DeskLineOut(many=True))
    def get(self, request: Request) -> Response:
        """The lines at one end of which the account sees alerts, each with its newest check."""
        if not units_where(request.user, "view_alerts"):
            raise NotAllowed(sentences.NOT_ALLOWED)
        rows = overview(request.user, now() - _period(request))
        shown = [
            {
                "caller": caller.code,
                "answerer": answerer.code,
                "broken_since": next(
                    (b.since for b in row.breaks if b.caller_id == caller.pk), None
                ),
                "last": last,
                "figures": found,
            }
            for row in rows
            for caller, answerer, last, found in row.ways
        ]
        return Response(DeskLineOut(shown, many=True).data)


@extend_schema(
    parameters=[OpenApiParameter("desk", OpenApiTypes.STR, description="Code of one of its ends.")]
)
class LineCheckList(Idempotent, generics.ListAPIView):
    """Line checks at the ends that the account reads, newest first."""

    serializer_class = LineCheckOut

    def get_queryset(self) -> Any:
        rows = LineCheck.objects.visible_to(self.request.user).whole()
        if code := self.request.query_params.get("desk"):
            unit = units().get(code)
            pk = unit.pk if unit else None
            rows = (rows.filter(caller_id=pk) | rows.filter(answerer_id=pk)) if pk else rows.none()
        return rows

    @extend_schema(request=LineCheckIn, responses={201: LineCheckOut})
    def post(self, request: Request) -> Response:
        """Check a line now, from the own desk. While one waits there, that one is it."""
        given = LineCheckIn(data=request.data)
        given.is_valid(raise_exception=True)
        ends = [_desk(given.validated_data[name], name) for name in ("caller", "answerer")]
        check = actions.check_line(*ends, by=request.user)
        return Response(LineCheckOut(check).data, status=201)


class LineHeard(Idempotent, APIView):
    @extend_schema(request=None, responses=LineCheckOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Answer a check for the own desk. The first answer stands."""
        rows = LineCheck.objects.visible_to(request.user).select_related("caller", "answerer")
        check = actions.answer_check(get_object_or_404(rows, uid=uid), by=request.user)
        return Response(LineCheckOut(check).data)


class LineExport(FileDoor):
    @extend_schema(
        parameters=[
            AS,
            PERIOD,
            OpenApiParameter("one", OpenApiTypes.STR, required=True),
            OpenApiParameter("other", OpenApiTypes.STR, required=True),
        ],
        responses=FILE,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """The log of a pair of desks; recorded in the audit."""
        asked = request.query_params
        wanted = {asked.get("one", ""), asked.get("other", "")}
        pair = next((p for p in pairs_for(request.user) if {p[0].code, p[1].code} == wanted), None)
        if pair is None:
            sentence = _("There is no such line.")
            raise Invalid(sentence, fields={"one": [sentence], "other": [sentence]})
        _period(request)
        period, form = asked.get("period", "24h"), asked.get("as", "")
        return answer(actions.export_line(*pair, period, form=form, by=request.user))


class PauseList(Idempotent, generics.ListAPIView):
    """Pauses of the exchange that stand, of both sides."""

    serializer_class = PauseOut
    ordering = ("until", "id")

    def get_queryset(self) -> Any:
        return ExchangePause.objects.standing().select_related("point")

    @extend_schema(request=PauseIn, responses={201: PauseOut})
    def post(self, request: Request) -> Response:
        """Pause the exchange at a point for the own side. P1 always goes."""
        given = PauseIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        point = ContactPoint.objects.filter(code=said.pop("point"), retired_at=None).first()
        if point is None:
            sentence = _("There is no such point.")
            raise Invalid(sentence, fields={"point": [sentence]})
        pause = actions.pause_exchange(point, **said, by=request.user)
        return Response(PauseOut(pause).data, status=201)


class PauseEnd(Idempotent, APIView):
    @extend_schema(request=None, responses=PauseOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Lift a pause of the own side."""
        rows = ExchangePause.objects.select_related("point")
        pause = actions.resume_exchange(get_object_or_404(rows, uid=uid), by=request.user)
        return Response(PauseOut(pause).data)
