"""Addresses of the brochure's part of the API."""

from django.urls import path

from . import brochure_api as api

urlpatterns = [
    path("brochure/", api.BrochureList.as_view()),
    path("brochure/<int:number>/", api.BrochureDetail.as_view()),
    path("brochure/<int:number>/pdf/", api.BrochurePdf.as_view()),
]
