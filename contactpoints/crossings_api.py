"""Crossing points in the API: how it is there now, what was said of waiting, and saying so."""

from datetime import UTC, datetime
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.moments import MomentIn
from bordercoop.errors import Invalid
from bordercoop.reference.models import OPENABLE, Place
from bordercoop.web.exporting import answer

from . import actions
from .crossings import LOOKED_BACK, MODES, Crossing, asked_for, crossings
from .exports_api import AS, FILE, FileDoor
from .models import Direction, Lane, WaitingTime
from .models.waiting import LONGEST_WAIT, MOST_WAITING
from .places_api import SIDES, UNKNOWN, OpeningOut

FILTERS = [
    OpenApiParameter("mode", enum=list(MODES)),
    OpenApiParameter("show", enum=["not_open"], description="Only those not fully open."),
]


class WaitingOut(serializers.ModelSerializer):
    place: Any = serializers.SlugRelatedField("code", read_only=True)
    corrects: Any = serializers.SlugRelatedField("uid", read_only=True, allow_null=True)
    recorded_by: Any = serializers.StringRelatedField()

    class Meta:
        model = WaitingTime
        fields = [
            "uid", "place", "side", "direction", "lane", "minutes", "waiting", "observed_at",
            "note", "corrects", "reason", "via", "recorded_by", "recorded_at",
        ]  # fmt: skip
        extra_kwargs = {
            "direction": {"help_text": "Seen from `side`: its own entry or its own exit."},
            "minutes": {"help_text": "Null with `waiting` null: what it corrects is taken back."},
        }


class WaitOut(serializers.Serializer):
    side = serializers.ChoiceField(choices=SIDES, source="row.side")
    direction = serializers.ChoiceField(choices=Direction.choices, source="row.direction")
    lane = serializers.ChoiceField(choices=Lane.choices, source="row.lane")
    minutes = serializers.IntegerField(source="row.minutes", allow_null=True)
    waiting = serializers.IntegerField(source="row.waiting", allow_null=True)
    observed_at = serializers.DateTimeField(source="row.observed_at")
    old = serializers.BooleanField(help_text="Said too long ago to be the present.")
    long = serializers.BooleanField(help_text="So long that both sides are told.")


class CrossingOut(serializers.Serializer):
    code = serializers.CharField(source="place.code")
    kind = serializers.ChoiceField(
        choices=[(kind.value, kind.label) for kind in OPENABLE], source="place.kind"
    )
    mode = serializers.CharField(source="place.mode")
    name = serializers.CharField(source="place.name")
    opening = serializers.SerializerMethodField(help_text="One row for each side.")
    waiting = serializers.SerializerMethodField(
        help_text="The newest of each side, direction and lane of the last seven days. What is "
        "not there was not said: it is not zero."
    )
    differences = serializers.ListField(
        child=serializers.CharField(), help_text="Where the sides differ, in whole sentences."
    )
    not_fully_open = serializers.BooleanField()

    @extend_schema_field(OpeningOut(many=True))
    def get_opening(self, crossing: Crossing) -> Any:
        nothing = {"state": UNKNOWN, "since": None, "reason": "", "expected_on": None, "source": ""}
        rows = [view.status or {"side": view.side, **nothing} for view in crossing.opening.views]
        return OpeningOut(rows, many=True).data

    @extend_schema_field(WaitOut(many=True))
    def get_waiting(self, crossing: Crossing) -> Any:
        rows = [wait for _view, waits in crossing.views for wait in waits]
        return WaitOut(rows, many=True).data


class LaneIn(serializers.Serializer):
    direction = serializers.ChoiceField(choices=Direction.choices)
    lane = serializers.ChoiceField(choices=Lane.choices)
    minutes = serializers.IntegerField(
        min_value=0, max_value=LONGEST_WAIT, required=False, allow_null=True, default=None
    )
    waiting = serializers.IntegerField(
        min_value=0, max_value=MOST_WAITING, required=False, allow_null=True, default=None
    )


