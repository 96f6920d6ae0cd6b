"""Addresses of the incidents' part of the API."""

from django.urls import path

from . import api

urlpatterns = [
    path("incidents/", api.IncidentList.as_view()),
    path("incidents/near/", api.NearDoor.as_view()),
    path("incidents/<uuid:uid>/", api.IncidentDetail.as_view()),
    path("incidents/<uuid:uid>/pdf/", api.PrintedIncident.as_view()),
    path("incidents/<uuid:uid>/supplements/", api.Supplement.as_view()),
    path("incidents/<uuid:uid>/release/", api.ReleaseDoor.as_view()),
    path("incidents/<uuid:uid>/verify/", api.Verify.as_view()),
    path("incidents/<uuid:uid>/validate/", api.Validate.as_view()),
    path("incidents/<uuid:uid>/close/", api.Close.as_view()),
    path("incidents/<uuid:uid>/merge/", api.Merging.as_view()),
    path("incidents/<uuid:uid>/unmerge/", api.Unmerging.as_view()),
    path("incidents/<uuid:uid>/links/", api.Links.as_view()),
    path("incidents/<uuid:uid>/links/<uuid:link>/remove/", api.Unlinking.as_view()),
    path("incidents/<uuid:uid>/paired/<uuid:other>/", api.Paired.as_view()),
]
