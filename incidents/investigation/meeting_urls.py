"""Addresses of the meetings of border representatives."""

from django.urls import path

from .. import views

urlpatterns = [
    path("", views.meeting_list, name="meetings"),
    path("new/", views.meeting_new, name="meeting_new"),
    path("decisions/", views.decisions, name="decisions"),
    path("decisions/<uuid:uid>/", views.decision, name="decision"),
    path("<uuid:uid>/", views.meeting_page, name="meeting"),
    path("<uuid:uid>/protocol.pdf", views.meeting_pdf, name="meeting_pdf"),
    path("<uuid:uid>/items/<int:number>/", views.meeting_item, name="meeting_item"),
]
