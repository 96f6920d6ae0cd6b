"""Displays in the API. The address stands in the answer that made it and nowhere else, so that
door keeps no answer for an Idempotency-Key."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.access.models import Language
from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import NOWHERE
from bordercoop.errors import Invalid

from . import actions
from .displays import desks_to_show, standing_of
from .models import Display, Unit, units

STANDINGS = [
    ("waiting", "Its address was not opened yet"),
    ("lapsed", "Its address was not opened within a day"),
    ("lit", "It shows the board"),
    ("dark", "It gave no sign of life for three minutes"),
    ("lost", "The post of its maker has ended"),
    ("ended", "It was ended"),
]


class DisplayOut(serializers.ModelSerializer):
    desk = serializers.CharField(source="unit.code")
    made_by: Any = serializers.StringRelatedField()
    standing = serializers.SerializerMethodField()

    class Meta:
        model = Display
        fields = [
            "uid", "desk", "name", "language", "standing", "made_at", "made_by", "opened_at",
            "seen_at", "ended_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(choices=STANDINGS))
    def get_standing(self, display: Display) -> str:
        return standing_of(display)


class DisplayIn(serializers.Serializer):
    desk = serializers.CharField(max_length=40, help_text="Code of a desk.")
    name = serializers.CharField(max_length=60, help_text="Where the screen hangs.")
    language = serializers.ChoiceField(choices=Language.choices)


class DisplayMadeOut(serializers.Serializer):
    display = DisplayOut()
    address = serializers.CharField(help_text="Shown this one time; opens one browser.")


def _desk(code: str) -> Unit:
    found = units().get(code)
    if found is None:
        sentence = _("There is no such code: %(code)s.") % {"code": code}
        raise Invalid(sentence, fields={"desk": [sentence]})
    return found


class DisplayList(APIView):
    @extend_schema(
        operation_id="displays_list", responses={200: DisplayOut(many=True), 404: NOWHERE}
    )
    def get(self, request: Request) -> Response:
        """The displays of the desks that the account heads, ended ones last."""
        if not desks_to_show(request.user):
            raise Http404
        rows = Display.objects.visible_to(request.user).whole()
        listed = [*rows.standing(), *rows.exclude(ended_at=None).order_by("-ended_at")[:200]]
        return Response(DisplayOut(listed, many=True).data)

    @extend_schema(request=DisplayIn, responses={201: DisplayMadeOut, 404: NOWHERE})
    def post(self, request: Request) -> Response:
        """Make a display. 409 `known_already` when one of this name stands at the desk."""
        if not desks_to_show(request.user):
            raise Http404
        given = DisplayIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = dict(given.validated_data)
        made, secret = actions.make_display(_desk(asked.pop("desk")), by=request.user, **asked)
        address = settings.BASE_URL.rstrip("/") + reverse("display_open", args=[secret])
        return Response(DisplayMadeOut({"display": made, "address": address}).data, status=201)


class DisplayEnd(Idempotent, APIView):
    @extend_schema(request=None, responses=DisplayOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Let a display show nothing any more, at once. Ended twice is ended once."""
        rows = Display.objects.visible_to(request.user).whole()
        ended = actions.end_display(get_object_or_404(rows, uid=uid), by=request.user)
        return Response(DisplayOut(ended).data)
