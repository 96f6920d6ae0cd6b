"""Addresses of the emergency broadcasts."""

from django.urls import path

from .views import broadcasts as views

urlpatterns = [
    path("", views.broadcasts, name="broadcasts"),
    path("new/", views.broadcast_new, name="broadcast_new"),
    path("<uuid:uid>/", views.broadcast, name="broadcast"),
    path("<uuid:uid>/sheet/", views.broadcast_sheet, name="broadcast_sheet"),
    path("<uuid:uid>/end/", views.broadcast_end, name="broadcast_end"),
    path("<uuid:uid>/phoned/<uuid:delivery>/", views.broadcast_phoned, name="broadcast_phoned"),
]
