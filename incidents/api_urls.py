"""Addresses of the incidents' part of the API."""

from django.urls import path

from . import api

urlpatterns = [
    path("incidents/", api.IncidentList.as_view()),
    path("incidents/<uuid:uid>/", api.IncidentDetail.as_view()),
    path("incidents/<uuid:uid>/pdf/", api.PrintedIncident.as_view()),
    path("incidents/<uuid:uid>/supplements/", api.Supplement.as_view()),
    path("incidents/<uuid:uid>/release/", api.ReleaseDoor.as_view()),
    path("incidents/<uuid:uid>/verify/", api.Verify.as_view()),
    path("incidents/<uuid:uid>/validate/", api.Validate.as_view()),
    path("incidents/<uuid:uid>/close/", api.Close.as_view()),
    path("incidents/<uuid:uid>/marking/", api.MarkingDoor.as_view()),
    path("incidents/<uuid:uid>/pass-on/", api.PassOnDoor.as_view()),
    path("incidents/<uuid:uid>/consents/", api.Consents.as_view()),
    path("consents/<uuid:uid>/give/", api.GiveConsent.as_view()),
    path("consents/<uuid:uid>/refuse/", api.RefuseConsent.as_view()),
]
