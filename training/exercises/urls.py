"""Addresses of exercises."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
