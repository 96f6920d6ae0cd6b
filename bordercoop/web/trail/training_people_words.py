"""What the codes of the audit trail mean where they are of letters and travel of activities."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TRAINING_PEOPLE_VERBS: dict[str, Promise] = {
    "participation.letter_outdated": _("An answer by letter was about an earlier time"),
    "participation.letter_proposed": _("An invited officer proposed another time by letter"),
    "participation.letter_refused": _("An answer by letter was not possible any more"),
    "participation.letter_settled": _("A letter that could not be taken was looked after"),
    "participation.letter_unread": _("A letter with an answer could not be read"),
    "participation.time_declined": _("A proposed time was declined"),
    "participation.travel_written": _("Travel of an officer was written"),
}
