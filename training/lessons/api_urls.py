"""Addresses of the API of recommendations and contingency plans."""

from django.urls import path

from .api import contingency, recommendations

REC = "recommendations/<str:number>/"
TIE = "recommendation-changes/<uuid:uid>/"
CPL = "contingency-plans/<str:number>/"
VERSION = f"{CPL}versions/<int:at>/"
RUN = "contingency-activations/<uuid:uid>/"

urlpatterns = [
    path("recommendations/", recommendations.RecommendationList.as_view()),
    path(REC, recommendations.RecommendationOne.as_view()),
    path(f"{REC}take/", recommendations.RecommendationTake.as_view()),
    path(f"{REC}finish/", recommendations.RecommendationFinish.as_view()),
    path(f"{REC}decline/", recommendations.RecommendationDecline.as_view()),
    path(f"{REC}confirm/", recommendations.RecommendationConfirm.as_view()),
    path(f"{REC}reopen/", recommendations.RecommendationReopen.as_view()),
    path(f"{REC}changes/", recommendations.RecommendationTies.as_view()),
    path(f"{TIE}remove/", recommendations.RecommendationUntie.as_view()),
    path(f"{TIE}file/", recommendations.RecommendationFile.as_view()),
    path("contingency-plans/", contingency.ContingencyList.as_view()),
    path(CPL, contingency.ContingencyOne.as_view()),
    path(f"{CPL}items/", contingency.ContingencyItems.as_view()),
    path(f"{CPL}items/remove/", contingency.ContingencyItemRemove.as_view()),
    path(f"{CPL}put/", contingency.ContingencyPut.as_view()),
    path(f"{CPL}approve/", contingency.ContingencyApprove.as_view()),
    path(f"{CPL}retire/", contingency.ContingencyRetire.as_view()),
    path(f"{CPL}activations/", contingency.ContingencyActivations.as_view()),
    path(VERSION, contingency.ContingencyVersionOne.as_view()),
    path(f"{VERSION}paper/", contingency.ContingencyPaper.as_view()),
    path(RUN, contingency.ContingencyActivationOne.as_view()),
    path(f"{RUN}ticks/", contingency.ContingencyActivationTick.as_view()),
    path(f"{RUN}ticks/<uuid:tick>/take-back/", contingency.ContingencyActivationTickBack.as_view()),
    path(f"{RUN}phases/", contingency.ContingencyActivationPhase.as_view()),
    path(f"{RUN}stand-down/", contingency.ContingencyActivationEnd.as_view()),
]
