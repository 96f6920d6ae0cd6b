"""Addresses of the programme's report and of the yearly plans."""

from django.urls import path

from .views import plans, programme_report

YEAR = "plans/<int:year>/"
VERSION = f"{YEAR}versions/<int:number>/"

urlpatterns = [
    path("report/", programme_report.programme_report, name="programme_report"),
    path("plans/", plans.year_plans, name="year_plans"),
    path(YEAR, plans.year_plan, name="year_plan"),
    path(f"{YEAR}sign/", plans.year_plan_sign, name="year_plan_sign"),
    path(f"{YEAR}lines/new/", plans.plan_line_new, name="plan_line_new"),
    path(f"{YEAR}lines/<uuid:uid>/", plans.plan_line_change, name="plan_line_change"),
    path(VERSION, plans.plan_version, name="plan_version"),
    path(f"{VERSION}paper/", plans.plan_paper, name="plan_paper"),
    path("<str:number>/plan-line/", plans.activity_plan_line, name="activity_plan_line"),
]
