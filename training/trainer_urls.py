"""Addresses of the trainers' pool."""

from django.urls import path

from .views import trainers

urlpatterns = [
    path("trainers/", trainers.trainers, name="trainers"),
    path("trainers/new/", trainers.trainer_new, name="trainer_new"),
    path("trainers/<uuid:uid>/", trainers.trainer_page, name="trainer"),
    path("trainers/<uuid:uid>/change/", trainers.trainer_change, name="trainer_change"),
]
