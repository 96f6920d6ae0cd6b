"""Addresses of the webhooks."""

from django.urls import path

from .views import webhooks as views

urlpatterns = [
    path("", views.webhooks, name="webhooks"),
    path("new/", views.webhook_new, name="webhook_new"),
    path("<uuid:uid>/", views.webhook, name="webhook"),
    path("<uuid:uid>/change/", views.webhook_change, name="webhook_change"),
    path("<uuid:uid>/test/", views.webhook_test, name="webhook_test"),
    path("<uuid:uid>/switch/", views.webhook_switch, name="webhook_switch"),
    path("<uuid:uid>/secret/", views.webhook_secret, name="webhook_secret"),
    path("<uuid:uid>/resend/", views.webhook_resend, name="webhook_resend"),
    path("<uuid:uid>/remove/", views.webhook_remove, name="webhook_remove"),
]
