"""What the codes of the audit trail mean where they are of the yearly plan of activities."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TRAINING_PLAN_VERBS: dict[str, Promise] = {
    "activity.tied": _("An activity was tied to a line of the joint plan"),
    "activity.untied": _("An activity was untied from the joint plan"),
    "year_plan.in_force": _("A joint plan came into force"),
    "year_plan.line_added": _("A line was added to a joint plan"),
    "year_plan.line_changed": _("A line of a joint plan was changed"),
    "year_plan.line_removed": _("A line was taken out of a joint plan"),
    "year_plan.opened": _("A joint plan was begun"),
    "year_plan.printed": _("A joint plan was printed"),
    "year_plan.put": _("A joint plan was put to both sides"),
    "year_plan.signed": _("A joint plan was signed for a side"),
    "year_plan.voided": _("A joint plan changed before both had signed; signatures are void"),
}
