"""Letters, times that were proposed, travel and calendar files of activities, in the API."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.models import Language
from bordercoop.api.idempotency import Idempotent
from bordercoop.errors import Invalid
from incidents.api.door import unit_of

from .. import actions
from ..calendar_files import BadCalendar, read_file
from ..models import ActivityKind, AnswerLetter, DocumentKind, Host, TimeProposal, Transport
from ..models.activities import ZONE_OF_HOST
from .activities import ActivityDoor
from .activity_shapes import ActivityRowOut
from .participations import ParticipationDoor

MOST = 200


class TimeProposalOut(serializers.ModelSerializer):
    activity = serializers.CharField(source="participation.activity.number")
    participation = serializers.UUIDField(source="participation.uid")
    side = serializers.CharField(source="participation.side")
    starts_at = serializers.DateTimeField(source="period.lower")
    ends_at = serializers.DateTimeField(source="period.upper")

    class Meta:
        model = TimeProposal
        fields = ["uid", "activity", "participation", "side", "starts_at", "ends_at", "comment",
                  "at", "decided_at"]  # fmt: skip

    def to_representation(self, instance: TimeProposal) -> dict[str, Any]:
        """Why another time is asked for stays with the officer's side."""
        said: dict[str, Any] = super().to_representation(instance)
        own = self.context["by"].side == instance.participation.side
        return said if own else {**said, "comment": ""}


class AnswerLetterOut(serializers.ModelSerializer):
    activity = serializers.CharField(source="participation.activity.number", default="")
    reason = serializers.CharField(source="why", help_text="In the language of the account.")

    class Meta:
        model = AnswerLetter
        fields = ["uid", "outcome", "side", "activity", "reason", "line", "file", "at",
                  "settled_at"]  # fmt: skip


class TimeProposals(ActivityDoor):
    serializer_class = TimeProposalOut

    @extend_schema(responses=TimeProposalOut(many=True), operation_id="time_proposals_list")
    def get(self, request: Request) -> Response:
        """Times that invited officers proposed by letter and nobody has decided; for coordinators
        of the sides in the activity."""
        rows = TimeProposal.objects.visible_to(request.user).open()
        rows = rows.select_related("participation__activity")[:MOST]
        return Response(TimeProposalOut(rows, many=True, context={"by": request.user}).data)


class TimeProposalDecline(ActivityDoor):
    serializer_class = TimeProposalOut

    @extend_schema(request=None, responses=TimeProposalOut)
    def post(self, request: Request, uid: Any) -> Response:
        """The time stays as it is; the officer hears of it by letter. To take the proposed time,
        change the activity."""
        rows = TimeProposal.objects.visible_to(request.user)
        proposal = get_object_or_404(rows.select_related("participation__activity"), uid=uid)
        actions.decline_time(proposal, by=request.user)
        said = TimeProposalOut(rows.get(uid=uid), context={"by": request.user})
        return Response(said.data)


class AnswerLettersKept(ActivityDoor):
    serializer_class = AnswerLetterOut

    @extend_schema(responses=AnswerLetterOut(many=True), operation_id="answer_letters_list")
    def get(self, request: Request) -> Response:
        """Letters that could not be taken and nobody has looked after; for coordinators."""
        rows = AnswerLetter.objects.unread_by(request.user)
        rows = rows.select_related("participation__activity")[:MOST]
        return Response(AnswerLetterOut(rows, many=True).data)


