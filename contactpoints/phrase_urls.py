"""Addresses of the standard phrases, and of an alert that its sender updates or cancels."""

from django.urls import path

from .views import following, phrases

urlpatterns = [
    path("alerts/<uuid:uid>/", following.alert, name="alert"),
    path("alerts/<uuid:uid>/update/", following.alert_update, name="alert_update"),
    path("alerts/<uuid:uid>/cancel/", following.alert_cancel, name="alert_cancel"),
    path(
        "alerts/<uuid:uid>/held/<uuid:held>/drop/",
        following.alert_held_drop,
        name="alert_held_drop",
    ),
    path("phrases/", phrases.phrase_book, name="phrases"),
    path("phrases/<str:use>/<uuid:uid>/", phrases.phrase_choose, name="phrase_choose"),
    path("phrases/<str:use>/<uuid:uid>/<str:code>/", phrases.phrase_say, name="phrase_say"),
]
