"""Who takes part, in the API: nominated, approved, invited, answered; what takes whose time."""

from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.pagination import NewestFirst
from bordercoop.errors import Invalid
from incidents.api.door import unit_of

from .. import actions
from ..clashes import clashes_of
from ..models import Participation
from ..staff import asked_about, officers_at
from .activities import ActivityDoor
from .activity_shapes import (
    ActivityReasonIn,
    ClashOut,
    InvitationAnswerIn,
    InvitedOut,
    NominationIn,
    ParticipationOut,
    ParticipationRowOut,
)

LONGEST = timedelta(days=366)


class ParticipationDoor(ActivityDoor):
    serializer_class: Any = ParticipationOut

    def part(self, uid: Any) -> Participation:
        rows = Participation.objects.visible_to(self.request.user)
        found: Participation = get_object_or_404(
            rows.select_related("activity", "officer", "unit"), uid=uid
        )
        return found

    def shown_part(self, part: Participation, status: int = 200) -> Response:
        whole = ParticipationOut(self.part(part.uid), context=self.context())
        return Response(whole.data, status=status)


class ActivityParticipations(ParticipationDoor):
    serializer_class = ParticipationRowOut
    pagination_class = NewestFirst

    @extend_schema(
        responses=ParticipationRowOut(many=True), operation_id="activity_participations_list"
    )
    def get(self, request: Request, number: str) -> Response:
        """Those of an activity that the account reads, the latest nominated first: of the own
        units, and of the other side who has a seat."""
        rows = Participation.objects.visible_to(request.user)
        rows = rows.filter(activity=self.activity(number))
        page = self.paginate_queryset(rows.select_related("activity", "officer", "unit"))
        shape = ParticipationRowOut(page, many=True, context=self.context())
        return self.get_paginated_response(shape.data)

    @extend_schema(request=NominationIn, responses={201: ParticipationOut})
    def post(self, request: Request, number: str) -> Response:
        """Nominate an officer of an own unit; refused, naming with what it clashes, when the
        officer is elsewhere then."""
        activity, given = self.activity(number), self.parsed(NominationIn)
        given["unit"] = unit_of(given["unit"])
        given["officer"] = officers_at(given["unit"]).filter(uid=given["officer"]).first()
        if given["officer"] is None:
            sentence = _("This officer does not serve at that unit. Choose another officer.")
            raise Invalid(sentence, fields={"officer": [sentence]})
        return self.shown_part(actions.nominate(activity, by=request.user, **given), 201)


class ActivityParticipantsInvite(ParticipationDoor):
    @extend_schema(request=None, responses=InvitedOut)
    def post(self, request: Request, number: str) -> Response:
        """Give the own side's seats to who was approved; the others go on the waiting list."""
        invited, waiting = actions.invite_participants(self.activity(number), by=request.user)
        return Response(InvitedOut({"invited": invited, "waiting": waiting}).data)


class ParticipationOne(ParticipationDoor):
    @extend_schema(responses=ParticipationOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One participation with its moves."""
        return self.shown_part(self.part(uid))


class ParticipationApprove(ParticipationDoor):
    @extend_schema(request=None, responses=ParticipationOut)
    def post(self, request: Request, uid: Any) -> Response:
        """The unit lets the officer go."""
        return self.shown_part(actions.approve_nomination(self.part(uid), by=request.user))


class ParticipationAnswer(ParticipationDoor):
    @extend_schema(request=InvitationAnswerIn, responses=ParticipationOut)
    def post(self, request: Request, uid: Any) -> Response:
        """The invited officer answers."""
        part, given = self.part(uid), self.parsed(InvitationAnswerIn)
        return self.shown_part(actions.answer_invitation(part, by=request.user, **given))


class ParticipationWithdraw(ParticipationDoor):
    @extend_schema(request=ActivityReasonIn, responses=ParticipationOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take a nomination back; the seat goes to the next in the line."""
        part, given = self.part(uid), self.parsed(ActivityReasonIn)
        return self.shown_part(actions.withdraw_participation(part, by=request.user, **given))


class ClashesAsked(serializers.Serializer):
    officer = serializers.UUIDField()
    until = serializers.DateTimeField()
    activity = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        """With `from`, which is no name in Python."""
        return {**super().get_fields(), "from": serializers.DateTimeField()}


class ActivityClashes(ActivityDoor):
    serializer_class = ClashOut

    @extend_schema(
        parameters=[
            OpenApiParameter("officer", OpenApiTypes.UUID, required=True),
            OpenApiParameter("from", OpenApiTypes.DATETIME, required=True),
            OpenApiParameter("until", OpenApiTypes.DATETIME, required=True),
            OpenApiParameter(
                "activity", OpenApiTypes.STR, description="Its number: apart from what it takes."
            ),
        ],
        responses=ClashOut(many=True),
        operation_id="activity_clashes_list",
    )
    def get(self, request: Request) -> Response:
        """What takes the time of an officer of an own unit, for whoever plans or nominates there;
        of an absence never why."""
        given = ClashesAsked(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        starts, ends = asked["from"], asked["until"]
        if not starts < ends <= starts + LONGEST:
            sentence = _("It ends before it begins, or lasts longer than a year. Check both times.")
            raise Invalid(sentence, fields={"until": [sentence]})
        officer = asked_about(request.user).filter(uid=asked["officer"]).first()
        if officer is None:
            raise Http404
        apart = self.activity(asked["activity"]) if asked["activity"] else None
        found = clashes_of(officer, DateTimeTZRange(starts, ends), apart_from=apart)
        return Response(ClashOut(found, many=True).data)