class AnswerLetterSettle(ActivityDoor):
    serializer_class = AnswerLetterOut

    @extend_schema(request=None, responses=AnswerLetterOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Somebody looked after the letter."""
        letter = get_object_or_404(AnswerLetter.objects.kept_for(request.user), uid=uid)
        return Response(AnswerLetterOut(actions.settle_letter(letter, by=request.user)).data)


def _code(choices: list[str]) -> Any:
    return serializers.ChoiceField(choices, required=False, allow_blank=True, default="")


def _text(most: int) -> Any:
    return serializers.CharField(
        max_length=most, required=False, allow_blank=True, default="", trim_whitespace=False
    )


class TravelIn(serializers.Serializer):
    transport = _code(Transport.values)
    arrives_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    departs_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    pass_number = _text(40)
    document = _code(DocumentKind.values)
    remarks = _text(500)


class TravelOut(serializers.Serializer):
    """What the account may read of it; null what it may not, or nobody wrote."""

    transport = serializers.CharField(allow_null=True, default=None)
    arrives_at = serializers.DateTimeField(allow_null=True, default=None)
    departs_at = serializers.DateTimeField(allow_null=True, default=None)
    pass_number = serializers.CharField(allow_null=True, default=None)
    document = serializers.CharField(allow_null=True, default=None)
    remarks = serializers.CharField(allow_null=True, default=None)


class TravelWrittenOut(serializers.Serializer):
    written_at = serializers.DateTimeField(help_text="No answer to a writing repeats it.")


class ParticipationTravel(ParticipationDoor):
    serializer_class: Any = TravelWrittenOut

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """A key is accepted and not used: answers that it would repeat are kept for 30 days."""
        super(Idempotent, self).initial(request, *args, **kwargs)

    @extend_schema(request=TravelIn, responses=TravelWrittenOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say how the officer travels, whole; by the officer or a coordinator of the own side."""
        part, given = self.part(uid), self.parsed(TravelIn)
        return Response(TravelWrittenOut(actions.write_travel(part, by=request.user, **given)).data)


class ParticipationTravelRead(ParticipationTravel):
    serializer_class = TravelOut

    @extend_schema(request=None, responses=TravelOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Read it: the officer and the own side's coordinators all, those of the side that receives
        the times and the pass. A reading of another's is written down."""
        held = actions.read_travel(self.part(uid), by=request.user)
        return Response(TravelOut(held).data, headers={"Cache-Control": "no-store"})


class CalendarFileIn(serializers.Serializer):
    content = serializers.CharField(
        max_length=1_000_000, trim_whitespace=False, help_text="The iCalendar file as text."
    )
    uids = serializers.ListField(
        child=serializers.CharField(max_length=300), required=False, default=list, max_length=50,
        help_text="UIDs of the events to take; all without it.",
    )  # fmt: skip
    unit = serializers.CharField(max_length=40)
    kind = serializers.ChoiceField(ActivityKind.values)
    host_country = serializers.ChoiceField(Host.values)
    place = _text(200)
    language = serializers.ChoiceField(Language.values)


class ActivityImport(ActivityDoor):
    serializer_class = ActivityRowOut

    @extend_schema(request=CalendarFileIn, responses={201: ActivityRowOut(many=True)})
    def post(self, request: Request) -> Response:
        """Events of a calendar file become ideas of the own side, all or none; the same again
        nothing. Refused with the line where the file or one of them is broken."""
        given = self.parsed(CalendarFileIn)
        content, uids = given.pop("content"), given.pop("uids")
        given["unit"] = unit_of(given["unit"])
        zone = ZONE_OF_HOST[given["host_country"]]
        try:
            found = read_file(content.encode("utf-8", "replace"), zone)
        except BadCalendar as error:
            raise Invalid(str(error), fields={"content": [_line(error.line, str(error))]}) from None
        if found.refused:
            lines = [_line(one.line, one.reason) for one in found.refused]
            raise Invalid(lines[0], fields={"content": lines})
        events = [one for one in found.events if not uids or one.uid in uids]
        made = actions.import_ideas(events, by=request.user, **given)
        shape = ActivityRowOut(
            [self.activity(one.number) for one in made], many=True, context=self.context()
        )
        return Response(shape.data, status=201)


def _line(number: int, reason: str) -> str:
    return _("Line %(line)s: %(reason)s") % {"line": number, "reason": reason}
