"""One incident and the list of them: logging, adding, releasing, deciding, closing, printing."""

from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.schema import ERROR
from bordercoop.web import groups
from bordercoop.web.both import partner_language
from bordercoop.web.pdf import as_file
from contactpoints.pausing import held_for

from .. import actions, handling, search
from ..filters import filtered
from ..joining import survivor_for
from ..models import Incident, Share, State
from ..printing import View
from .door import Door, unit_of
from .finding import WORDS, Found
from .joining import ALONE, WholeOut
from .shapes import CloseIn, IncidentOut, ReleaseIn, ReleaseOut, ReportIn, SupplementIn, marking_in
from .sharing import gone


@extend_schema(
    parameters=[
        OpenApiParameter(name, OpenApiTypes.STR)
        for name in (
            "category",
            "state",
            "severity",
            "side",
            "place",
            "origin",
            "since",
            "until",
            "outcome",
            "tasks",
            "number",
            *groups.names(),
        )
    ]
    + [OpenApiParameter("q", OpenApiTypes.STR, description=WORDS)]
)
class IncidentList(Door, generics.ListAPIView):
    """Incidents that the account may read, newest report first, each once."""

    ordering = search.ORDER
    pagination_class = Found

    def get_queryset(self) -> Any:
        rows = Share.objects.visible_to(self.request.user).select_related("incident")
        side = cast(Any, self.request.user).side
        return filtered(rows, self.request.query_params, side=side)

    @extend_schema(request=ReportIn, responses={201: IncidentOut})
    def post(self, request: Request) -> Response:
        """Log and submit an incident."""
        given = self.parsed(ReportIn)
        unit, exercise = unit_of(given.pop("unit")), given.pop("exercise")
        marking = marking_in(given)
        incident = actions.report_incident(
            unit=unit, content=given, exercise=exercise, marking=marking, by=request.user
        )
        share = incident.__dict__.get("own_share")
        if share is None:
            return self.shown(incident, status=201)
        return Response(IncidentOut(share).data, status=201)


class IncidentDetail(Door):
    @extend_schema(
        parameters=[ALONE],
        responses={200: WholeOut, 410: OpenApiResponse(ERROR, "It was recalled; says why.")},
    )
    def get(self, request: Request, uid: Any) -> Response:
        """A record. Of the own side's merged ones the record that speaks for it answers."""
        rows = Share.objects.visible_to(request.user).select_related("incident")
        share = rows.filter(incident__uid=uid).first()
        if share is None:
            raise gone(request.user, uid)
        if share.own and share.state == State.MERGED and "alone" not in request.query_params:
            share = survivor_for(request.user, share.incident) or share
        return Response(WholeOut(share, context={"user": request.user}).data)


class PrintedIncident(Door):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever is accepted: the answer is the PDF, and a refusal is JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        parameters=[
            OpenApiParameter("view", enum=View.values, required=True),
            OpenApiParameter(
                "desk",
                OpenApiTypes.STR,
                description="Whose copy the shared view repeats; needed where several hold one.",
            ),
            OpenApiParameter(
                "languages",
                OpenApiTypes.STR,
                description="Two of lv, be, ru and en with a comma between; the account's own and "
                "the other side's when left out.",
            ),
        ],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            409: OpenApiResponse(ERROR, "The other side holds no copy of it."),
            503: OpenApiResponse(ERROR, "Many documents are being made at this moment."),
        },
    )
    def get(self, request: Request, uid: Any) -> HttpResponse:
        """The A4 form as PDF. Each one is recorded in the audit as an export."""
        asked, user = request.query_params, cast(Any, request.user)
        first, _comma, second = asked.get("languages", "").replace(" ", "").partition(",")
        first = first or user.language
        printed = actions.print_incident(
            get_object_or_404(
                Incident.objects.visible_to(user).select_related("unit", "category"), uid=uid
            ),
            view=asked.get("view", ""),
            desk=asked.get("desk", ""),
            languages=(first, second or partner_language(user.side, first)),
            by=user,
        )
        return as_file(printed.content, printed.name)


class Supplement(Door):
    @extend_schema(request=SupplementIn, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Add to an incident: changed fields only, and the version they are based on."""
        given = self.parsed(SupplementIn)
        version = given.pop("version")
        incident = self.incident(uid)
        actions.supplement_incident(incident, version=version, changes=given, by=request.user)
        return self.shown(incident)


class ReleaseDoor(Door):
    @extend_schema(request=ReleaseIn, responses={201: ReleaseOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Let desks read the present version and ask each to acknowledge it."""
        given, incident = self.parsed(ReleaseIn), self.incident(uid)
        alert = actions.release_incident(
            incident,
            desks=[unit_of(code, "desks") for code in given["desks"]],
            fields=given.get("fields"),
            files={one["file"]: one["original"] for one in given.get("files", ())},
            priority=given.get("priority"),
            version=given.get("version"),
            backlog=given["backlog"],
            marking=marking_in(given, handling.of(incident)),
            named=given.get("named", ()),
            by=request.user,
        )
        shape = {
            "alert": alert,
            "deliveries": alert.deliveries.whole().order_by("pk") if alert else [],
            "held": [each.desk.code for each in held_for(incident.ref)],
        }
        return Response(ReleaseOut(shape).data, status=201)


class Verify(Door):
    @extend_schema(request=None, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Verify what somebody else reported."""
        incident = self.incident(uid)
        actions.verify_incident(incident, by=request.user)
        return self.shown(incident)


class Close(Door):
    @extend_schema(request=CloseIn, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Close the own side's part."""
        incident = self.incident(uid)
        actions.close_part(incident, ground=self.parsed(CloseIn)["ground"], by=request.user)
        return self.shown(incident)
