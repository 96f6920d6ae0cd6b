"""Addresses of the incidents' part of the API."""

from django.urls import path

from . import api

urlpatterns = [
    path("incidents/", api.IncidentList.as_view()),
    path("incidents/outcomes/", api.Outcomes.as_view()),
    path("incidents/<uuid:uid>/", api.IncidentDetail.as_view()),
    path("incidents/<uuid:uid>/pdf/", api.PrintedIncident.as_view()),
    path("incidents/<uuid:uid>/supplements/", api.Supplement.as_view()),
    path("incidents/<uuid:uid>/release/", api.ReleaseDoor.as_view()),
    path("incidents/<uuid:uid>/verify/", api.Verify.as_view()),
    path("incidents/<uuid:uid>/validate/", api.Validate.as_view()),
    path("incidents/<uuid:uid>/impact/", api.ReviseImpact.as_view()),
    path("incidents/<uuid:uid>/return/", api.Return.as_view()),
    path("incidents/<uuid:uid>/resubmit/", api.Resubmit.as_view()),
    path("incidents/<uuid:uid>/withdraw/", api.Withdraw.as_view()),
    path("incidents/<uuid:uid>/reopen/", api.Reopen.as_view()),
    path("incidents/<uuid:uid>/versions/", api.Versions.as_view()),
    path("incidents/<uuid:uid>/close/", api.Close.as_view()),
    path("serious/", api.SeriousList.as_view()),
    path("serious/return/", api.SeriousReturn.as_view()),
    path("serious/statistics/", api.SeriousNumbers.as_view()),
    path("serious/<uuid:uid>/", api.SeriousDetail.as_view()),
    path("serious/<uuid:uid>/messages/", api.SeriousLines.as_view()),
    path("serious/<uuid:uid>/steps/", api.SeriousSteps.as_view()),
]
