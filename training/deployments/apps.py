from django.apps import AppConfig


class DeploymentsConfig(AppConfig):
    name = "training.deployments"
    label = "deployments"
