"""Addresses of the exchange ledger."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.exchange, name="exchange"),
    path("sheet/", views.exchange_sheet, name="exchange_sheet"),
]