class WaitingIn(serializers.Serializer):
    lines: Any = LaneIn(many=True, allow_empty=False)
    observed_at = MomentIn(help_text="With its zone; at most a minute ahead and a week old.")
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    client_ref = serializers.UUIDField(required=False, help_text="Makes a repeat one.")


class WaitingCorrectionIn(serializers.Serializer):
    minutes = serializers.IntegerField(min_value=0, max_value=LONGEST_WAIT, allow_null=True)
    waiting = serializers.IntegerField(min_value=0, max_value=MOST_WAITING, allow_null=True)
    reason = serializers.CharField(max_length=300)
    observed_at = MomentIn(required=False, help_text="As it was where left out.")
    client_ref = serializers.UUIDField(required=False, help_text="Makes a repeat one.")


def _place(code: str) -> Place:
    return get_object_or_404(Place.objects.filter(kind__in=OPENABLE), code=code)


def _moment(request: Request, name: str) -> datetime | None:
    """A time of the query, which names its zone."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
        if found.tzinfo is None:
            raise ValueError
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        sentence = _("A time with its zone, such as 2026-11-22T02:07:00+02:00.")
        raise Invalid(sentence, fields={name: [sentence]}) from None


class CrossingList(APIView):
    @extend_schema(parameters=FILTERS, responses=CrossingOut(many=True))
    def get(self, request: Request) -> Response:
        """Crossing points, airports and stations now, as both sides say; the own side first."""
        actions.apply_due_changes()
        rows, _mode, _only = asked_for(crossings(request.user), request.query_params)
        return Response(CrossingOut(rows, many=True).data)


class CrossingOne(APIView):
    @extend_schema(responses=CrossingOut)
    def get(self, request: Request, code: str) -> Response:
        """One crossing point now, as both sides say."""
        return Response(CrossingOut(crossings(request.user, [_place(code)])[0]).data)


class CrossingWaiting(Idempotent, generics.ListAPIView):
    """What was said of waiting, corrections among it, newest first."""

    serializer_class = WaitingOut
    ordering = ("-observed_at", "-id")

    def get_queryset(self) -> Any:
        since = _moment(self.request, "since") or now() - LOOKED_BACK
        rows = WaitingTime.objects.filter(
            place=_place(self.kwargs["code"]), observed_at__gte=since
        ).whole()
        until = _moment(self.request, "until")
        return rows.filter(observed_at__lt=until) if until else rows

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "since", OpenApiTypes.DATETIME, description="Seven days ago when left out."
            ),
            OpenApiParameter("until", OpenApiTypes.DATETIME),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was said of waiting in a time, corrections among it, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=WaitingIn, responses={201: WaitingOut(many=True)})
    def post(self, request: Request, code: str) -> Response:
        """Record what the own side says of some lanes. The same `client_ref` is said once."""
        place = _place(code)
        given = WaitingIn(data=request.data)
        given.is_valid(raise_exception=True)
        rows = actions.record_waiting(
            place, via=WaitingTime.Via.API, by=request.user, **given.validated_data
        )
        return Response(WaitingOut(rows, many=True).data, status=201)


class WaitingCorrection(Idempotent, APIView):
    @extend_schema(request=WaitingCorrectionIn, responses={201: WaitingOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Say anew what the own side said wrong; both figures null take it back."""
        wrong = get_object_or_404(WaitingTime.objects.whole(), uid=uid)
        given = WaitingCorrectionIn(data=request.data)
        given.is_valid(raise_exception=True)
        row = actions.correct_waiting(
            wrong, via=WaitingTime.Via.API, by=request.user, **given.validated_data
        )
        return Response(WaitingOut(row).data, status=201)


class CrossingsExport(FileDoor):
    @extend_schema(parameters=[AS, *FILTERS], responses=FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """Crossing points now as a file; recorded in the audit."""
        form = request.query_params.get("as", "")
        return answer(actions.export_crossings(request.query_params, form=form, by=request.user))
