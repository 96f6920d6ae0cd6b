"""What the codes of the audit trail mean where they are of activities."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TRAINING_VERBS: dict[str, Promise] = {
    "activity.noted": _("An activity was noted down"),
    "activity.planned": _("An activity was put to those who take part"),
    "activity.changed": _("An activity was changed"),
    "activity.agreed": _("A side agreed to an activity"),
    "activity.agreement_taken_back": _("A side took back its agreement to an activity"),
    "activity.invited": _("Invitations to an activity were sent"),
    "activity.nominations": _("Nominations for an activity were opened"),
    "activity.confirmed": _("An activity was confirmed"),
    "activity.running": _("An activity began"),
    "activity.held": _("An activity was held"),
    "activity.evaluated": _("The evaluation of an activity was closed"),
    "activity.reported": _("An activity was reported"),
    "activity.postponed": _("An activity was postponed"),
    "activity.cancelled": _("An activity was cancelled"),
    "activity.session_added": _("An item was put on the programme of an activity"),
    "activity.session_changed": _("An item on the programme of an activity was changed"),
    "activity.session_removed": _("An item was taken out of the programme of an activity"),
    "activity.file_added": _("A document was added to an activity"),
    "activity.file_removed": _("A document was taken from an activity"),
    "participation.nominated": _("An officer was nominated for an activity"),
    "participation.approved": _("A nomination for an activity was approved"),
    "participation.invited": _("An officer was given a seat at an activity"),
    "participation.accepted": _("An invitation to an activity was accepted"),
    "participation.tentative": _("An invitation to an activity was accepted tentatively"),
    "participation.declined": _("An invitation to an activity was declined"),
    "participation.waitlisted": _("An officer was put on the waiting list of an activity"),
    "participation.withdrawn": _("A nomination for an activity was withdrawn"),
    "participation.attended": _("Attendance at an activity was written down"),
    "participation.no_show": _("It was written down that an officer did not come to an activity"),
    "participation.certified": _("A certificate of an activity was made"),
}
