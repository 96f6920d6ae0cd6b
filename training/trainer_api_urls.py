"""Addresses of the trainers' pool in the API."""

from django.urls import path

from .api import trainers as api

urlpatterns = [
    path("trainers/", api.TrainerList.as_view()),
    path("trainers/<uuid:uid>/", api.TrainerOne.as_view()),
    path("trainers/<uuid:uid>/leave/", api.TrainerLeave.as_view()),
]
