"""Joint investigations: proposing, answering, the team, the guideline, the road."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.models import User
from bordercoop.errors import Invalid
from bordercoop.reference.models import Place, places
from contactpoints.access import people_of_side

from .. import actions
from ..investigation.guideline import SIDES, Step
from ..investigation.reading import Page, cited_by, found_case, page_of, verbs_for
from ..models import CaseMember, CaseState, Incident, Investigation
from .door import Door, unit_of
from .shapes import DegreesIn, MomentIn


def coded(choices: Any, **kwargs: Any) -> serializers.CharField:
    """A code as text, with its values named in the schema's description."""
    return serializers.CharField(max_length=12, help_text=", ".join(choices.values), **kwargs)


class CaseOut(serializers.Serializer):
    uid = serializers.UUIDField()
    number = serializers.CharField()
    side = serializers.CharField(help_text="The side that proposed it.")
    state = coded(CaseState)
    title = serializers.CharField()
    category = serializers.CharField(source="category.code")
    language = serializers.CharField()
    by_language = serializers.CharField(help_text="Of the act beside Latvian: be or ru.")
    sign = serializers.CharField(source="sign.code", allow_null=True, default=None)
    border_sign = serializers.CharField()
    place = serializers.CharField()
    lat = serializers.FloatField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)
    happened_at = serializers.DateTimeField()
    meet_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="By when the present state should be left."
    )
    late = serializers.BooleanField()
    historic = serializers.CharField(help_text="Of a case that is re-enacted: which.")
    exercise = serializers.BooleanField()
    proposed_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class MemberOut(serializers.Serializer):
    uid = serializers.UUIDField()
    officer = serializers.UUIDField(source="officer.uid", allow_null=True, default=None)
    name = serializers.CharField()
    function = coded(CaseMember.Function)
    languages = serializers.CharField()


class CasePartOut(serializers.Serializer):
    side = serializers.CharField(source="part.side")
    unit = serializers.CharField(source="part.unit.code")
    desk = serializers.CharField(source="part.desk.code")
    representative = serializers.CharField(
        source="part.representative.display_name", allow_null=True, default=None
    )
    closed_at = serializers.DateTimeField(source="part.closed_at", allow_null=True)
    ground = serializers.CharField(source="part.ground")
    members = MemberOut(many=True)


class StepMarkOut(serializers.Serializer):
    side = serializers.CharField()
    outcome = serializers.CharField(help_text="done, skipped, taken_back; empty: nothing yet.")
    reason = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField(allow_null=True)


class StepOut(serializers.Serializer):
    code = serializers.CharField()
    phase = serializers.CharField(help_text="The state in which it is done.")
    each = serializers.BooleanField(help_text="Whether both sides do it.")
    title = serializers.CharField()
    settled = serializers.BooleanField()
    sides = serializers.SerializerMethodField()

    @extend_schema(responses=StepMarkOut(many=True))
    def get_sides(self, step: Step) -> list[dict[str, Any]]:
        found = []
        for side in SIDES:
            row = step.by_side.get(side)
            found.append(
                {
                    "side": side,
                    "outcome": str(row.outcome) if row else "",
                    "reason": row.reason if row else "",
                    "at": row.at if row else None,
                    "by": row.by.display_name if row and row.by else None,
                }
            )
        return found


class CaseMoveOut(serializers.Serializer):
    before = coded(CaseState)
    after = coded(CaseState)
    side = serializers.CharField()
    reason = serializers.CharField()
    late = serializers.BooleanField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.display_name", allow_null=True, default=None)


class CitedOut(serializers.Serializer):
    side = serializers.CharField()
    number = serializers.CharField()
    uid = serializers.UUIDField()


class WholeCaseOut(CaseOut):
    grounds = serializers.CharField()
    texts = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField()),
        help_text="Translations by language: title, grounds.",
    )
    reason = serializers.CharField()
    guideline = serializers.CharField(allow_null=True, help_text="Code and version, as JI 1.")
    parts = CasePartOut(many=True)
    steps = StepOut(many=True)
    moves = CaseMoveOut(many=True)
    incidents = CitedOut(many=True)
    can = serializers.ListField(
        child=serializers.CharField(), help_text="Steps of the road that the account may take now."
    )


class WordsIn(serializers.Serializer):
    language = serializers.CharField(max_length=8)
    title = serializers.CharField(allow_blank=True)
    grounds = serializers.CharField(allow_blank=True, trim_whitespace=False)


class CaseDoneOut(serializers.Serializer):
    """What a verb answers: nothing of the words, since answers to a key are kept."""

    uid = serializers.UUIDField()
    number = serializers.CharField()
    state = coded(CaseState)
    version = serializers.IntegerField()


class WhereIn(serializers.Serializer):
    sign = serializers.CharField(max_length=40, required=False, allow_null=True)
    border_sign = serializers.CharField(
        max_length=200, required=False, default="", allow_blank=True
    )
    place = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)


