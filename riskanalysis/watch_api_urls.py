"""Addresses of the watch-list's part of the API."""

from django.urls import path

from . import watch_api as api

ENTRY = "watch/<uuid:uid>/"
urlpatterns = [
    path("watch/", api.WatchList.as_view()),
    path(ENTRY, api.WatchDetail.as_view()),
    path(f"{ENTRY}approve/", api.WatchApprove.as_view()),
    path(f"{ENTRY}share/", api.WatchShare.as_view()),
    path(f"{ENTRY}withdraw/", api.WatchWithdraw.as_view()),
]
