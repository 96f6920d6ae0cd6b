"""What is written of a risk report, in the API. Those who read its workspace alone come in."""

from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.errors import Invalid, Stale
from incidents.api.door import unit_of
from incidents.models import Incident

from .. import actions
from ..models import Anomaly, Risk, RiskReport
from ..reports import citations_read_by, reviews_read_by, steps_read_by
from .report_shapes import (
    ReportAdviceChangeIn,
    ReportAdviceNewIn,
    ReportAdviceOut,
    ReportAnswerIn,
    ReportApprovalOut,
    ReportApproveIn,
    ReportCitationOut,
    ReportCiteIn,
    ReportCommentIn,
    ReportCommentOut,
    ReportJudgementChangeIn,
    ReportJudgementNewIn,
    ReportJudgementOut,
    ReportNothingIn,
    ReportOut,
    ReportPartIn,
    ReportPartOut,
    ReportReasonIn,
    ReportResolveIn,
    ReportRestoreIn,
    ReportReviewIn,
    ReportReviewOut,
    ReportSideIn,
    ReportStaleOut,
    ReportStepOut,
    ReportTextOut,
    ReportWordsIn,
)
from .reports import ReportDoor

CITABLE: dict[str, Any] = {
    "incident": Incident, "anomaly": Anomaly, "risk": Risk, "report": RiskReport,
}  # fmt: skip


class ReportParts(ReportDoor):
    serializer_class = ReportPartOut

    @extend_schema(responses=ReportPartOut(many=True), operation_id="report_parts_list")
    def get(self, request: Request, uid: Any) -> Response:
        """A part for each step of the procedure."""
        rows = self.worked(uid).parts.select_related("changed_by")
        return Response(ReportPartOut(rows, many=True, context=self.side()).data)


class ReportPartOne(ReportDoor):
    serializer_class = ReportPartOut

    @extend_schema(responses=ReportPartOut, operation_id="report_parts_retrieve")
    def get(self, request: Request, uid: Any, number: int) -> Response:
        """One part."""
        return Response(ReportPartOut(self.part(uid, number), context=self.side()).data)

    def part(self, uid: Any, number: int) -> Any:
        return get_object_or_404(self.worked(uid).parts.all(), number=number)

    @extend_schema(
        request=ReportPartIn,
        responses={200: ReportPartOut, 409: OpenApiResponse(ReportStaleOut, "Saved meanwhile.")},
        operation_id="report_parts_save",
    )
    def put(self, request: Request, uid: Any, number: int) -> Response:
        """Save the text. When somebody saved meanwhile the answer has both texts, and yours is
        kept in the history."""
        report, given = self.worked(uid), self.parsed(ReportPartIn)
        try:
            part = actions.save_part(report, number, by=request.user, **given)
        except Stale as stale:
            said = {
                "code": stale.code, "detail": str(stale), "fields": {}, "current": stale.current,
                "refused": given["text"],
            }  # fmt: skip
            return Response(ReportStaleOut(said, context=self.side()).data, status=409)
        return Response(ReportPartOut(part, context=self.side()).data)


class ReportPartDeed(ReportDoor):
    """A door to one verb on one part."""

    serializer_class = ReportPartOut
    verb: ClassVar[str] = ""
    shape: ClassVar[type[serializers.Serializer]] = ReportNothingIn

    def done(self, uid: Any, number: int) -> Response:
        report, given = self.worked(uid), self.parsed(self.shape)
        part = getattr(actions, self.verb)(report, number, by=self.request.user, **given)
        return Response(ReportPartOut(part, context=self.side()).data)


class ReportPartFinish(ReportPartDeed):
    verb = "finish_part"

    @extend_schema(request=None, responses=ReportPartOut)
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Say that the step is done."""
        return self.done(uid, number)


class ReportPartSkip(ReportPartDeed):
    verb, shape = "skip_part", ReportReasonIn

    @extend_schema(request=ReportReasonIn, responses=ReportPartOut)
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Leave the step out, with the reason."""
        return self.done(uid, number)


class ReportPartReopen(ReportPartDeed):
    verb = "reopen_part"

    @extend_schema(request=None, responses=ReportPartOut)
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Take the step up again."""
        return self.done(uid, number)


class ReportPartAssign(ReportPartDeed):
    verb, shape = "assign_part", ReportSideIn

    @extend_schema(request=ReportSideIn, responses=ReportPartOut)
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Say which side of a joint report owns the part."""
        return self.done(uid, number)


