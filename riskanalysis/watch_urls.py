"""Addresses of the watch-list."""

from django.urls import path

from .views import watching

urlpatterns = [
    path("watch/", watching.watch, name="watch"),
    path("watch/export/", watching.watch_export, name="watch_export"),
    path("watch/new/", watching.watch_new, name="watch_new"),
    path("watch/<uuid:uid>/", watching.watch_entry, name="watch_entry"),
    path("watch/<uuid:uid>/change/", watching.watch_change, name="watch_change"),
]
