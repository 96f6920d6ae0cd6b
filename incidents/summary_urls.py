"""Addresses of summaries and indicators."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.summaries, name="summaries"),
    path("months/<str:month>/", views.indicators, name="indicators"),
    path("mail/<str:code>/", views.summary_mail, name="summary_mail"),
    path("<uuid:uid>/", views.summary, name="summary"),
    path("<uuid:uid>/export/", views.summary_export, name="summary_export"),
]
