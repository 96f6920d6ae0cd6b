"""Letters about activities: invitations and what calls them off, as iTIP that calendars take in."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from contactpoints.access import still_posted

from .answers_address import address_for
from .itip import message_for
from .models import Participation
from .models.people import SEATED


def send_activity_letter(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell an officer of a seat, of a change, or that it is called off.

    Looked up when it is sent: what holds then is told, and nothing to whose posting ended.
    """
    rows = Participation.objects.select_related("activity", "officer")
    part = rows.get(uid=payload["participation"])
    to = part.officer
    if not to.is_active or not still_posted(to):
        return
    if part.state not in (*SEATED, "withdrawn"):
        return
    with translation.override(to.language):
        method, calendar = message_for(part, organizer=address_for(part))
        context = {
            "to": to, "activity": part.activity, "called_off": method == "CANCEL",
            "by_mail": bool(settings.ANSWERS_ADDRESS),
            "address": address_of("activity", part.activity.number),
        }  # fmt: skip
        subject = render_to_string("training/activity_subject.txt", context).strip()
        body = render_to_string("training/activity_mail.txt", context)
    send_letter(
        to.email, subject, body, key=key, calendar=(method, calendar), reply_to=address_for(part)
    )
