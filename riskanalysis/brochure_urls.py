"""Addresses of the brochure."""

from django.urls import path

from .views import brochure as views

urlpatterns = [
    path("brochure/", views.brochure, name="brochure"),
    path("brochure/preview/", views.brochure_preview, name="brochure_preview"),
    path("brochure/preview/pdf/", views.brochure_preview_pdf, name="brochure_preview_pdf"),
    path("brochure/<int:number>/", views.brochure_edition, name="brochure_edition"),
    path("brochure/<int:number>/pdf/", views.brochure_pdf, name="brochure_pdf"),
]
