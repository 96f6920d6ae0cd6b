"""Addresses of the indicators' part of the API."""

from django.urls import path

from . import api

urlpatterns = [
    path("indicators/", api.Indicators.as_view()),
    path("trend/", api.Trend.as_view()),
    path("hotspots/", api.Hotspots.as_view()),
    path("anomalies/", api.Anomalies.as_view()),
    path("anomalies/<uuid:uid>/", api.AnomalyDoor.as_view()),
    path("anomalies/<uuid:uid>/share/", api.AnomalyShare.as_view()),
    path("anomalies/<uuid:uid>/assess/", api.AnomalyAssess.as_view()),
    path("anomalies/<uuid:uid>/close/", api.AnomalyClose.as_view()),
]
