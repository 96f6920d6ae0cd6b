"""The address of the own calendar in the API. Its secret stands in the answer that made it and
nowhere else, so that door keeps no answer for an Idempotency-Key."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import NOWHERE

from . import actions
from .models import CalendarFeed
from .my_duty import own_unit


class CalendarOut(serializers.Serializer):
    made_at = serializers.DateTimeField(allow_null=True, help_text="Null: there is none.")


class CalendarMadeOut(serializers.Serializer):
    address = serializers.CharField(help_text="Shown this one time.")


class Calendar(APIView):
    @extend_schema(responses=CalendarOut)
    def get(self, request: Request) -> Response:
        """Since when the own calendar has an address."""
        user: Any = request.user
        feed = CalendarFeed.objects.filter(officer=user).first()
        return Response(CalendarOut({"made_at": feed.made_at if feed else None}).data)


class CalendarRenew(APIView):
    @extend_schema(request=None, responses={200: CalendarMadeOut, 404: NOWHERE})
    def post(self, request: Request) -> Response:
        """Make the address anew; the one before leads nowhere from now on."""
        if own_unit(request.user) is None:
            raise Http404
        path = reverse("calendar_feed", args=[actions.renew_calendar(by=request.user)])
        return Response({"address": settings.BASE_URL.rstrip("/") + path})


class CalendarClose(Idempotent, APIView):
    @extend_schema(request=None, responses=CalendarOut)
    def post(self, request: Request) -> Response:
        """Let the address lead nowhere. Closed twice is closed once."""
        actions.close_calendar(by=request.user)
        return Response({"made_at": None})
