"""Study visits, trainings, exercises, joint operations and deployments live here."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
