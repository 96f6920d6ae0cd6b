"""Addresses of joint operations."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
