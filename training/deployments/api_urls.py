"""Addresses of the API of experts and deployments."""

from django.urls import path

from .api import deployments, experts

urlpatterns = [
    path("deployments/", deployments.DeploymentList.as_view()),
    path("deployments/mine/", deployments.DeploymentMine.as_view()),
    path("deployments/<uuid:uid>/", deployments.DeploymentOne.as_view()),
    *(
        path(f"deployments/<uuid:uid>/{name}/", door.as_view())
        for name, door in deployments.DOORS.items()
    ),
    path("experts/", experts.ExpertList.as_view()),
    path("experts/<uuid:uid>/", experts.ExpertOne.as_view()),
    path("experts/<uuid:uid>/leave/", experts.ExpertLeave.as_view()),
    path("experts/<uuid:uid>/available/", experts.ExpertAvailable.as_view()),
    path(
        "experts/<uuid:uid>/available/<uuid:period>/remove/",
        experts.ExpertAvailableRemove.as_view(),
    ),
    path("experts/<uuid:uid>/accredit/", experts.ExpertAccredit.as_view()),
    path("accreditations/<uuid:uid>/withdraw/", experts.AccreditationWithdraw.as_view()),
]
