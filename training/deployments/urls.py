"""Addresses of experts and deployments."""

from django.urls import path

from .views import deployments, experts

urlpatterns = [
    path("deployments/", deployments.deployments, name="deployments"),
    path("deployments/new/", deployments.deployment_new, name="deployment_new"),
    path("deployments/mine/", deployments.deployments_mine, name="deployments_mine"),
    path("deployments/mine/<uuid:uid>/", deployments.deployment_mine, name="deployment_mine"),
    path("deployments/<uuid:uid>/", deployments.deployment, name="deployment"),
    path("experts/", experts.experts, name="experts"),
    path("experts/new/", experts.expert_new, name="expert_new"),
    path("experts/<uuid:uid>/", experts.expert, name="expert"),
    path("experts/<uuid:uid>/change/", experts.expert_change, name="expert_change"),
]