class ReportPartTexts(ReportDoor):
    serializer_class = ReportTextOut

    @extend_schema(responses=ReportTextOut(many=True))
    def get(self, request: Request, uid: Any, number: int) -> Response:
        """Every text that was saved there, the refused ones too, newest first; of the side that
        invited yours, those that stood then or came later."""
        report = self.worked(uid)
        part = get_object_or_404(report.parts.all(), number=number)
        rows = part.texts.read_by(request.user, report).select_related("by")
        return Response(ReportTextOut(rows, many=True).data)


class ReportPartRestore(ReportDoor):
    serializer_class = ReportPartOut

    @extend_schema(request=ReportRestoreIn, responses=ReportPartOut)
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Take an older text back; the present one stays in the history."""
        report, given = self.worked(uid), self.parsed(ReportRestoreIn)
        part = get_object_or_404(report.parts.all(), number=number)
        text = get_object_or_404(part.texts.select_related("part"), uid=given["text"])
        edition = given.get("edition")
        made = actions.restore_text(report, number, text=text, edition=edition, by=request.user)
        return Response(ReportPartOut(made, context=self.side()).data)


class ReportCitations(ReportDoor):
    serializer_class = ReportCitationOut

    @extend_schema(responses=ReportCitationOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """What it rests on, as your side reads it."""
        rows = citations_read_by(self.worked(uid), request.user)
        return Response(ReportCitationOut(rows, many=True).data)

    @extend_schema(request=ReportCiteIn, responses={201: ReportCitationOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Cite something that the account reads, as it stands now."""
        report, given = self.worked(uid), self.parsed(ReportCiteIn)
        model = CITABLE.get(given["kind"])
        if model is None:
            sentence = _("Choose what is cited: an incident, an anomaly, a risk or a report.")
            raise Invalid(sentence, fields={"kind": [sentence]})
        what = get_object_or_404(model.objects.visible_to(request.user), uid=given["uid"])
        made = actions.cite_in_report(report, what, by=request.user)
        # Cited already by the other side, it is read as that side's citations are.
        read = {one["number"]: one for one in citations_read_by(report, request.user)}
        row = read.get(made.number, {"number": made.number, "kind": str(made.kind)})
        return Response(ReportCitationOut(row).data, status=201)


class ReportCitationRemove(ReportDoor):
    serializer_class = ReportCitationOut

    @extend_schema(request=None, responses=ReportCitationOut(many=True))
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Take a citation out; its number is not given again. Answers with those that stand."""
        report = self.worked(uid)
        actions.remove_citation(report, number, by=request.user)
        rows = citations_read_by(report, request.user)
        return Response(ReportCitationOut(rows, many=True).data)


class ReportJudgements(ReportDoor):
    serializer_class = ReportJudgementOut

    @extend_schema(responses=ReportJudgementOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """What is to be expected."""
        return Response(ReportJudgementOut(self.worked(uid).judgements.standing(), many=True).data)

    @extend_schema(request=ReportJudgementNewIn, responses={201: ReportJudgementOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Write a judgement."""
        given = self.parsed(ReportJudgementNewIn)
        made = actions.write_judgement(self.worked(uid), by=request.user, **given)
        return Response(ReportJudgementOut(made).data, status=201)


class ReportJudgementOne(ReportDoor):
    serializer_class = ReportJudgementOut

    @extend_schema(
        request=ReportJudgementChangeIn,
        responses=ReportJudgementOut,
        operation_id="report_judgements_change",
    )
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Write a judgement anew."""
        given = self.parsed(ReportJudgementChangeIn)
        made = actions.change_judgement(self.worked(uid), number, by=request.user, **given)
        return Response(ReportJudgementOut(made).data)


class ReportJudgementRemove(ReportDoor):
    serializer_class = ReportJudgementOut

    @extend_schema(request=None, responses=ReportJudgementOut)
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Take a judgement out."""
        made = actions.remove_judgement(self.worked(uid), number, by=request.user)
        return Response(ReportJudgementOut(made).data)