class CaseIn(WhereIn):
    # The verb says what is wrong with the words, in the same sentence as the page.
    unit = serializers.CharField(max_length=40)
    point = serializers.CharField(max_length=20, help_text="Code of a common contact point.")
    category = serializers.CharField(max_length=40)
    title = serializers.CharField(allow_blank=True)
    grounds = serializers.CharField(allow_blank=True, trim_whitespace=False)
    language = serializers.CharField(max_length=8)
    by_language = serializers.CharField(max_length=8, required=False, default="ru")
    happened_at = MomentIn()
    lat = DegreesIn(required=False, allow_null=True)
    lon = DegreesIn(required=False, allow_null=True)
    incident = serializers.UUIDField(required=False, allow_null=True)
    exercise = serializers.BooleanField(required=False, default=False)
    client_ref = serializers.UUIDField(required=False)


class AgreeIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40, required=False)
    by_language = serializers.CharField(max_length=8, required=False, default="")


class CaseReasonIn(serializers.Serializer):
    reason = serializers.CharField(allow_blank=True, trim_whitespace=False)


class MeetIn(WhereIn):
    meet_at = MomentIn()


class MemberIn(serializers.Serializer):
    function = serializers.CharField(max_length=12)
    officer = serializers.UUIDField(required=False, allow_null=True)
    name = serializers.CharField(required=False, default="", allow_blank=True)
    languages = serializers.CharField(required=False, default="", allow_blank=True)


class StepIn(serializers.Serializer):
    outcome = serializers.CharField(
        max_length=10, help_text="done, skipped or taken_back; the last two need a reason."
    )
    reason = serializers.CharField(required=False, default="", allow_blank=True)


class StepsIn(serializers.Serializer):
    steps = serializers.ListField(child=serializers.CharField(max_length=40), max_length=200)
    reason = serializers.CharField(allow_blank=True, trim_whitespace=False)


class CiteIn(serializers.Serializer):
    incident = serializers.UUIDField()


def sign_of(code: str | None) -> Place | None:
    """The border sign with this code; Invalid when the register has none."""
    if not code:
        return None
    found = places().get(code)
    if found is None or found.kind != Place.Kind.SIGN:
        sentence = _("Choose a border sign from the register.")
        raise Invalid(sentence, fields={"sign": [sentence]})
    return found


class CaseDoor(Door):
    """What the doors of a case stand on."""

    def case(self, uid: Any) -> Investigation:
        return found_case(self.request.user, uid)

    def done(self, case: Investigation, status: int = 200) -> Response:
        return Response(CaseDoneOut(found_case(self.request.user, case.uid)).data, status=status)


