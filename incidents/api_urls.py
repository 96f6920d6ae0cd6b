"""Addresses of the incidents' part of the API."""

from django.urls import path

from . import api

urlpatterns = [
    path("incidents/", api.IncidentList.as_view()),
    path("incidents/<uuid:uid>/", api.IncidentDetail.as_view()),
    path("incidents/<uuid:uid>/pdf/", api.PrintedIncident.as_view()),
    path("incidents/<uuid:uid>/files/", api.IncidentFiles.as_view()),
    path("incidents/<uuid:uid>/files/pack/", api.FilePack.as_view()),
    path("incidents/<uuid:uid>/files/<uuid:file>/content/", api.FileContent.as_view()),
    path("incidents/<uuid:uid>/files/<uuid:file>/hand-overs/", api.FileHandOver.as_view()),
    path("incidents/<uuid:uid>/files/<uuid:file>/withdraw/", api.FileWithdrawal.as_view()),
    path("incidents/<uuid:uid>/supplements/", api.Supplement.as_view()),
    path("incidents/<uuid:uid>/release/", api.ReleaseDoor.as_view()),
    path("incidents/<uuid:uid>/verify/", api.Verify.as_view()),
    path("incidents/<uuid:uid>/validate/", api.Validate.as_view()),
    path("incidents/<uuid:uid>/close/", api.Close.as_view()),
]
