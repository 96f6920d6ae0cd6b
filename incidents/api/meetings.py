"""Meetings of border representatives: agenda, people, protocol, decisions."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.models import User
from bordercoop.api.moments import MomentIn
from bordercoop.errors import Invalid

from .. import actions
from ..investigation.protocol import cases_of
from ..models import Meeting, MeetingDecision, MeetingPerson, MeetingState
from .door import Door, unit_of

TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}


@extend_schema_field(TEXTS)
class Texts(serializers.DictField):
    """Texts by language: `lv`, and `be` or `ru`."""

    child = serializers.CharField(allow_blank=True, trim_whitespace=False)


class MeetingOut(serializers.Serializer):
    uid = serializers.UUIDField()
    number = serializers.CharField()
    side = serializers.CharField(help_text="The side that called it.")
    asked = serializers.CharField(help_text="The side that agrees to the time.")
    state = serializers.CharField(help_text=", ".join(MeetingState.values))
    title = serializers.CharField()
    language = serializers.CharField()
    by_language = serializers.CharField()
    place = serializers.CharField()
    at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    held_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    sha256 = serializers.CharField(help_text="Sum of the protocol as it stands, to confirm.")


class MeetingPersonOut(serializers.Serializer):
    uid = serializers.UUIDField()
    side = serializers.CharField()
    name = serializers.CharField()
    function = serializers.CharField()


class AgendaItemOut(serializers.Serializer):
    number = serializers.IntegerField()
    side = serializers.CharField()
    topics = Texts()
    protocol = Texts()
    marks = Texts(help_text="`original` or `translated`, by language.")
    version = serializers.IntegerField()
    investigation = serializers.SerializerMethodField(
        help_text="Number of the joint investigation it is about, for whoever reads that."
    )

    def get_investigation(self, item: Any) -> str | None:
        case = self.context.get("cases", {}).get(item.about)
        return case.number if case else None


class DecisionOut(serializers.Serializer):
    uid = serializers.UUIDField()
    meeting = serializers.CharField(source="meeting.number")
    number = serializers.IntegerField()
    texts = Texts()
    marks = Texts()
    side = serializers.CharField()
    owner = serializers.CharField()
    due = serializers.DateField()
    state = serializers.CharField(help_text=", ".join(MeetingDecision.State.values))
    overdue = serializers.BooleanField()
    outcome = serializers.CharField(help_text="Proof or reason, once it has ended.")
    version = serializers.IntegerField()


class ProtocolConfirmationOut(serializers.Serializer):
    side = serializers.CharField()
    sha256 = serializers.CharField()
    at = serializers.DateTimeField()


class WholeMeetingOut(MeetingOut):
    people = MeetingPersonOut(many=True)
    items = AgendaItemOut(many=True)
    decisions = DecisionOut(many=True)
    confirmations = ProtocolConfirmationOut(many=True)


class MeetingIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40)
    point = serializers.CharField(max_length=40)
    title = serializers.CharField(allow_blank=True)
    place = serializers.CharField(allow_blank=True)
    at = MomentIn()
    ends_at = MomentIn(required=False, allow_null=True, default=None)
    language = serializers.CharField(max_length=2)
    by_language = serializers.CharField(max_length=2, required=False, default="ru")
    client_ref = serializers.UUIDField(required=False)


class MeetingAgreeIn(serializers.Serializer):
    by_language = serializers.CharField(max_length=2, required=False, default="", allow_blank=True)


class MeetingReasonIn(serializers.Serializer):
    reason = serializers.CharField(allow_blank=True)


class MeetingAgainIn(serializers.Serializer):
    at = MomentIn()
    ends_at = MomentIn(required=False, allow_null=True, default=None)
    place = serializers.CharField(required=False, default="", allow_blank=True)


class MeetingHeldIn(serializers.Serializer):
    held_at = MomentIn(required=False, allow_null=True, default=None)
    ended_at = MomentIn(required=False, allow_null=True, default=None)


class MeetingPersonIn(serializers.Serializer):
    function = serializers.ChoiceField(choices=MeetingPerson.Function.choices)
    officer = serializers.UUIDField(required=False, allow_null=True, default=None)
    name = serializers.CharField(required=False, default="", allow_blank=True)


class AgendaItemIn(serializers.Serializer):
    topic = serializers.CharField(allow_blank=True)
    language = serializers.CharField(max_length=2)
    investigation = serializers.CharField(required=False, default="", allow_blank=True)
    client_ref = serializers.UUIDField(required=False)


class ProtocolIn(serializers.Serializer):
    topics = Texts()
    protocol = Texts()
    original = serializers.CharField(max_length=2)
    version = serializers.IntegerField(min_value=1)


class DecisionIn(serializers.Serializer):
    texts = Texts()
    original = serializers.CharField(max_length=2)
    side = serializers.CharField(max_length=2)
    owner = serializers.CharField(allow_blank=True)
    due = serializers.DateField()
    client_ref = serializers.UUIDField(required=False)


class DecisionChangeIn(DecisionIn):
    version = serializers.IntegerField(min_value=1)


class DecisionMoveIn(serializers.Serializer):
    state = serializers.ChoiceField(choices=[(one, one) for one in MeetingDecision.State.values])
    text = serializers.CharField(allow_blank=True)
    language = serializers.CharField(max_length=2)


class DecisionCommentIn(serializers.Serializer):
    text = serializers.CharField(allow_blank=True)
    language = serializers.CharField(max_length=2)
    client_ref = serializers.UUIDField(required=False)


class ProtocolConfirmIn(serializers.Serializer):
    sha256 = serializers.CharField(max_length=64)


class MeetingDoor(Door):
    serializer_class = MeetingOut  # type: ignore[assignment]

    def meeting(self, uid: Any) -> Meeting:
        found: Meeting = get_object_or_404(Meeting.objects.visible_to(self.request.user), uid=uid)
        return found

    def told(self, meeting: Meeting, status: int = 200) -> Response:
        """What a verb answers, which is kept for its key: nothing of people or words."""
        row = self.meeting(meeting.uid)
        return Response(MeetingOut(row).data, status=status)


class Meetings(MeetingDoor, generics.ListAPIView):
    ordering = ("-at", "-id")

    def get_queryset(self) -> Any:
        return Meeting.objects.visible_to(self.request.user)

    @extend_schema(responses=MeetingOut(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The meetings that the account reads, the latest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=MeetingIn, responses={201: MeetingOut})
    def post(self, request: Request) -> Response:
        """Call a meeting; the other side's desk is alerted."""
        given = self.parsed(MeetingIn)
        unit = unit_of(given.pop("unit"))
        return self.told(actions.call_meeting(unit=unit, by=request.user, **given), status=201)


