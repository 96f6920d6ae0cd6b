"""Addresses of exercises."""

from django.urls import path, register_converter

from .views import pages, playing, replays, writing


class ExerciseNumber:
    """Such as EXE-2026-00001."""

    regex = r"EXE-\d{4}-\d{5,7}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ExerciseNumber, "exercise")
ONE = "exercises/<exercise:number>/"

urlpatterns = [
    path("exercises/", pages.exercises, name="exercises"),
    path("exercises/new/", writing.exercise_new, name="exercise_new"),
    path("exercises/<uuid:uid>/", pages.exercise_by_uid, name="exercise_by_uid"),
    path("exercises/replay/<uuid:uid>/", replays.incident_replay, name="replay_of_incident"),
    path(
        "exercises/replay/<uuid:uid>/scenario/",
        replays.incident_scenario,
        name="scenario_of_incident",
    ),
    path(ONE, pages.exercise_page, name="exercise"),
    path(f"{ONE}change/", writing.exercise_change, name="exercise_change"),
    path(f"{ONE}injects/new/", writing.inject_new, name="inject_new"),
    path(f"{ONE}injects/<uuid:uid>/", writing.inject_change, name="inject_change"),
    path(f"{ONE}control/", playing.exercise_control, name="exercise_control"),
    path(f"{ONE}results/", playing.exercise_results, name="exercise_results"),
    path(f"{ONE}replay/", replays.exercise_replay, name="exercise_replay"),
    path(f"{ONE}report.pdf", playing.exercise_paper, name="exercise_paper"),
]
