"""What happened: incidents, their versions, and what each unit may read of them."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
