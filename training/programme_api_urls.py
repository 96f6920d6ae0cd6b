"""Addresses of the programme's report and of the yearly plans in the API."""

from django.urls import path

from .api import plans
from .api import programme_report as report

YEAR = "year-plans/<int:year>/"
LINE = "year-plan-lines/<uuid:uid>/"
VERSION = f"{YEAR}versions/<int:number>/"
urlpatterns = [
    path("programme-report/", report.ProgrammeReportOne.as_view()),
    path("programme-report/export/", report.ProgrammeReportExport.as_view()),
    path("year-plans/", plans.YearPlanList.as_view()),
    path(YEAR, plans.YearPlanOne.as_view()),
    path(f"{YEAR}put/", plans.YearPlanPut.as_view()),
    path(f"{YEAR}sign/", plans.YearPlanSign.as_view()),
    path(f"{YEAR}lines/", plans.YearPlanLines.as_view()),
    path(VERSION, plans.YearPlanVersionOne.as_view()),
    path(f"{VERSION}paper/", plans.YearPlanPaper.as_view()),
    path(LINE, plans.YearPlanLineOne.as_view()),
    path(f"{LINE}remove/", plans.YearPlanLineRemove.as_view()),
    path("activities/<str:number>/plan-line/", plans.ActivityPlanLine.as_view()),
]
