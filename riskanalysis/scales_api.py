"""Scales, section levels and public events in the API."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from . import actions
from .models import EventAssessment, MatrixVersion, PublicEvent, SectionLevel
from .register_api import MOST, RiskDoor
from .register_shapes import (
    EventAssessmentIn,
    EventAssessmentOut,
    EventGiveIn,
    HostDropIn,
    HostSideIn,
    PublicEventIn,
    PublicEventOut,
    RiskNothingIn,
    RiskScalesApproveIn,
    RiskScalesIn,
    RiskScalesOut,
    RiskScalesReasonIn,
    SectionLevelIn,
    SectionLevelOut,
)
from .section_codes import require_section


class ScalesDoor(RiskDoor):
    serializer_class = RiskScalesOut

    def version(self, uid: Any) -> MatrixVersion:
        user: Any = self.request.user
        rows = MatrixVersion.objects.readable_by(user.side)
        found: MatrixVersion = get_object_or_404(rows, uid=uid)
        return found

    def given(self, version: MatrixVersion, status: int = 200) -> Response:
        return Response(RiskScalesOut(self.version(version.uid)).data, status=status)


class RiskScalesList(ScalesDoor):
    @extend_schema(responses=RiskScalesOut(many=True), operation_id="risk_scales_list")
    def get(self, request: Request) -> Response:
        """Every version of the scales that you read, the newest first."""
        user: Any = request.user
        rows = MatrixVersion.objects.readable_by(user.side)[:MOST]
        return Response(RiskScalesOut(rows, many=True).data)

    @extend_schema(request=RiskNothingIn, responses={201: RiskScalesOut})
    def post(self, request: Request) -> Response:
        """Begin the next version from the one in force, as a draft of the own side."""
        return self.given(actions.draft_matrix(by=request.user), 201)


class RiskScalesDetail(ScalesDoor):
    @extend_schema(responses=RiskScalesOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One version."""
        return self.given(self.version(uid))

    @extend_schema(request=RiskScalesIn, responses=RiskScalesOut, operation_id="risk_scales_change")
    def post(self, request: Request, uid: Any) -> Response:
        """Write what a version says and from which day; voids approvals."""
        given = self.parsed(RiskScalesIn)
        return self.given(actions.change_matrix(self.version(uid), by=request.user, **given))


class ScalesDeed(ScalesDoor):
    verb: ClassVar[str] = ""
    shape: ClassVar[type[serializers.Serializer]] = RiskNothingIn

    def done(self, uid: Any) -> Response:
        version, given = self.version(uid), self.parsed(self.shape)
        return self.given(getattr(actions, self.verb)(version, by=self.request.user, **given))


