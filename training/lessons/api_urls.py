"""Addresses of the API of recommendations and contingency plans."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
