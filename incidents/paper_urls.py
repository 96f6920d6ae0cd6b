"""Addresses of the forms on paper."""

from django.urls import path

from .views import paper_forms as views

urlpatterns = [
    path("", views.paper, name="paper"),
    path("reserve/", views.paper_reserve, name="paper_reserve"),
    path("sets/<uuid:uid>/pdf/", views.paper_set_pdf, name="paper_set_pdf"),
    path("copies/<uuid:uid>/pdf/", views.paper_copy_pdf, name="paper_copy_pdf"),
    path("<uuid:uid>/enter/", views.paper_entry, name="paper_entry"),
    path("<uuid:uid>/void/", views.paper_void, name="paper_void"),
]
