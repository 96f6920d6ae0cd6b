"""Addresses of the focal points; without a code the first of them."""

from django.urls import path

from .views import focal as views

urlpatterns = [
    path("", views.focal_point, name="focal_point"),
    path("<str:code>/", views.focal_point, name="focal_point_of"),
]