class OneMeeting(MeetingDoor):
    @extend_schema(responses=WholeMeetingOut)
    def get(self, request: Request, uid: Any) -> Response:
        """A meeting with its people, agenda, protocol and decisions."""
        meeting = self.meeting(uid)
        items = list(meeting.items.all())
        context = {"cases": cases_of(items, request.user)}
        people = meeting.people.filter(removed_at=None)
        decisions = meeting.decisions.select_related("meeting")
        present = meeting.confirmations.filter(sha256=meeting.sha256)
        return Response(
            {
                **MeetingOut(meeting).data,
                "people": MeetingPersonOut(people, many=True).data,
                "items": AgendaItemOut(items, many=True, context=context).data,
                "decisions": DecisionOut(decisions, many=True).data,
                "confirmations": ProtocolConfirmationOut(present, many=True).data,
            }
        )


class AgreeMeeting(MeetingDoor):
    @extend_schema(request=MeetingAgreeIn, responses=MeetingOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Agree to time and place for the side that was asked."""
        meeting, given = self.meeting(uid), self.parsed(MeetingAgreeIn)
        return self.told(actions.agree_meeting(meeting, by=request.user, **given))


class PostponeMeeting(MeetingDoor):
    @extend_schema(request=MeetingReasonIn, responses=MeetingOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Put it off, with a reason."""
        meeting, given = self.meeting(uid), self.parsed(MeetingReasonIn)
        return self.told(actions.postpone_meeting(meeting, by=request.user, **given))


class CancelMeeting(MeetingDoor):
    @extend_schema(request=MeetingReasonIn, responses=MeetingOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Cancel it, with a reason."""
        meeting, given = self.meeting(uid), self.parsed(MeetingReasonIn)
        return self.told(actions.cancel_meeting(meeting, by=request.user, **given))


class MeetingAgain(MeetingDoor):
    @extend_schema(request=MeetingAgainIn, responses=MeetingOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Propose another time for a meeting that was put off."""
        meeting, given = self.meeting(uid), self.parsed(MeetingAgainIn)
        return self.told(actions.call_again(meeting, by=request.user, **given))


class HoldMeeting(MeetingDoor):
    @extend_schema(request=MeetingHeldIn, responses=MeetingOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say that it was held."""
        meeting, given = self.meeting(uid), self.parsed(MeetingHeldIn)
        return self.told(actions.hold_meeting(meeting, by=request.user, **given))


class MeetingPeople(MeetingDoor):
    @extend_schema(request=MeetingPersonIn, responses={201: MeetingOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Name somebody of the own side who takes part."""
        meeting, given = self.meeting(uid), self.parsed(MeetingPersonIn)
        officer = None
        if given["officer"]:
            user: Any = request.user
            officer = User.objects.filter(side=user.side, uid=given["officer"]).first()
            if officer is None:
                sentence = _("Choose an officer of your own side.")
                raise Invalid(sentence, fields={"officer": [sentence]})
        actions.add_participant(
            meeting, function=given["function"], officer=officer, name=given["name"],
            by=request.user,
        )  # fmt: skip
        return self.told(meeting, status=201)


class MeetingPersonDoor(MeetingDoor):
    @extend_schema(request=None, responses=MeetingOut)
    def post(self, request: Request, uid: Any, person: Any) -> Response:
        """Take somebody of the own side off the list."""
        meeting = self.meeting(uid)
        found: Any = get_object_or_404(meeting.people.all(), uid=person)
        actions.remove_participant(found, by=request.user)
        return self.told(meeting)


class AgendaItems(MeetingDoor):
    @extend_schema(request=AgendaItemIn, responses={201: MeetingOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Put a point on the agenda."""
        meeting, given = self.meeting(uid), self.parsed(AgendaItemIn)
        about = given.pop("investigation")
        actions.propose_item(meeting, about=about, by=request.user, **given)
        return self.told(meeting, status=201)


class ItemProtocol(MeetingDoor):
    @extend_schema(request=ProtocolIn, responses=MeetingOut)
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Write what the protocol says to a point, in both languages."""
        meeting, given = self.meeting(uid), self.parsed(ProtocolIn)
        item: Any = get_object_or_404(meeting.items.all(), number=number)
        actions.write_protocol(item, by=request.user, **given)
        return self.told(meeting)


class ConfirmProtocol(MeetingDoor):
    @extend_schema(request=ProtocolConfirmIn, responses=MeetingOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Confirm the protocol that was read for the own side."""
        meeting, given = self.meeting(uid), self.parsed(ProtocolConfirmIn)
        return self.told(actions.confirm_protocol(meeting, by=request.user, **given))


class MeetingDecisions(MeetingDoor):
    @extend_schema(request=DecisionIn, responses={201: MeetingOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Write a decision into the protocol."""
        meeting, given = self.meeting(uid), self.parsed(DecisionIn)
        actions.write_decision(meeting, by=request.user, **given)
        return self.told(meeting, status=201)


class DecisionDoor(MeetingDoor):
    serializer_class = DecisionOut  # type: ignore[assignment]

    def decisions(self) -> Any:
        rows = MeetingDecision.objects.visible_to(self.request.user)
        return rows.select_related("meeting")

    def decision(self, uid: Any) -> MeetingDecision:
        found: MeetingDecision = get_object_or_404(self.decisions(), uid=uid)
        return found

    def how(self, row: MeetingDecision, status: int = 200) -> Response:
        return Response(DecisionOut(self.decision(row.uid)).data, status=status)


class Decisions(DecisionDoor, generics.ListAPIView):
    ordering = ("due", "id")

    def get_queryset(self) -> Any:
        rows = self.decisions().followed()
        return rows.overdue() if self.request.query_params.get("show") == "overdue" else rows

    @extend_schema(
        parameters=[OpenApiParameter("show", str, description="`overdue` for those alone.")],
        responses=DecisionOut(many=True),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Decisions of confirmed protocols, the first due first."""
        return super().get(request, *args, **kwargs)


class OneDecision(DecisionDoor):
    @extend_schema(responses=DecisionOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One decision and how it stands."""
        return self.how(self.decision(uid))


class ChangeDecision(DecisionDoor):
    @extend_schema(request=DecisionChangeIn, responses=DecisionOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say a decision otherwise while the protocol is written."""
        row, given = self.decision(uid), self.parsed(DecisionChangeIn)
        given.pop("client_ref", None)
        return self.how(actions.change_decision(row, by=request.user, **given))


class MoveDecision(DecisionDoor):
    @extend_schema(request=DecisionMoveIn, responses=DecisionOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say for the own side that it is done, dropped or open again."""
        row, given = self.decision(uid), self.parsed(DecisionMoveIn)
        return self.how(actions.move_decision(row, by=request.user, **given))


class CommentDecision(DecisionDoor):
    @extend_schema(request=DecisionCommentIn, responses={201: DecisionOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Say something to a decision, on either side."""
        row, given = self.decision(uid), self.parsed(DecisionCommentIn)
        actions.comment_decision(row, by=request.user, **given)
        return self.how(row, status=201)
