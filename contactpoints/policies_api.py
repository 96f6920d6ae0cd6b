"""The API of escalation policies: read and set them, preview a chain, whom one may ask by name."""

from typing import Any

from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.errors import Invalid

from . import actions
from .access import units_where
from .models import HELD, EscalationPolicy, Priority, Unit, Who, units
from .policies import nameable, policies_of, policy_desks, preview


class StepShape(serializers.Serializer):
    who = serializers.ChoiceField(choices=Who.choices)
    at = serializers.CharField(
        required=False, allow_blank=True, max_length=40, help_text="With `point`: code of a desk."
    )
    channels = serializers.ListField(child=serializers.CharField(max_length=10), max_length=20)
    wait = serializers.DictField(
        child=serializers.JSONField(),
        required=False,
        help_text="Priority to seconds; P3 and P4 also `next_shift`. None in the last step.",
    )


class PolicyIn(serializers.Serializer):
    version = serializers.IntegerField(min_value=0, help_text="The one that was read before.")
    steps = StepShape(many=True)
    quiet_from = serializers.TimeField(required=False, allow_null=True, default=None)
    quiet_until = serializers.TimeField(required=False, allow_null=True, default=None)
    quiet_for = serializers.ListField(
        child=serializers.ChoiceField(choices=HELD), required=False, default=list
    )
    note_within = serializers.DictField(
        child=serializers.IntegerField(allow_null=True),
        help_text="Priority to seconds; those of P3 and P4 count in working hours.",
    )
    why = serializers.CharField(max_length=300)


class PolicyOut(serializers.ModelSerializer):
    desk = serializers.CharField(source="desk.unit.code")
    version = serializers.IntegerField(source="number")
    steps = StepShape(many=True)
    made_by: Any = serializers.StringRelatedField(allow_null=True)

    class Meta:
        model = EscalationPolicy
        fields = [
            "desk", "version", "steps", "quiet_from", "quiet_until", "quiet_for", "note_within",
            "why", "made_at", "made_by",
        ]  # fmt: skip


class ToldOut(serializers.Serializer):
    who = serializers.CharField()
    at = serializers.DateTimeField()
    desk = serializers.CharField(source="desk.code", default=None, allow_null=True)
    people = serializers.ListField(child=serializers.CharField())
    channels = serializers.ListField(child=serializers.CharField())
    held_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when quiet hours hold everything but the screen."
    )
    nobody = serializers.BooleanField()


class NameableOut(serializers.Serializer):
    uid = serializers.UUIDField(source="officer.uid")
    name = serializers.SerializerMethodField(help_text="Empty where names are hidden.")
    function = serializers.CharField()

    def get_name(self, one: Any) -> str:
        return one.officer.display_name if one.named else ""


def _desk(request: Request, code: str) -> Unit:
    found = next((unit for unit in policy_desks(request.user) if unit.code == code), None)
    if found is None:
        raise Http404
    return found


class PolicyList(APIView):
    @extend_schema(responses=PolicyOut(many=True))
    def get(self, request: Request) -> Response:
        """The policies in force at the desks of the own side that the account may read."""
        desks = policy_desks(request.user)
        known = policies_of(desks)
        return Response(
            PolicyOut([known[desk.pk] for desk in desks if desk.pk in known], many=True).data
        )


class PolicyDetail(APIView):
    @extend_schema(responses=PolicyOut)
    def get(self, request: Request, code: str) -> Response:
        """The policy in force at a desk."""
        return Response(PolicyOut(policies_of([_desk(request, code)]).popitem()[1]).data)

    @extend_schema(request=PolicyIn, responses=PolicyOut)
    def put(self, request: Request, code: str) -> Response:
        """Put a new version of the whole policy in force."""
        desk = _desk(request, code)
        given = PolicyIn(data=request.data)
        given.is_valid(raise_exception=True)
        done = actions.set_policy(desk, by=request.user, **given.validated_data)
        return Response(PolicyOut(done).data)


class PolicyVersions(APIView):
    @extend_schema(responses=PolicyOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """The latest fifty versions of a desk's policy, newest first."""
        rows = EscalationPolicy.objects.filter(desk_id=_desk(request, code).pk)
        rows = rows.select_related("made_by", "desk__unit").order_by("-number")
        return Response(PolicyOut(rows[:50], many=True).data)


@extend_schema(
    parameters=[
        OpenApiParameter("priority", OpenApiTypes.STR, enum=Priority.values),
        OpenApiParameter("at", OpenApiTypes.DATETIME, description="Now without it."),
    ]
)
class PolicyPreview(APIView):
    @extend_schema(responses=ToldOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """Who would be told of an alert that nobody acknowledges, when and by which channels."""
        desk = _desk(request, code)
        priority = request.query_params.get("priority") or Priority.P1.value
        if priority not in Priority.values:
            sentence = _("There is no such code: %(code)s.") % {"code": priority[:40]}
            raise Invalid(sentence, fields={"priority": [sentence]})
        at = now()
        if typed := request.query_params.get("at"):
            try:
                at = serializers.DateTimeField().to_internal_value(typed)
            except serializers.ValidationError as wrong:
                sentence = str(next(iter(wrong.detail)))
                raise Invalid(sentence, fields={"at": [sentence]}) from wrong
        policy = policies_of([desk])[desk.pk]
        told = preview(policy, desk, priority, at)
        return Response(ToldOut(told, many=True).data)


class DeskNameable(APIView):
    @extend_schema(responses=NameableOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """Whom a sender may ask by name at a desk: on duty there now, or its head."""
        desk = units().get(code)
        wanted = desk is not None and desk.kind == Unit.Kind.DESK and desk.retired_at is None
        if not wanted or not units_where(request.user, "release_incidents"):
            raise Http404
        assert desk is not None
        return Response(NameableOut(nameable(request.user, [desk])[desk.pk], many=True).data)
