"""What the codes of the audit trail mean where they are of courses."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COURSE_VERBS: dict[str, Promise] = {
    "activity.course_chosen": _("The course of an activity was chosen"),
    "activity.listed_nominated": _("Officers to be trained again were nominated"),
    "activity.retraining_planned": _("The training of officers in a new version was planned"),
    "course.agreed": _("A side agreed to a course"),
    "course.changed": _("A course was changed"),
    "course.drafted": _("A course was drafted"),
    "course.retired": _("A course is not given any more"),
    "material.added": _("A material was added to the library"),
    "material.changed": _("A material of the library was changed"),
    "material.removed": _("A material was taken from the library"),
    "material.version_added": _("A version of a material was added"),
    "trainer.added": _("A trainer came into the pool"),
    "trainer.changed": _("What a trainer teaches was changed"),
    "trainer.left": _("A trainer left the pool"),
    "course.waived": _("A version was said to need no new training"),
}