class ReportAdvice(ReportDoor):
    serializer_class = ReportAdviceOut

    @extend_schema(responses=ReportAdviceOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """What it recommends to whom, and what they answered."""
        rows = self.worked(uid).recommendations.standing().select_related("unit", "report")
        return Response(ReportAdviceOut(rows, many=True).data)

    @extend_schema(request=ReportAdviceNewIn, responses={201: ReportAdviceOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Recommend something to a unit."""
        given = self.parsed(ReportAdviceNewIn)
        given["unit"] = unit_of(given["unit"])
        made = actions.write_recommendation(self.worked(uid), by=request.user, **given)
        return Response(ReportAdviceOut(made).data, status=201)


class ReportAdviceOne(ReportDoor):
    serializer_class = ReportAdviceOut

    @extend_schema(
        request=ReportAdviceChangeIn,
        responses=ReportAdviceOut,
        operation_id="report_recommendations_change",
    )
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Write a recommendation anew."""
        given = self.parsed(ReportAdviceChangeIn)
        given["unit"] = unit_of(given["unit"])
        made = actions.change_recommendation(self.worked(uid), number, by=request.user, **given)
        return Response(ReportAdviceOut(made).data)


class ReportAdviceRemove(ReportDoor):
    serializer_class = ReportAdviceOut

    @extend_schema(request=None, responses=ReportAdviceOut)
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Take a recommendation out."""
        made = actions.remove_recommendation(self.worked(uid), number, by=request.user)
        return Response(ReportAdviceOut(made).data)


class ReportAdviceAnswer(ReportDoor):
    serializer_class = ReportAdviceOut

    @extend_schema(request=ReportAnswerIn, responses=ReportAdviceOut)
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Answer for the owning unit."""
        report, given = self.report(uid), self.parsed(ReportAnswerIn)
        made = actions.answer_recommendation(report, number, by=request.user, **given)
        return Response(ReportAdviceOut(made).data)


class ReportReviews(ReportDoor):
    serializer_class = ReportReviewOut

    @extend_schema(responses=ReportReviewOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Its reviews, newest first."""
        rows = reviews_read_by(self.worked(uid), request.user)
        return Response(ReportReviewOut(rows, many=True).data)

    @extend_schema(request=ReportReviewIn, responses={201: ReportReviewOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Ask somebody who wrote none of it to read it."""
        report, given = self.worked(uid), self.parsed(ReportReviewIn)
        reviewer = get_user_model().objects.filter(uid=given["reviewer"]).first()
        if reviewer is None:
            sentence = _("There is no such officer.")
            raise Invalid(sentence, fields={"reviewer": [sentence]})
        made = actions.ask_review(report, reviewer=reviewer, by=request.user)
        return Response(ReportReviewOut(made).data, status=201)


class ReportReturn(ReportDoor):
    @extend_schema(request=ReportWordsIn, responses=ReportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Give it back to its authors, with what has to change."""
        report, given = self.worked(uid), self.parsed(ReportWordsIn)
        return self.shown(actions.return_report(report, by=request.user, **given))


class ReportPass(ReportDoor):
    @extend_schema(request=ReportWordsIn, responses=ReportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say that it can be approved; its figures are frozen."""
        report, given = self.worked(uid), self.parsed(ReportWordsIn)
        return self.shown(actions.pass_review(report, by=request.user, **given))


class ReportComments(ReportDoor):
    serializer_class = ReportCommentOut

    @extend_schema(responses=ReportCommentOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Remarks, oldest first."""
        report = self.worked(uid)
        rows = report.comments.read_by(request.user, report).select_related("by")
        return Response(ReportCommentOut(rows, many=True).data)

    @extend_schema(request=ReportCommentIn, responses={201: ReportCommentOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Remark something on a part, a judgement or the whole."""
        given = self.parsed(ReportCommentIn)
        made = actions.comment_report(self.worked(uid), by=request.user, **given)
        return Response(ReportCommentOut(made).data, status=201)


class ReportCommentResolve(ReportDoor):
    serializer_class = ReportCommentOut

    @extend_schema(request=ReportResolveIn, responses=ReportCommentOut)
    def post(self, request: Request, uid: Any, comment: Any) -> Response:
        """Say what came of a comment."""
        rows = self.worked(uid).comments.select_related("report", "by")
        row, given = get_object_or_404(rows, uid=comment), self.parsed(ReportResolveIn)
        made = actions.resolve_comment(row, by=request.user, **given)
        return Response(ReportCommentOut(made).data)


class ReportApprovals(ReportDoor):
    serializer_class = ReportApprovalOut

    @extend_schema(responses=ReportApprovalOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Its approvals, the void ones too."""
        rows = self.worked(uid).approvals.select_related("by")
        return Response(ReportApprovalOut(rows, many=True).data)

    @extend_schema(request=ReportApproveIn, responses=ReportOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Approve for the own side what was read, by its hash."""
        report, given = self.worked(uid), self.parsed(ReportApproveIn)
        return self.shown(actions.approve_report(report, by=request.user, **given))


class ReportSteps(ReportDoor):
    serializer_class = ReportStepOut

    @extend_schema(responses=ReportStepOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """How it went, step by step."""
        rows = steps_read_by(self.worked(uid), request.user)
        return Response(ReportStepOut(rows, many=True).data)
