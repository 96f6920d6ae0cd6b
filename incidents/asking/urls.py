"""Addresses of the information requests."""

from django.urls import path

from .. import views

urlpatterns = [
    path("", views.request_list, name="requests"),
    path("new/", views.request_new, name="request_new"),
    path("files/<uuid:uid>/", views.request_file, name="request_file"),
    path("<uuid:uid>/", views.request_page, name="information_request"),
    path("<uuid:uid>/answer/", views.request_answer, name="request_answer"),
]
