"""Risk reports in the API: read as the account's side reads them, tasked, moved along."""

from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from contactpoints.access import units_where
from incidents.api.door import unit_of
from incidents.handling import of as marking_of
from incidents.handling import parsed as marking_from

from .. import actions
from ..models import ReportRecommendation, RiskReport
from ..reports import shown
from .report_shapes import (
    ReportAdviceOut,
    ReportChangeIn,
    ReportCopyOut,
    ReportNothingIn,
    ReportOfferOut,
    ReportOut,
    ReportReasonIn,
    ReportRowOut,
    ReportSendIn,
    ReportSupersedeIn,
    ReportTaskIn,
    ReportUnitIn,
    ReportWordsIn,
)

MOST = 500
MARKING = ("handling", "tlp", "restriction")
FILTERS = ("level", "state", "side", "section", "late")


class ReportDoor(Idempotent, generics.GenericAPIView):
    """What every door stands on: reports that the account does not read do not exist."""

    serializer_class: Any = ReportOut
    pagination_class = None

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def side(self) -> dict[str, Any]:
        """Whose side reads the answer, for its shape."""
        user: Any = self.request.user
        return {"side": user.side}

    def report(self, uid: Any) -> RiskReport:
        rows = RiskReport.objects.visible_to(self.request.user)
        found: RiskReport = get_object_or_404(
            rows.select_related("unit", "other_unit", "version", "tasked_by", "author"), uid=uid
        )
        return found

    def worked(self, uid: Any) -> RiskReport:
        """The same for those alone who read its workspace."""
        rows = RiskReport.objects.worked_by(self.request.user)
        found: RiskReport = get_object_or_404(rows.select_related("unit", "other_unit"), uid=uid)
        return found

    def shown(self, report: RiskReport, status: int = 200) -> Response:
        user: Any = self.request.user
        whole = ReportOut(
            shown(self.report(report.uid), user), context={"user": user, "side": user.side}
        )
        return Response(whole.data, status=status)


def _marked(given: dict[str, Any], before: RiskReport | None = None) -> dict[str, Any]:
    said = {name: given.pop(name) for name in MARKING if name in given}
    if said:
        otherwise = marking_of(before) if before is not None else None
        given["marking"] = marking_from(**said, otherwise=otherwise)
    return given


def asked_for(rows: Any, query: Any, user: Any) -> Any:
    """The reports that the words of an address ask for; one that means nothing filters nothing."""
    for name in ("level", "state", "side"):
        if value := query.get(name, ""):
            rows = rows.filter(**{name: value[:12]})
    if query.get("level", "") or query.get("section", ""):
        rows = rows.not_withdrawn_from(user)
    if section := query.get("section", ""):
        rows = rows.filter(sections__contains=[section[:3]])
    return rows.overdue(now()) if query.get("late") else rows


class Reports(ReportDoor):
    serializer_class = ReportRowOut

    @extend_schema(
        responses=ReportRowOut(many=True),
        parameters=[OpenApiParameter(name, OpenApiTypes.STR) for name in FILTERS],
        operation_id="reports_list",
    )
    def get(self, request: Request) -> Response:
        """The reports that the account reads, newest first; `late` for overdue taskings."""
        user: Any = request.user
        rows = asked_for(RiskReport.objects.visible_to(user), request.query_params, user)
        rows = rows.select_related("unit", "other_unit")[:MOST]
        return Response(ReportRowOut(rows, many=True, context={"side": user.side}).data)

    @extend_schema(request=ReportTaskIn, responses={201: ReportOut})
    def post(self, request: Request) -> Response:
        """Task a unit of the own side, or oneself, with a report."""
        given = _marked(self.parsed(ReportTaskIn))
        given["unit"] = unit_of(given["unit"])
        return self.shown(actions.task_report(by=request.user, **given), 201)


class ReportOffers(ReportDoor):
    serializer_class = ReportOfferOut

    @extend_schema(responses=ReportOfferOut(many=True), operation_id="report_offers_list")
    def get(self, request: Request) -> Response:
        """Taskings to which the other side invited yours."""
        rows = RiskReport.objects.offered_to(request.user).select_related("unit")[:MOST]
        return Response(ReportOfferOut(rows, many=True).data)


class ReportAdviceOfUnits(ReportDoor):
    serializer_class = ReportAdviceOut

    @extend_schema(
        responses=ReportAdviceOut(many=True),
        parameters=[OpenApiParameter("late", OpenApiTypes.STR)],
        operation_id="report_recommendations_of_units_list",
    )
    def get(self, request: Request) -> Response:
        """Recommendations to the units for which the account answers; `late` for overdue ones."""
        units = units_where(request.user, "answer_recommendations")
        rows = ReportRecommendation.objects.for_owners(request.user, units)
        if request.query_params.get("late"):
            rows = rows.overdue(now().date())
        rows = rows.select_related("report", "unit").order_by("due", "pk")[:MOST]
        return Response(ReportAdviceOut(rows, many=True).data)


