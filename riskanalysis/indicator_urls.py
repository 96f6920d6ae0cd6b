"""Addresses of the risk picture and of anomaly reports."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.risk, name="risk"),
    path("charts/<slug:name>/", views.risk_chart, name="risk_chart"),
    path("anomalies/", views.anomalies, name="anomalies"),
    path("anomalies/new/", views.anomaly_new, name="anomaly_new"),
    path("anomalies/<uuid:uid>/", views.anomaly, name="anomaly"),
    path("anomalies/<uuid:uid>/<slug:deed>/", views.anomaly_do, name="anomaly_do"),
]
