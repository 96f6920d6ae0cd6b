"""Addresses of what comes after an activity: attendance, certificates."""

from django.urls import path

from .views import attendance, certificates, evaluation

urlpatterns = [
    path("mine/certificates/", certificates.certificates_mine, name="certificates_mine"),
    path("<str:number>/attendance/", attendance.activity_attendance, name="activity_attendance"),
    path("<str:number>/here/", attendance.activity_here, name="activity_here"),
    path("<str:number>/here/<str:code>/", attendance.activity_here_code,
         name="activity_here_code"),
    path("<str:number>/evaluation/", evaluation.activity_evaluation, name="activity_evaluation"),
    path("<str:number>/certificates/", certificates.activity_certificates,
         name="activity_certificates"),
    path("certificates/<str:number>/<str:language>.pdf", certificates.certificate_pdf,
         name="certificate_pdf"),
]  # fmt: skip
