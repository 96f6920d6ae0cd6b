"""Addresses of the risk reports."""

from django.urls import path

from .views import reports, reports_judging, reports_road, reports_work

ONE = "reports/<uuid:uid>/"
urlpatterns = [
    path("reports/", reports.reports, name="reports"),
    path("reports/new/", reports.report_task, name="report_task"),
    path(ONE, reports.report, name="report"),
    path(f"{ONE}parts/<int:number>/", reports_work.report_part, name="report_part"),
    path(f"{ONE}evidence/", reports_work.report_evidence, name="report_evidence"),
    path(f"{ONE}judgements/", reports_judging.report_judgement, name="report_judgement"),
    path(f"{ONE}review/", reports_road.report_review, name="report_review"),
    path(f"{ONE}approve/", reports_road.report_approve, name="report_approve"),
    path(f"{ONE}send/", reports_road.report_send, name="report_send"),
    path(f"{ONE}history/", reports_road.report_history, name="report_history"),
    path(f"{ONE}paper.pdf", reports_road.report_print, name="report_print"),
    path(f"{ONE}charts/<slug:name>/", reports_road.report_chart, name="report_chart"),
]
