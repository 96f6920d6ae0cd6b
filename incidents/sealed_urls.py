"""The address of the reading log of sealed parts."""

from django.urls import path

from . import views

urlpatterns = [path("", views.sealed_readings, name="sealed_readings")]
