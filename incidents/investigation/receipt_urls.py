"""Addresses of the handover receipts."""

from django.urls import path

from .. import views

urlpatterns = [
    path("investigations/<uuid:uid>/receipts/", views.receipts, name="receipts"),
    path("receipts/<uuid:uid>/", views.receipt, name="receipt"),
    path("receipts/<uuid:uid>/pdf/", views.receipt_pdf, name="receipt_pdf"),
]
