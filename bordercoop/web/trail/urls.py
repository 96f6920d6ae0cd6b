"""Addresses of the auditor's page."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.trail, name="audit"),
    path("sheet/", views.sheet_export, name="audit_sheet"),
    path("sealed/", views.sealed_export, name="audit_sealed"),
]
