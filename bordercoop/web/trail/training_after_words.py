"""What the codes of the audit trail mean where they are of attendance and certificates."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TRAINING_AFTER_VERBS: dict[str, Promise] = {
    "activity.attendance_written": _("It was written down who came to an activity"),
    "activity.attendance_closed": _("The list of who came to an activity was closed"),
    "activity.certificate_rule": _("The share of days for certificates of an activity was set"),
    "activity.evaluation_answered": _("Somebody answered the evaluation of an activity"),
    "certificate.issued": _("A certificate of an activity was issued"),
    "certificate.revoked": _("A certificate of an activity was revoked"),
    "participation.here": _("An officer said to be here at an activity"),
}