class RiskScalesPropose(ScalesDeed):
    verb = "propose_matrix"

    @extend_schema(request=RiskNothingIn, responses=RiskScalesOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Put a draft to both sides."""
        return self.done(uid)


class RiskScalesApprove(ScalesDeed):
    verb, shape = "approve_matrix", RiskScalesApproveIn

    @extend_schema(request=RiskScalesApproveIn, responses=RiskScalesOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Approve this very revision for the own side."""
        return self.done(uid)


class RiskScalesWithdraw(ScalesDeed):
    verb, shape = "withdraw_matrix", RiskScalesReasonIn

    @extend_schema(request=RiskScalesReasonIn, responses=RiskScalesOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Give up a version that does not hold yet."""
        return self.done(uid)


# --- section levels


class SectionLevels(RiskDoor):
    serializer_class = SectionLevelOut

    @extend_schema(responses=SectionLevelOut(many=True), operation_id="section_levels_list")
    def get(self, request: Request) -> Response:
        """What each side says of each section now. A section of which a side has said nothing is
        not among them."""
        rows = SectionLevel.objects.current().order_by("section", "side")
        return Response(SectionLevelOut(rows, many=True).data)

    @extend_schema(request=SectionLevelIn, responses={201: SectionLevelOut})
    def post(self, request: Request) -> Response:
        """Say for the own side which level a section has from now on."""
        made = actions.set_section_level(by=request.user, **self.parsed(SectionLevelIn))
        return Response(SectionLevelOut(made).data, status=201)


class SectionLevelHistory(RiskDoor):
    serializer_class = SectionLevelOut

    @extend_schema(responses=SectionLevelOut(many=True), operation_id="section_levels_history")
    def get(self, request: Request, code: str) -> Response:
        """All that both sides have said of one section, the newest first."""
        rows = SectionLevel.objects.filter(section=require_section(code, "code"))[:MOST]
        return Response(SectionLevelOut(rows, many=True).data)


# --- public events


class EventDoor(RiskDoor):
    serializer_class: Any = PublicEventOut

    def event(self, uid: Any) -> PublicEvent:
        rows = PublicEvent.objects.prefetch_related("hosts")
        found: PublicEvent = get_object_or_404(rows, uid=uid)
        return found


class PublicEvents(EventDoor):
    @extend_schema(responses=PublicEventOut(many=True), operation_id="public_events_list")
    def get(self, request: Request) -> Response:
        """Events in the register, the latest first."""
        rows = PublicEvent.objects.prefetch_related("hosts")[:MOST]
        return Response(PublicEventOut(rows, many=True).data)

    @extend_schema(request=PublicEventIn, responses={201: PublicEventOut})
    def post(self, request: Request) -> Response:
        """Take an event of the common list into the register."""
        made = actions.add_event(by=request.user, **self.parsed(PublicEventIn))
        return Response(PublicEventOut(self.event(made.uid)).data, status=201)


class PublicEventDetail(EventDoor):
    @extend_schema(responses=PublicEventOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One event with its hosts."""
        return Response(PublicEventOut(self.event(uid)).data)


class PublicEventHostDrop(EventDoor):
    @extend_schema(request=HostDropIn, responses=PublicEventOut)
    def post(self, request: Request, uid: Any, host: Any) -> Response:
        """Say that a city does not hold the event any more."""
        one = get_object_or_404(self.event(uid).hosts.all(), uid=host)
        actions.drop_host(one, by=request.user, **self.parsed(HostDropIn))
        return Response(PublicEventOut(self.event(uid)).data)


class PublicEventHostSide(EventDoor):
    @extend_schema(request=HostSideIn, responses=PublicEventOut)
    def post(self, request: Request, uid: Any, host: Any) -> Response:
        """Say on which side a city lies."""
        one = get_object_or_404(self.event(uid).hosts.all(), uid=host)
        actions.set_host_side(one, by=request.user, **self.parsed(HostSideIn))
        return Response(PublicEventOut(self.event(uid)).data)


class PublicEventAssessments(EventDoor):
    serializer_class = EventAssessmentOut

    @extend_schema(responses=EventAssessmentOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Every version of both sides that you read, the newest first."""
        rows = EventAssessment.objects.visible_to(request.user).filter(event=self.event(uid))
        return Response(EventAssessmentOut(rows[:MOST], many=True).data)

    @extend_schema(request=EventAssessmentIn, responses={201: EventAssessmentOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Write the own side's draft, or that draft anew."""
        given = self.parsed(EventAssessmentIn)
        named = ("flows", "threats", "vulnerabilities", "measures")
        content = {name: given.pop(name) for name in named if name in given}
        made = actions.write_event_assessment(
            self.event(uid), content=content, by=request.user, **given
        )
        return Response(EventAssessmentOut(made).data, status=201)


class PublicEventAssessmentGive(EventDoor):
    serializer_class = EventAssessmentOut

    def done(self, verb: Any, uid: Any, version: Any) -> Response:
        by = self.request.user
        rows = EventAssessment.objects.visible_to(by).filter(event=self.event(uid))
        one = get_object_or_404(rows, uid=version)
        return Response(EventAssessmentOut(verb(one, by=by, **self.parsed(EventGiveIn))).data)

    @extend_schema(request=EventGiveIn, responses=EventAssessmentOut)
    def post(self, request: Request, uid: Any, version: Any) -> Response:
        """Put a draft to both sides."""
        return self.done(actions.give_event_assessment, uid, version)


class PublicEventAssessmentDiscard(PublicEventAssessmentGive):
    @extend_schema(request=EventGiveIn, responses=EventAssessmentOut)
    def post(self, request: Request, uid: Any, version: Any) -> Response:
        """Throw a draft of the own side away."""
        return self.done(actions.discard_event_assessment, uid, version)
