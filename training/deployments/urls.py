"""Addresses of experts and deployments."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
