"""Invitations as iTIP (RFC 5546) by the icalendar library: made here, read in
`answer_letters.py`."""

from datetime import UTC
from typing import Any

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext as _

from .models import Activity, Participation, TimeProposal

PARTSTAT = {
    "accepted": "ACCEPTED",
    "tentative": "TENTATIVE",
    "declined": "DECLINED",
}


def uid_of(activity: Activity) -> str:
    return f"{activity.uid}@bordercoop"


def is_called_off(part: Participation) -> bool:
    return part.state == "withdrawn" or part.activity.state in ("postponed", "cancelled")


def message_for(
    part: Participation, *, organizer: str, declined: TimeProposal | None = None
) -> tuple[str, bytes]:
    """(method, iCalendar) of what an invited officer has to hear: REQUEST with a seat, else CANCEL;
    DECLINECOUNTER where the time that the officer proposed was `declined`. In the active language,
    times in UTC; `organizer` is the address to which answers go."""
    # Slow to import, and nothing but letters needs it.
    from icalendar import vCalAddress, vText

    activity = part.activity
    called_off = is_called_off(part)
    method = "CANCEL" if called_off else "REQUEST"
    event = event_of(activity)
    if declined is not None:
        # Why is read in the portal: a reason is not for the mail servers on the way.
        method = "DECLINECOUNTER"
        event.add("comment", _("The time stays as it is."))
    event.add("sequence", activity.sequence)
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    by = vCalAddress(f"mailto:{organizer}")
    by.params["cn"] = vText("BorderCoop")
    event["organizer"] = by
    to = vCalAddress(f"mailto:{part.officer.email}")
    to.params["cn"] = vText(part.officer.display_name)
    to.params["role"] = vText("REQ-PARTICIPANT")
    to.params["partstat"] = vText(PARTSTAT.get(part.state, "NEEDS-ACTION"))
    to.params["rsvp"] = vText("TRUE" if method == "REQUEST" else "FALSE")
    event.add("attendee", to, encode=False)
    return method, calendar_with(event, method)


def published(activity: Activity) -> bytes:
    """One activity as a calendar file, without a name of anybody."""
    event = event_of(activity)
    event.add("sequence", activity.sequence)
    if activity.state in ("postponed", "cancelled"):
        event.add("status", "CANCELLED")
    return calendar_with(event, "PUBLISH")


def event_of(activity: Activity) -> Any:
    """What and where and when; times in UTC, words in the active language."""
    from icalendar import Event

    event = Event()
    event.add("uid", uid_of(activity))
    event.add("dtstamp", now().astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", activity.starts_at.astimezone(UTC))
    event.add("dtend", activity.ends_at.astimezone(UTC))
    event.add("summary", activity.title)
    event.add("location", activity.place)
    event.add("class", "PRIVATE")
    event.add("url", f"{settings.BASE_URL.rstrip('/')}/activities/{activity.number}/")
    event.add("description", _("Read the programme in the portal."))
    return event


def calendar_with(event: Any, method: str) -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//BorderCoop//Activities//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
