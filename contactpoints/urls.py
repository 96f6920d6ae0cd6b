"""Addresses of the duty console, the three points and the directory."""

from django.urls import path

from . import views

urlpatterns = [
    path("console/", views.console, name="console"),
    path("console/board/", views.console_board, name="console_board"),
    path("points/", views.contact_points, name="contact_points"),
    path("points/<str:code>/", views.contact_point, name="contact_point"),
    path("contacts/", views.contacts, name="contacts"),
    path("contacts/call-sheet/", views.call_sheet_page, name="call_sheet"),
    path("deliveries/drawn/", views.drawn, name="drawn"),
    path("deliveries/<uuid:uid>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("deliveries/<uuid:uid>/accept/", views.accept, name="accept"),
    path("deliveries/<uuid:uid>/decline/", views.decline, name="decline"),
]