class ReportOne(ReportDoor):
    @extend_schema(responses=ReportOut, operation_id="reports_retrieve")
    def get(self, request: Request, uid: Any) -> Response:
        """One report as your side reads it, with the hash that an approval names."""
        return self.shown(self.report(uid))

    @extend_schema(request=ReportChangeIn, responses=ReportOut, operation_id="reports_change")
    def post(self, request: Request, uid: Any) -> Response:
        """Say anew what it is about and how it is marked."""
        report = self.worked(uid)
        given = _marked(self.parsed(ReportChangeIn), report)
        return self.shown(actions.change_report(report, by=request.user, **given))


class ReportDeed(ReportDoor):
    """A door to one verb on one report."""

    verb: ClassVar[str] = ""
    shape: ClassVar[type[serializers.Serializer]] = ReportNothingIn

    def done(self, uid: Any) -> Response:
        report, given = self.worked(uid), self.parsed(self.shape)
        verb = getattr(actions, self.verb)
        return self.shown(verb(report, by=self.request.user, **given))


class ReportBegin(ReportDeed):
    verb = "begin_collection"

    @extend_schema(request=None, responses=ReportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take the tasking on; the procedure in force becomes the workspace."""
        return self.done(uid)


class ReportDraft(ReportDeed):
    verb = "begin_drafting"

    @extend_schema(request=None, responses=ReportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """What was to be collected is there."""
        return self.done(uid)


class ReportInvite(ReportDeed):
    verb = "invite_side"

    @extend_schema(request=None, responses=ReportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Ask the other side to write it together."""
        return self.done(uid)


class ReportCancel(ReportDeed):
    verb, shape = "cancel_report", ReportReasonIn

    @extend_schema(request=ReportReasonIn, responses=ReportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Give it up before it is approved."""
        return self.done(uid)


class ReportWithdraw(ReportDeed):
    verb, shape = "withdraw_report", ReportReasonIn

    @extend_schema(request=ReportReasonIn, responses=ReportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take back what went out: the other side reads number and reason alone."""
        return self.done(uid)


class ReportArchive(ReportDeed):
    verb = "archive_report"

    @extend_schema(request=None, responses=ReportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Put it away."""
        return self.done(uid)


class ReportSend(ReportDoor):
    @extend_schema(request=ReportSendIn, responses=ReportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Give it to units of the own side and desks of the other one, which are alerted."""
        report, given = self.worked(uid), self.parsed(ReportSendIn)
        given["units"] = [unit_of(code, "units") for code in given["units"]]
        return self.shown(actions.disseminate_report(report, by=request.user, **given))


class ReportSupersede(ReportDoor):
    @extend_schema(request=ReportSupersedeIn, responses=ReportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say that a newer report takes its place."""
        report, newer = self.worked(uid), self.worked(self.parsed(ReportSupersedeIn)["newer"])
        return self.shown(actions.supersede_report(report, newer=newer, by=request.user))


class _OfferDoor(ReportDoor):
    def offered(self, uid: Any) -> RiskReport:
        user = self.request.user
        rows = RiskReport.objects.offered_to(user) | RiskReport.objects.worked_by(user)
        found = rows.filter(uid=uid).first()
        if found is None:
            raise Http404
        return found


class ReportJoin(_OfferDoor):
    @extend_schema(request=ReportUnitIn, responses=ReportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say for the invited side that it writes the report too."""
        report, given = self.offered(uid), self.parsed(ReportUnitIn)
        unit = unit_of(given["unit"])
        return self.shown(actions.join_report(report, unit=unit, by=request.user))


class ReportDecline(_OfferDoor):
    serializer_class = ReportNothingIn

    @extend_schema(request=ReportWordsIn, responses={204: None})
    def post(self, request: Request, uid: Any) -> Response:
        """Say for the invited side that it does not take part."""
        report, given = self.offered(uid), self.parsed(ReportWordsIn)
        actions.decline_report(report, by=request.user, **given)
        return Response(status=204)


class ReportLeave(ReportDoor):
    serializer_class = ReportNothingIn

    @extend_schema(request=ReportWordsIn, responses={204: None})
    def post(self, request: Request, uid: Any) -> Response:
        """Say for the invited side that it writes the report no longer; before the review."""
        user: Any = request.user
        rows = RiskReport.objects.worked_by(user) | RiskReport.objects.left_by(user)
        report, given = get_object_or_404(rows, uid=uid), self.parsed(ReportWordsIn)
        actions.leave_report(report, by=user, **given)
        return Response(status=204)


class ReportCopies(ReportDoor):
    serializer_class = ReportCopyOut

    @extend_schema(responses=ReportCopyOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """The frozen copies of your side, the newest edition first."""
        rows = self.report(uid).snapshots.filter(side=getattr(request.user, "side", ""))
        return Response(ReportCopyOut(rows, many=True).data)
