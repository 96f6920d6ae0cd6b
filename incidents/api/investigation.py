"""Joint investigations: proposing, answering, the team, the guideline, the road."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.models import User
from bordercoop.errors import Invalid
from bordercoop.reference.models import Place, places
from contactpoints.access import people_of_side

from .. import actions
from ..investigation.reading import Page, cited_by, found_case, page_of, verbs_for
from ..models import CaseMember, Incident, Investigation
from .case_shapes import (
    AgreeIn,
    CaseDoneOut,
    CaseIn,
    CaseMoveOut,
    CaseOut,
    CasePartOut,
    CaseReasonIn,
    CitedOut,
    CiteIn,
    MeetIn,
    MemberIn,
    MemberOut,
    StepIn,
    StepOut,
    StepsIn,
    WholeCaseOut,
    WordsIn,
)
from .door import Door, unit_of


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
