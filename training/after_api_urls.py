"""Addresses of attendance and certificates in the API."""

from django.urls import path

from .api import attendance, certificates, evaluation

ACTIVITY = "activities/<str:number>/"
urlpatterns = [
    path(f"{ACTIVITY}attendance/", attendance.ActivityAttendance.as_view()),
    path(f"{ACTIVITY}attendance/close/", attendance.ActivityAttendanceClose.as_view()),
    path(f"{ACTIVITY}here/", attendance.ActivityHere.as_view()),
    path(f"{ACTIVITY}evaluation/", evaluation.ActivityEvaluation.as_view()),
    path(f"{ACTIVITY}certificates/", certificates.ActivityCertificates.as_view()),
    path(f"{ACTIVITY}certificates/rule/", certificates.ActivityCertificateRule.as_view()),
    path("certificates/", certificates.OwnCertificates.as_view()),
    path("certificates/<str:number>/revoke/", certificates.CertificateRevoke.as_view()),
    path("certificates/<str:number>/pdf/", certificates.CertificatePaper.as_view()),
]
