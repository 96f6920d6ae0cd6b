"""Addresses of the activities' part of the API."""

from django.urls import path

from .api import activities as api
from .api import letters, moving, papers, programme
from .api import participations as people

ACTIVITY = "activities/<str:number>/"
SESSION = "activity-sessions/<uuid:uid>/"
FILE = "activity-files/<uuid:uid>/"
PART = "participations/<uuid:uid>/"
urlpatterns = [
    path("activities/", api.ActivityList.as_view()),
    path("activities/export/", api.ActivityExport.as_view()),
    path("activities/clashes/", people.ActivityClashes.as_view()),
    path("activities/import/", letters.ActivityImport.as_view()),
    path(ACTIVITY, api.ActivityOne.as_view()),
    path(f"{ACTIVITY}put/", api.ActivityPut.as_view()),
    path(f"{ACTIVITY}agree/", api.ActivityAgree.as_view()),
    path(f"{ACTIVITY}take-back/", api.ActivityDisagree.as_view()),
    path(f"{ACTIVITY}invite/", api.ActivityInvite.as_view()),
    path(f"{ACTIVITY}open-nominations/", api.ActivityNominations.as_view()),
    path(f"{ACTIVITY}confirm/", api.ActivityConfirm.as_view()),
    path(f"{ACTIVITY}close-evaluation/", api.ActivityEvaluated.as_view()),
    path(f"{ACTIVITY}report/", api.ActivityReport.as_view()),
    path(f"{ACTIVITY}postpone/", api.ActivityPostpone.as_view()),
    path(f"{ACTIVITY}cancel/", api.ActivityCancel.as_view()),
    path(f"{ACTIVITY}move-preview/", moving.ActivityMovePreview.as_view()),
    path(f"{ACTIVITY}sessions/", programme.ActivitySessions.as_view()),
    path(f"{ACTIVITY}participations/", people.ActivityParticipations.as_view()),
    path(f"{ACTIVITY}participations/invite/", people.ActivityParticipantsInvite.as_view()),
    path(SESSION, programme.ActivitySessionOne.as_view()),
    path(f"{SESSION}remove/", programme.ActivitySessionRemove.as_view()),
    path(f"{ACTIVITY}files/", papers.ActivityFileList.as_view()),
    path(f"{FILE}content/", papers.ActivityFileContent.as_view()),
    path(f"{FILE}remove/", papers.ActivityFileRemove.as_view()),
    path("time-proposals/", letters.TimeProposals.as_view()),
    path("time-proposals/<uuid:uid>/decline/", letters.TimeProposalDecline.as_view()),
    path("answer-letters/", letters.AnswerLettersKept.as_view()),
    path("answer-letters/<uuid:uid>/settle/", letters.AnswerLetterSettle.as_view()),
    path(f"{PART}travel/", letters.ParticipationTravel.as_view()),
    path(f"{PART}travel/read/", letters.ParticipationTravelRead.as_view()),
    path(PART, people.ParticipationOne.as_view()),
    path(f"{PART}approve/", people.ParticipationApprove.as_view()),
    path(f"{PART}answer/", people.ParticipationAnswer.as_view()),
    path(f"{PART}withdraw/", people.ParticipationWithdraw.as_view()),
]
