"""Addresses of the exchange ledger."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.exchange, name="exchange"),
    path("export/", views.exchange_export, name="exchange_export"),
    path("alerts/export/", views.alerts_export, name="alerts_export"),
]
