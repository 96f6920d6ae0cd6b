"""Addresses of the API of exercises."""

from django.urls import path

from .api import exercises, playing, replays

ONE = "exercises/<str:number>/"
INJECT = f"{ONE}injects/<uuid:uid>/"
OBJECTIVE = f"{ONE}objectives/<uuid:uid>/"
urlpatterns = [
    path("exercises/", exercises.ExerciseList.as_view()),
    path("exercises/replay/<uuid:uid>/", replays.IncidentReplay.as_view()),
    path(ONE, exercises.ExerciseOne.as_view()),
    path(f"{ONE}put/", exercises.ExercisePut.as_view()),
    path(f"{ONE}agree/", exercises.ExerciseAgree.as_view()),
    path(f"{ONE}cancel/", exercises.ExerciseCancel.as_view()),
    path(f"{ONE}scenario/", exercises.ExerciseScenario.as_view()),
    path(f"{ONE}people/", exercises.ExercisePeopleDoor.as_view()),
    path(f"{ONE}people/<int:pk>/remove/", exercises.ExercisePersonRemove.as_view()),
    path(f"{ONE}objectives/", exercises.ExerciseObjectives.as_view()),
    path(f"{OBJECTIVE}remove/", exercises.ExerciseObjectiveRemove.as_view()),
    path(f"{OBJECTIVE}mark/", playing.ObjectiveMarkDoor.as_view()),
    path(f"{ONE}injects/", exercises.InjectList.as_view()),
    path(INJECT, exercises.InjectOne.as_view()),
    path(f"{INJECT}remove/", exercises.InjectRemove.as_view()),
    path(f"{INJECT}release/", playing.InjectReleaseDoor.as_view()),
    path(f"{INJECT}jump/", playing.InjectJump.as_view()),
    path(f"{INJECT}tick/", playing.InjectTick.as_view()),
    path(f"{ONE}start/", playing.ExerciseStart.as_view()),
    path(f"{ONE}pause/", playing.ExercisePause.as_view()),
    path(f"{ONE}resume/", playing.ExerciseResume.as_view()),
    path(f"{ONE}stop/", playing.ExerciseStop.as_view()),
    path(f"{ONE}report/", playing.ExerciseReport.as_view()),
    path(f"{ONE}notes/", playing.ExerciseNotes.as_view()),
    path(f"{ONE}debrief/", playing.ExerciseDebrief.as_view()),
    path(f"{ONE}results/", playing.ExerciseResults.as_view()),
    path(f"{ONE}replay/", replays.ExerciseReplay.as_view()),
    path(f"{ONE}paper/", playing.ExercisePaper.as_view()),
]
