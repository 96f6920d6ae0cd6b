"""Addresses of an alert's further life: handed back, forwarded, sent again, many at once."""

from django.urls import path

from .views import life as views

urlpatterns = [
    path("console/alerts/", views.open_alerts, name="open_alerts"),
    path("console/alerts/confirm/", views.open_alerts_confirm, name="open_alerts_confirm"),
    path(
        "console/alerts/acknowledge/",
        views.open_alerts_acknowledge,
        name="open_alerts_acknowledge",
    ),
    path("console/not-delivered/", views.not_delivered, name="not_delivered"),
    path("deliveries/<uuid:uid>/forward/", views.forward, name="forward"),
    path("deliveries/<uuid:uid>/hand-back/", views.hand_back, name="hand_back"),
    path("deliveries/<uuid:uid>/resend/", views.resend_alert, name="resend_alert"),
    path("forwards/", views.forwards, name="forwards"),
    path("forwards/<uuid:uid>/acknowledge/", views.forward_acknowledge, name="forward_acknowledge"),
    path("forwards/<uuid:uid>/withdraw/", views.forward_withdraw, name="forward_withdraw"),
]
