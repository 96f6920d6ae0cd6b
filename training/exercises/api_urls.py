"""Addresses of the API of exercises."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
