"""Addresses of the incidents' part of the API."""

from django.urls import path

from . import api

urlpatterns = [
    path("incidents/", api.IncidentList.as_view()),
    path("incidents/<uuid:uid>/", api.IncidentDetail.as_view()),
    path("incidents/<uuid:uid>/pdf/", api.PrintedIncident.as_view()),
    path("incidents/<uuid:uid>/supplements/", api.Supplement.as_view()),
    path("incidents/<uuid:uid>/release/", api.ReleaseDoor.as_view()),
    path("incidents/<uuid:uid>/recall/", api.RecallDoor.as_view()),
    path("incidents/<uuid:uid>/notes/", api.Notes.as_view()),
    path("incidents/<uuid:uid>/proposals/", api.Proposals.as_view()),
    path("incidents/<uuid:uid>/proposals/<uuid:proposal>/answer/", api.ProposalAnswer.as_view()),
    path(
        "incidents/<uuid:uid>/proposals/<uuid:proposal>/withdraw/", api.ProposalWithdraw.as_view()
    ),
    path("incidents/<uuid:uid>/presence/", api.PresenceDoor.as_view()),
    path("exchange/", api.Exchange.as_view()),
    path("incidents/<uuid:uid>/verify/", api.Verify.as_view()),
    path("incidents/<uuid:uid>/validate/", api.Validate.as_view()),
    path("incidents/<uuid:uid>/close/", api.Close.as_view()),
]
