"""Addresses of the duty console."""

from django.urls import path

from . import views

urlpatterns = [
    path("console/", views.console, name="console"),
    path("console/board/", views.console_board, name="console_board"),
    path("deliveries/drawn/", views.drawn, name="drawn"),
    path("deliveries/<uuid:uid>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("deliveries/<uuid:uid>/accept/", views.accept, name="accept"),
    path("deliveries/<uuid:uid>/decline/", views.decline, name="decline"),
    path("emergency/", views.emergencies, name="emergencies"),
    path("emergency/open/", views.open_one, name="open_emergency"),
    path("emergency/end/", views.end, name="end_emergency"),
    path("emergency/reviews/", views.reviews, name="emergency_reviews"),
    path("emergency/<uuid:uid>/", views.emergency, name="emergency"),
]
