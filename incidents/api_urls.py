"""Addresses of the incidents' part of the API."""

from django.urls import path

from . import api

urlpatterns = [
    path("search/", api.Search.as_view()),
    path("incidents/map/", api.IncidentMap.as_view()),
    path("incidents/filters/", api.SavedFilters.as_view()),
    path("incidents/filters/<uuid:uid>/", api.SavedFilterDoor.as_view()),
    path("incidents/", api.IncidentList.as_view()),
    path("incidents/outcomes/", api.Outcomes.as_view()),
    path("incidents/<uuid:uid>/", api.IncidentDetail.as_view()),
    path("incidents/<uuid:uid>/pdf/", api.PrintedIncident.as_view()),
    path("incidents/<uuid:uid>/files/", api.IncidentFiles.as_view()),
    path("incidents/<uuid:uid>/files/pack/", api.FilePack.as_view()),
    path("incidents/<uuid:uid>/files/<uuid:file>/content/", api.FileContent.as_view()),
    path("incidents/<uuid:uid>/files/<uuid:file>/hand-overs/", api.FileHandOver.as_view()),
    path("incidents/<uuid:uid>/files/<uuid:file>/withdraw/", api.FileWithdrawal.as_view()),
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
    path("incidents/<uuid:uid>/impact/", api.ReviseImpact.as_view()),
    path("incidents/<uuid:uid>/return/", api.Return.as_view()),
    path("incidents/<uuid:uid>/resubmit/", api.Resubmit.as_view()),
    path("incidents/<uuid:uid>/withdraw/", api.Withdraw.as_view()),
    path("incidents/<uuid:uid>/reopen/", api.Reopen.as_view()),
    path("incidents/<uuid:uid>/versions/", api.Versions.as_view()),
    path("incidents/<uuid:uid>/close/", api.Close.as_view()),
    path("incidents/<uuid:uid>/sealed/", api.SealedPart.as_view()),
    path("incidents/<uuid:uid>/sealed/open/", api.OpenSealed.as_view()),
    path("incidents/<uuid:uid>/sealed/persons/", api.SealedPersons.as_view()),
    path(
        "incidents/<uuid:uid>/sealed/persons/<uuid:person>/corrections/",
        api.SealedPersonDoor.as_view(),
    ),
    path("incidents/<uuid:uid>/sealed/release/", api.ReleaseSealed.as_view()),
    path("incidents/<uuid:uid>/sealed/recall/", api.RecallSealed.as_view()),
    path("incidents/<uuid:uid>/sealed/acknowledge/", api.AcknowledgeSealedRecall.as_view()),
    path("sealed-readings/", api.SealedReadings.as_view()),
    path("incidents/<uuid:uid>/marking/", api.MarkingDoor.as_view()),
    path("incidents/<uuid:uid>/pass-on/", api.PassOnDoor.as_view()),
    path("incidents/<uuid:uid>/consents/", api.Consents.as_view()),
    path("consents/<uuid:uid>/give/", api.GiveConsent.as_view()),
    path("consents/<uuid:uid>/refuse/", api.RefuseConsent.as_view()),
]
