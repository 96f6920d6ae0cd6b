"""Addresses of the channel of serious incidents."""

from django.urls import path

from .views import serious as views

urlpatterns = [
    path("", views.serious_home, name="serious"),
    path("new/", views.serious_new, name="serious_new"),
    path("return/", views.serious_return, name="serious_return"),
    path("handling/", views.serious_handling, name="serious_handling"),
    path("<uuid:uid>/", views.serious_report, name="serious_report"),
    path("<uuid:uid>/message/", views.serious_message, name="serious_message"),
    path("<uuid:uid>/step/", views.serious_step, name="serious_step"),
]
