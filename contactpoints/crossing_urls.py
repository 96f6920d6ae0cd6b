"""Addresses of the crossing points as they are now."""

from django.urls import path

from .views import crossings

urlpatterns = [
    path("", crossings.crossing_list, name="crossings"),
    path("export/", crossings.crossings_export, name="crossings_export"),
    path("waiting/<uuid:uid>/correct/", crossings.crossing_correct, name="crossing_correct"),
    path("<str:code>/", crossings.crossing_page, name="crossing"),
    path("<str:code>/waiting/", crossings.crossing_waiting, name="crossing_waiting"),
]
