"""Plans, final evaluation reports and daily reports of joint operations in the API."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.confirming import require_confirmed
from bordercoop.api.schema import ERROR
from bordercoop.web.pdf import as_file
from contactpoints.exports_api import FileDoor
from training.api.activities import AS_IT_STANDS

from .. import actions
from ..daily import sides_of_day
from ..models import OperationDay, OperationVersion
from ..operation_papers import standing_of, texts_of
from ..views.kit import paper_of
from .operations import OperationDoor
from .shapes import (
    OperationApproveIn,
    OperationDayIn,
    OperationDayOut,
    OperationEditionIn,
    OperationNothingIn,
    OperationPaperOut,
    OperationReasonIn,
    OperationSideOfDayOut,
    OperationTextIn,
    OperationTextOut,
    OperationVersionOut,
)


class PaperDoor(OperationDoor):
    serializer_class: Any = OperationPaperOut

    def shown_paper(self, number: str, paper: str, status: int = 200) -> Response:
        operation = self.operation(number)
        standing = standing_of(operation, paper)
        said = {
            "paper": paper,
            "edition": operation.edition_of(paper),
            "state": standing.code,
            "texts": texts_of(operation, paper),
            "versions": standing.versions,
        }
        return Response(OperationPaperOut(said).data, status=status)

    def version(self, number: str, paper: str, version: int) -> OperationVersion:
        rows = OperationVersion.objects.visible_to(self.request.user).select_related("operation")
        found: OperationVersion = get_object_or_404(
            rows.prefetch_related("approvals__by"),
            operation__number=number, paper=paper_of(paper), number=version,
        )  # fmt: skip
        return found


class OperationPaperOne(PaperDoor):
    @extend_schema(responses=OperationPaperOut)
    def get(self, request: Request, number: str, paper: str) -> Response:
        """The plan (`plan`) or the final evaluation report (`report`): its texts by part and
        owner, and its versions."""
        return self.shown_paper(number, paper_of(paper))


class OperationPaperText(PaperDoor):
    serializer_class = OperationTextOut

    @extend_schema(request=OperationTextIn, responses={200: OperationTextOut, **AS_IT_STANDS})
    def put(self, request: Request, number: str, paper: str) -> Response:
        """Write a text of a part, for the own side or (`owner` empty) for both."""
        operation, given = self.operation(number), self.parsed(OperationTextIn)
        made = actions.write_operation_text(
            operation, paper=paper_of(paper), by=request.user, **given
        )
        return Response(OperationTextOut(made).data)


class OperationReportDraft(PaperDoor):
    @extend_schema(request=None, responses=OperationPaperOut)
    def post(self, request: Request, number: str) -> Response:
        """Fill the empty headings of the final evaluation report from what is there."""
        self.parsed(OperationNothingIn)
        actions.draft_evaluation_report(self.operation(number), by=request.user)
        return self.shown_paper(number, "report")


class OperationPaperPut(PaperDoor):
    @extend_schema(request=OperationEditionIn, responses={200: OperationPaperOut, **AS_IT_STANDS})
    def post(self, request: Request, number: str, paper: str) -> Response:
        """Put it as it was read to both sides."""
        operation, given = self.operation(number), self.parsed(OperationEditionIn)
        actions.put_operation_paper(operation, paper=paper_of(paper), by=request.user, **given)
        return self.shown_paper(number, paper)


class OperationPaperApprove(PaperDoor):
    @extend_schema(
        request=OperationApproveIn,
        responses={
            201: OperationPaperOut,
            403: OpenApiResponse(ERROR, "No right to approve, or not confirmed within 5 minutes."),
            **AS_IT_STANDS,
        },
    )
    def post(self, request: Request, number: str, paper: str) -> Response:
        """Approve the version with this SHA-256 for the own side. Only in a session that confirmed
        the password, and the second factor where there is one, within the last five minutes."""
        operation, given = self.operation(number), self.parsed(OperationApproveIn)
        require_confirmed(request)
        actions.approve_operation_paper(operation, paper=paper_of(paper), by=request.user, **given)
        return self.shown_paper(number, paper, 201)


class OperationPaperVersionOne(PaperDoor):
    serializer_class = OperationVersionOut

    @extend_schema(responses=OperationVersionOut)
    def get(self, request: Request, number: str, paper: str, version: int) -> Response:
        """A version as it was put to both, with its approvals."""
        return Response(OperationVersionOut(self.version(number, paper, version)).data)


class OperationPaperPdf(FileDoor, PaperDoor):
    @extend_schema(
        parameters=[OpenApiParameter("languages", OpenApiTypes.STR, description="lv,ru")],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 400: OpenApiResponse(ERROR)},
    )
    def get(self, request: Request, number: str, paper: str, version: int) -> HttpResponse:
        """A version as a PDF in two languages, the same for both sides; recorded."""
        asked = (request.query_params.get("languages", "") or "lv,be").split(",")
        two = [*asked, "", ""][:2]
        made, name = actions.print_operation_paper(
            self.version(number, paper, version), languages=two, by=request.user
        )
        return as_file(made, name)


class DayDoor(OperationDoor):
    serializer_class: Any = OperationDayOut

    def own(self, number: str, day: str) -> OperationDay:
        """The last version of the report of the own side. Http404 for a day that is not over."""
        try:
            when = date.fromisoformat(day)
        except ValueError:
            raise Http404 from None
        user = self.request.user
        rows = OperationDay.objects.visible_to(user).select_related("operation")
        rows = rows.filter(
            operation=self.operation(number), day=when, side=getattr(user, "side", "")
        )
        found: OperationDay | None = rows.order_by("-number").first()
        if found is None:
            raise Http404
        return found


class OperationDayOne(DayDoor):
    @extend_schema(responses=OperationSideOfDayOut(many=True), operation_id="operation_days")
    def get(self, request: Request, number: str, day: str) -> Response:
        """What both sides report of a day, the own one first. A report that is missing is null."""
        try:
            when = date.fromisoformat(day)
        except ValueError:
            raise Http404 from None
        sides = sides_of_day(request.user, self.operation(number), when)
        return Response(OperationSideOfDayOut(sides, many=True).data)

    @extend_schema(request=OperationDayIn, responses={200: OperationDayOut, **AS_IT_STANDS})
    def put(self, request: Request, number: str, day: str) -> Response:
        """Complete the report of the own side in words."""
        row, given = self.own(number, day), self.parsed(OperationDayIn)
        return Response(
            OperationDayOut(actions.write_operation_day(row, by=request.user, **given)).data
        )


class OperationDayApprove(DayDoor):
    @extend_schema(request=OperationEditionIn, responses={200: OperationDayOut, **AS_IT_STANDS})
    def post(self, request: Request, number: str, day: str) -> Response:
        """Approve the report of the own side: both sides read it, and it stands."""
        row, given = self.own(number, day), self.parsed(OperationEditionIn)
        return Response(
            OperationDayOut(actions.approve_operation_day(row, by=request.user, **given)).data
        )


class OperationDayCorrect(DayDoor):
    @extend_schema(request=OperationReasonIn, responses={201: OperationDayOut, **AS_IT_STANDS})
    def post(self, request: Request, number: str, day: str) -> Response:
        """Begin a correction of the approved report of the own side: a version that is approved
        anew."""
        row, given = self.own(number, day), self.parsed(OperationReasonIn)
        made = actions.correct_operation_day(row, by=request.user, **given)
        return Response(OperationDayOut(made).data, status=201)
