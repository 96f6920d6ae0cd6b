"""Addresses of the risk reports' part of the API."""

from django.urls import path

from .api import report_parts as parts
from .api import reports as api

REPORT = "reports/<uuid:uid>/"
PART = f"{REPORT}parts/<int:number>/"
CITATION = f"{REPORT}citations/<int:number>/"
JUDGEMENT = f"{REPORT}judgements/<int:number>/"
ADVICE = f"{REPORT}recommendations/<int:number>/"
urlpatterns = [
    path("reports/", api.Reports.as_view()),
    path("reports/invitations/", api.ReportOffers.as_view()),
    path("reports/recommendations/", api.ReportAdviceOfUnits.as_view()),
    path(REPORT, api.ReportOne.as_view()),
    path(f"{REPORT}begin/", api.ReportBegin.as_view()),
    path(f"{REPORT}draft/", api.ReportDraft.as_view()),
    path(f"{REPORT}invite/", api.ReportInvite.as_view()),
    path(f"{REPORT}join/", api.ReportJoin.as_view()),
    path(f"{REPORT}decline/", api.ReportDecline.as_view()),
    path(f"{REPORT}leave/", api.ReportLeave.as_view()),
    path(f"{REPORT}cancel/", api.ReportCancel.as_view()),
    path(f"{REPORT}send/", api.ReportSend.as_view()),
    path(f"{REPORT}supersede/", api.ReportSupersede.as_view()),
    path(f"{REPORT}withdraw/", api.ReportWithdraw.as_view()),
    path(f"{REPORT}archive/", api.ReportArchive.as_view()),
    path(f"{REPORT}copies/", api.ReportCopies.as_view()),
    path(f"{REPORT}steps/", parts.ReportSteps.as_view()),
    path(f"{REPORT}parts/", parts.ReportParts.as_view()),
    path(PART, parts.ReportPartOne.as_view()),
    path(f"{PART}finish/", parts.ReportPartFinish.as_view()),
    path(f"{PART}skip/", parts.ReportPartSkip.as_view()),
    path(f"{PART}reopen/", parts.ReportPartReopen.as_view()),
    path(f"{PART}assign/", parts.ReportPartAssign.as_view()),
    path(f"{PART}texts/", parts.ReportPartTexts.as_view()),
    path(f"{PART}restore/", parts.ReportPartRestore.as_view()),
    path(f"{REPORT}citations/", parts.ReportCitations.as_view()),
    path(f"{CITATION}remove/", parts.ReportCitationRemove.as_view()),
    path(f"{REPORT}judgements/", parts.ReportJudgements.as_view()),
    path(JUDGEMENT, parts.ReportJudgementOne.as_view()),
    path(f"{JUDGEMENT}remove/", parts.ReportJudgementRemove.as_view()),
    path(f"{REPORT}recommendations/", parts.ReportAdvice.as_view()),
    path(ADVICE, parts.ReportAdviceOne.as_view()),
    path(f"{ADVICE}remove/", parts.ReportAdviceRemove.as_view()),
    path(f"{ADVICE}answer/", parts.ReportAdviceAnswer.as_view()),
    path(f"{REPORT}reviews/", parts.ReportReviews.as_view()),
    path(f"{REPORT}review/return/", parts.ReportReturn.as_view()),
    path(f"{REPORT}review/pass/", parts.ReportPass.as_view()),
    path(f"{REPORT}comments/", parts.ReportComments.as_view()),
    path(f"{REPORT}comments/<uuid:comment>/resolve/", parts.ReportCommentResolve.as_view()),
    path(f"{REPORT}approvals/", parts.ReportApprovals.as_view()),
]
