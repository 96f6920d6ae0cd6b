"""Addresses of the advance notices."""

from django.urls import path

from .. import views

urlpatterns = [
    path("", views.notice_list, name="notices"),
    path("new/", views.notice_new, name="notice_new"),
    path("<uuid:uid>/", views.notice_page, name="notice"),
    path("<uuid:uid>/change/", views.notice_change, name="notice_change"),
    path("<uuid:uid>/match/", views.notice_match, name="notice_match"),
    path("<uuid:uid>/print/", views.notice_pdf, name="notice_pdf"),
]
