"""What a new time of an activity would mean, in the API; nothing is saved."""

from dataclasses import asdict
from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.schema import ERROR
from bordercoop.errors import Invalid, NotAllowed

from ..access import plans
from ..moving import Busy, preview, too_far
from .activities import ActivityDoor


class BusyOut(serializers.Serializer):
    officer = serializers.UUIDField(source="officer.uid")
    officer_name = serializers.CharField(source="officer.display_name")
    clashes = serializers.SerializerMethodField(
        help_text="What takes the time of an officer of the own side; of the other side empty."
    )

    def get_clashes(self, busy: Busy) -> list[str]:
        return [clash.words for clash in busy.clashes]


class HolidayOut(serializers.Serializer):
    day = serializers.DateField()
    country = serializers.CharField()
    name = serializers.CharField()


class MovePreviewOut(serializers.Serializer):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    nominations_until = serializers.DateTimeField(allow_null=True)
    people = serializers.IntegerField(help_text="Of how many it takes time.")
    busy = BusyOut(many=True)
    holidays = HolidayOut(many=True)
    weekend = serializers.BooleanField()


class MovePreviewIn(serializers.Serializer):
    starts_at = serializers.DateTimeField()


class ActivityMovePreview(ActivityDoor):
    serializer_class = MovePreviewOut

    @extend_schema(
        parameters=[OpenApiParameter("starts_at", str, required=True)],
        responses={200: MovePreviewOut, 400: OpenApiResponse(ERROR)},
    )
    def get(self, request: Request, number: str) -> Response:
        """Who would be elsewhere if it began then, and which public holidays there are."""
        activity, user = self.activity(number), cast(Any, request.user)
        if not plans(user, activity):
            raise NotAllowed(_("The unit that coordinates this activity changes it."))
        asked = MovePreviewIn(data={"starts_at": request.query_params.get("starts_at")})
        asked.is_valid(raise_exception=True)
        starts_at = asked.validated_data["starts_at"]
        if too_far(starts_at):
            sentence = _("This is too long ago or too far ahead. Check the year.")
            raise Invalid(sentence, fields={"starts_at": [sentence]})
        seen = preview(activity, starts_at, side=user.side)
        days = [{"day": day, **asdict(one)} for day, one in seen.holidays]
        return Response(MovePreviewOut({**vars(seen), "holidays": days}).data)
