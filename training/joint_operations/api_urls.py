"""Addresses of the API of joint operations."""

from django.urls import path

from .api import operations, papers

ONE = "joint-operations/<str:number>/"
PAPER = f"{ONE}papers/<str:paper>/"
VERSION = f"{PAPER}versions/<int:version>/"
DAY = f"{ONE}days/<str:day>/"
RESOURCE = f"{ONE}resources/<uuid:uid>/"
SHIFT = f"{ONE}shifts/<uuid:uid>/"
TAGS = "incidents/<uuid:uid>/operations/"

urlpatterns = [
    path("joint-operations/", operations.JointOperationList.as_view()),
    path(ONE, operations.JointOperationOne.as_view()),
    path(f"{ONE}propose/", operations.JointOperationPropose.as_view()),
    path(f"{ONE}cancel/", operations.JointOperationCancel.as_view()),
    path(f"{ONE}activity/", operations.JointOperationTie.as_view()),
    path(f"{ONE}resources/", operations.JointOperationResources.as_view()),
    path(f"{RESOURCE}remove/", operations.JointOperationResourceRemove.as_view()),
    path(f"{ONE}shifts/", operations.JointOperationShifts.as_view()),
    path(f"{SHIFT}cancel/", operations.JointOperationShiftCancel.as_view()),
    path(PAPER, papers.OperationPaperOne.as_view()),
    path(f"{PAPER}texts/", papers.OperationPaperText.as_view()),
    path(f"{PAPER}put/", papers.OperationPaperPut.as_view()),
    path(f"{PAPER}approve/", papers.OperationPaperApprove.as_view()),
    path(VERSION, papers.OperationPaperVersionOne.as_view()),
    path(f"{VERSION}pdf/", papers.OperationPaperPdf.as_view()),
    path(f"{ONE}draft-report/", papers.OperationReportDraft.as_view()),
    path(DAY, papers.OperationDayOne.as_view()),
    path(f"{DAY}correct/", papers.OperationDayCorrect.as_view()),
    path(f"{DAY}approve/", papers.OperationDayApprove.as_view()),
    path(TAGS, operations.IncidentOperations.as_view()),
    path(f"{TAGS}<str:number>/remove/", operations.IncidentOperationRemove.as_view()),
]
