"""Letters about activities: invitations, changes, what calls them off, reminders, as iTIP that
calendars take in."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from contactpoints.access import still_posted

from .answers_address import address_for
from .itip import is_called_off, message_for
from .models import Participation, TimeProposal
from .models.people import SEATED

# Who is reminded: asked and silent, or coming.
REMINDED = ("invited", "accepted", "tentative")


def send_activity_letter(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell an officer of a seat, of a change, that it is called off, that the time
    that was proposed is declined, or that the day comes near.

    Looked up when it is sent: what holds then is told, and nothing to whose posting ended.
    """
    rows = Participation.objects.select_related("activity", "officer")
    part = rows.get(uid=payload["participation"])
    to = part.officer
    if not to.is_active or not still_posted(to):
        return
    if part.state not in (*SEATED, "withdrawn"):
        return
    again = rows.filter(activity=part.activity, officer=to, state__in=SEATED)
    if part.state == "withdrawn" and again.exists():
        return  # one UID in the calendar: what calls the old seat off would call off the new one
    remind, declined = payload.get("remind", ""), None
    if remind and (part.state not in REMINDED or is_called_off(part)):
        return
    if asked := payload.get("declined"):
        declined = TimeProposal.objects.get(uid=asked)
    with translation.override(to.language):
        method, calendar = message_for(part, organizer=address_for(part), declined=declined)
        context = {
            "to": to, "activity": part.activity, "about": _about(part, payload, method),
            "remind": remind, "silent": part.state == "invited",
            "by_mail": bool(settings.ANSWERS_ADDRESS),
            "address": address_of("activity", part.activity.number),
        }  # fmt: skip
        subject = render_to_string("training/activity_subject.txt", context).strip()
        body = render_to_string("training/activity_mail.txt", context)
    send_letter(
        to.email, subject, body, key=key, reply_to=address_for(part),
        # A reminder is for the reader: the calendar has it already.
        calendar=None if remind else (method, calendar),
    )  # fmt: skip


def _about(part: Participation, payload: dict[str, Any], method: str) -> str:
    """seat, changed, again (changed and asked anew), called_off, declined or remind."""
    if payload.get("remind"):
        return "remind"
    if method == "DECLINECOUNTER":
        return "declined"
    if method == "CANCEL":
        return "called_off"
    if payload.get("changed"):
        return "again" if part.state == "invited" else "changed"
    return "seat"
