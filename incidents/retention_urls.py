"""Addresses of the retention of personal data and of subject access."""

from django.urls import path

from . import views

urlpatterns = [
    path("retention/", views.retention, name="retention"),
    path("retention/holds/", views.retention_holds, name="retention_holds"),
    path("retention/holds/<uuid:uid>/lift/", views.hold_lift, name="hold_lift"),
    path("retention/certificates/", views.retention_certificates, name="retention_certificates"),
    path(
        "retention/certificates/<uuid:uid>/",
        views.retention_certificate,
        name="retention_certificate",
    ),
    path(
        "retention/certificates/<uuid:uid>/pdf/",
        views.retention_certificate_pdf,
        name="retention_certificate_pdf",
    ),
    path("subject-access/", views.subject_access, name="subject_access"),
    path("subject-access/log/", views.subject_access_log, name="subject_access_log"),
]