class Investigations(CaseDoor, generics.ListAPIView):
    serializer_class = CaseOut  # type: ignore[assignment]
    ordering = ("-pk",)

    def get_queryset(self) -> Any:
        rows = Investigation.objects.visible_to(self.request.user)
        return rows.select_related("category", "sign")

    @extend_schema(responses=CaseOut(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The joint investigations that the account reads, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=CaseIn, responses={201: CaseDoneOut})
    def post(self, request: Request) -> Response:
        """Propose a joint investigation to the other side, whose desk gets an alert."""
        given = self.parsed(CaseIn)
        incident = self._incident(given.get("incident"))
        names = ("category", "title", "grounds", "language", "by_language", "happened_at",
                 "border_sign", "place", "lat", "lon")  # fmt: skip
        facts = {name: given.get(name) for name in names}
        case = actions.propose_case(
            unit=unit_of(given["unit"]),
            point=given["point"],
            facts={**facts, "sign": sign_of(given.get("sign"))},
            incident=incident,
            client_ref=given.get("client_ref"),
            exercise=given["exercise"],
            by=request.user,
        )
        return self.done(case, status=201)

    def _incident(self, uid: Any) -> Incident | None:
        if uid is None:
            return None
        found = Incident.objects.visible_to(self.request.user).filter(uid=uid).first()
        if found is None:
            sentence = _("There is no incident with this number that you read.")
            raise Invalid(sentence, fields={"incident": [sentence]})
        return found


class InvestigationDoor(CaseDoor):
    @extend_schema(responses=WholeCaseOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One case as the account has it: both parts, the guideline's steps, the road so far."""
        user: Any = request.user
        case = self.case(uid)
        page: Page = page_of(case, user, get_language() or "en")
        return Response(
            {
                **CaseOut(case).data,
                "grounds": case.grounds,
                "texts": case.texts,
                "reason": case.reason,
                "guideline": str(case.guideline) if case.guideline else None,
                "parts": CasePartOut(page.parts, many=True).data,
                "steps": StepOut(page.steps, many=True).data,
                "moves": CaseMoveOut(page.moves, many=True).data,
                "incidents": CitedOut(page.cited, many=True).data,
                "can": verbs_for(page, user),
            }
        )


class CaseAgree(CaseDoor):
    @extend_schema(request=AgreeIn, responses=CaseDoneOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Agree for the side that was asked."""
        given = self.parsed(AgreeIn)
        unit = unit_of(given["unit"]) if given.get("unit") else None
        case = actions.agree_case(
            self.case(uid), unit=unit, by_language=given["by_language"], by=request.user
        )
        return self.done(case)


class CaseDecline(CaseDoor):
    @extend_schema(request=CaseReasonIn, responses=CaseDoneOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Decline for the side that was asked, with a reason."""
        given = self.parsed(CaseReasonIn)
        return self.done(actions.decline_case(self.case(uid), **given, by=request.user))


class CaseWithdraw(CaseDoor):
    @extend_schema(request=CaseReasonIn, responses=CaseDoneOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take back a proposal that nobody has answered, with a reason."""
        given = self.parsed(CaseReasonIn)
        return self.done(actions.withdraw_case(self.case(uid), **given, by=request.user))


class CaseMeet(CaseDoor):
    @extend_schema(request=MeetIn, responses=CaseDoneOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say when and where both sides meet on the line."""
        given = self.parsed(MeetIn)
        case = actions.plan_meeting_on_line(
            self.case(uid),
            meet_at=given["meet_at"],
            sign=sign_of(given.get("sign")),
            border_sign=given["border_sign"],
            place=given["place"],
            by=request.user,
        )
        return self.done(case)


class CaseForward(CaseDoor):
    """The steps of the road that need nothing but the word; `deed` names the verb."""

    deed = ""

    @extend_schema(request=None, responses=CaseDoneOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take the case on: both teams complete, on the line, evidence exchanged."""
        return self.done(getattr(actions, self.deed)(self.case(uid), by=request.user))


class CaseClose(CaseDoor):
    @extend_schema(request=CaseReasonIn, responses=CaseDoneOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Close the own side's part; the case closes with the second one."""
        given = self.parsed(CaseReasonIn)
        case = actions.close_case_part(self.case(uid), ground=given["reason"], by=request.user)
        return self.done(case)


class CaseMembers(CaseDoor):
    @extend_schema(request=MemberIn, responses={201: MemberOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Name somebody of the own side's team."""
        given = self.parsed(MemberIn)
        member = actions.add_member(
            self.case(uid),
            function=given["function"],
            officer=self._officer(given.get("officer")),
            name=given["name"],
            languages=given["languages"],
            by=request.user,
        )
        return Response(MemberOut(member).data, status=201)

    def _officer(self, uid: Any) -> User | None:
        if uid is None:
            return None
        user: Any = self.request.user
        found = next((one for one in people_of_side(user.side) if one.uid == uid), None)
        if found is None:
            sentence = _("Choose an officer of your own side.")
            raise Invalid(sentence, fields={"officer": [sentence]})
        return found


class CaseMemberEnd(CaseDoor):
    @extend_schema(request=None, responses=MemberOut)
    def post(self, request: Request, uid: Any, member: Any) -> Response:
        """Take somebody out of the own side's team."""
        rows = CaseMember.objects.filter(investigation=self.case(uid))
        found = get_object_or_404(rows.select_related("investigation", "officer"), uid=member)
        actions.end_member(found, by=request.user)
        return Response(MemberOut(found).data)


class CaseStepDoor(CaseDoor):
    @extend_schema(request=StepIn, responses={201: CaseDoneOut})
    def post(self, request: Request, uid: Any, code: str) -> Response:
        """Settle a step of the guideline for the own side, or open it again."""
        case, given = self.case(uid), self.parsed(StepIn)
        if given["outcome"] == "done":
            actions.tick_step(case, code, by=request.user)
        elif given["outcome"] == "skipped":
            actions.skip_step(case, code, reason=given["reason"], by=request.user)
        elif given["outcome"] == "taken_back":
            actions.take_step_back(case, code, reason=given["reason"], by=request.user)
        else:
            sentence = _("There is no such code: %(code)s.") % {"code": given["outcome"]}
            raise Invalid(sentence, fields={"outcome": [sentence]})
        return self.done(case, status=201)


class CaseSteps(CaseDoor):
    @extend_schema(
        operation_id="investigations_steps_leave_out",
        request=StepsIn,
        responses={201: CaseDoneOut},
    )
    def post(self, request: Request, uid: Any) -> Response:
        """Leave several steps of the guideline out with one reason: all or none."""
        case, given = self.case(uid), self.parsed(StepsIn)
        actions.skip_steps(case, given["steps"], reason=given["reason"], by=request.user)
        return self.done(case, status=201)


class CaseTranslations(CaseDoor):
    @extend_schema(request=WordsIn, responses={201: CaseDoneOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Say in another language what is to be investigated and why."""
        given = self.parsed(WordsIn)
        return self.done(
            actions.translate_case(self.case(uid), **given, by=request.user), status=201
        )


class CaseIncidents(CaseDoor):
    @extend_schema(request=CiteIn, responses={201: CitedOut(many=True)})
    def post(self, request: Request, uid: Any) -> Response:
        """Name an incident that the case is about."""
        case = self.case(uid)
        rows = Incident.objects.visible_to(request.user).select_related("category")
        incident = get_object_or_404(rows, uid=self.parsed(CiteIn)["incident"])
        actions.cite_incident(case, incident, by=request.user)
        return Response(CitedOut(cited_by(case, request.user), many=True).data, status=201)
