"""Addresses of the escalation policies of the own side's desks."""

from django.urls import path

from .views import policies as views

urlpatterns = [
    path("policies/", views.policies, name="policies"),
    path("policies/<str:code>/", views.policy, name="policy"),
    path("policies/<str:code>/edit/", views.policy_edit, name="policy_edit"),
]
