"""Who we are and how we reach each other: units, contact points, duty, alerts."""

from django.apps import AppConfig


class ContactPointsConfig(AppConfig):
    name = "contactpoints"
