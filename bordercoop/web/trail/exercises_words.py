"""What the codes of the audit trail mean where they are of exercises."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EXERCISE_VERBS: dict[str, Promise] = {
    "exercise.agreed": _("A side agreed to an exercise"),
    "exercise.cancelled": _("An exercise was given up"),
    "exercise.changed": _("An exercise was changed"),
    "exercise.debriefed": _("A sentence was added to the debrief of an exercise"),
    "exercise.from_incident": _("An exercise was planned from the replay of an incident"),
    "exercise.inject_added": _("An inject was added to an exercise"),
    "exercise.inject_changed": _("An inject of an exercise was changed"),
    "exercise.inject_failed": _("An inject of an exercise could not be sent"),
    "exercise.inject_released": _("An inject of an exercise was released"),
    "exercise.inject_removed": _("An inject was taken out of an exercise"),
    "exercise.jumped": _("The clock of an exercise was set on to an inject"),
    "exercise.noted": _("Something seen in an exercise was noted"),
    "exercise.objective_added": _("An objective was added to an exercise"),
    "exercise.objective_marked": _("An objective of an exercise was marked"),
    "exercise.objective_removed": _("An objective was taken out of an exercise"),
    "exercise.paused": _("An exercise was paused"),
    "exercise.person_named": _("An officer was given a part in an exercise"),
    "exercise.person_removed": _("An officer was taken out of an exercise"),
    "exercise.planned": _("An exercise was planned"),
    "exercise.printed": _("The report of an exercise was printed"),
    "exercise.put": _("An exercise was put to both sides"),
    "exercise.reported": _("The evaluation of an exercise was closed"),
    "exercise.running": _("The clock of an exercise was started"),
    "exercise.scenario_used": _("An exercise took the scenario of another one"),
    "exercise.step_ticked": _("A step of an inject was ticked as done"),
    "exercise.stopped": _("An exercise was stopped"),
}
