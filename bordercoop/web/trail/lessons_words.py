"""What the codes of the audit trail mean: recommendations and contingency plans."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LESSONS_VERBS: dict[str, Promise] = {
    "activation.activated": _("A contingency plan was activated"),
    "activation.phase_begun": _("A phase of an active contingency plan began"),
    "activation.stood_down": _("A contingency plan was stood down"),
    "activation.tick_taken_back": _("A task of an active contingency plan was not done after all"),
    "activation.ticked": _("A task of an active contingency plan was done"),
    "contingency.approved": _("A contingency plan was approved for a side"),
    "contingency.begun": _("A contingency plan was begun"),
    "contingency.changed": _("The head of a contingency plan was changed"),
    "contingency.in_force": _("A contingency plan was approved by every side of it"),
    "contingency.part_removed": _("A part was taken out of a contingency plan"),
    "contingency.part_written": _("A part of a contingency plan was written"),
    "contingency.printed": _("A contingency plan was printed"),
    "contingency.put": _("A contingency plan was put to approval"),
    "contingency.retired": _("A contingency plan was put out of use"),
    "contingency.voided": _("A contingency plan changed; what was approved of it is void"),
    "recommendation.changed": _("A recommendation was changed"),
    "recommendation.confirmed": _("A recommendation was confirmed as done"),
    "recommendation.done": _("A recommendation was done"),
    "recommendation.in_hand": _("A recommendation was taken in hand"),
    "recommendation.not_accepted": _("A recommendation was not accepted"),
    "recommendation.open": _("A recommendation was opened again"),
    "recommendation.raised": _("A recommendation was raised"),
    "recommendation.tied": _("What a recommendation changed was written down"),
    "recommendation.untied": _("What a recommendation changed was taken away"),
}
