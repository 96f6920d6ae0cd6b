"""Addresses of the incidents' part of the API."""

from django.urls import path

from . import api

urlpatterns = [
    path("search/", api.Search.as_view()),
    path("incidents/map/", api.IncidentMap.as_view()),
    path("incidents/filters/", api.SavedFilters.as_view()),
    path("incidents/filters/<uuid:uid>/", api.SavedFilterDoor.as_view()),
    path("incidents/", api.IncidentList.as_view()),
    path("incidents/<uuid:uid>/", api.IncidentDetail.as_view()),
    path("incidents/<uuid:uid>/pdf/", api.PrintedIncident.as_view()),
    path("incidents/<uuid:uid>/supplements/", api.Supplement.as_view()),
    path("incidents/<uuid:uid>/release/", api.ReleaseDoor.as_view()),
    path("incidents/<uuid:uid>/verify/", api.Verify.as_view()),
    path("incidents/<uuid:uid>/validate/", api.Validate.as_view()),
    path("incidents/<uuid:uid>/close/", api.Close.as_view()),
]
