"""Invitations as iTIP (RFC 5546) by the icalendar library: made here, read in `answers.py`."""

from datetime import UTC

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext as _

from .models import Activity, Participation

PARTSTAT = {
    "accepted": "ACCEPTED",
    "tentative": "TENTATIVE",
    "declined": "DECLINED",
}


def uid_of(activity: Activity) -> str:
    return f"{activity.uid}@bordercoop"


def message_for(part: Participation, *, organizer: str) -> tuple[str, bytes]:
    """(method, iCalendar) of what an invited officer has to hear: REQUEST with a seat, else CANCEL.
    In the active language, times in UTC; `organizer` is the address to which answers go."""
    # Slow to import, and nothing but letters needs it.
    from icalendar import Calendar, Event, vCalAddress, vText

    activity = part.activity
    called_off = part.state == "withdrawn" or activity.state in ("postponed", "cancelled")
    method = "CANCEL" if called_off else "REQUEST"
    calendar = Calendar()
    calendar.add("prodid", "-//BorderCoop//Activities//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", uid_of(activity))
    event.add("sequence", activity.sequence)
    event.add("dtstamp", now().astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", activity.starts_at.astimezone(UTC))
    event.add("dtend", activity.ends_at.astimezone(UTC))
    event.add("summary", activity.title)
    event.add("location", activity.place)
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("url", f"{settings.BASE_URL.rstrip('/')}/activities/{activity.number}/")
    event.add("description", _("Read the programme in the portal."))
    by = vCalAddress(f"mailto:{organizer}")
    by.params["cn"] = vText("BorderCoop")
    event["organizer"] = by
    to = vCalAddress(f"mailto:{part.officer.email}")
    to.params["cn"] = vText(part.officer.display_name)
    to.params["role"] = vText("REQ-PARTICIPANT")
    to.params["partstat"] = vText(PARTSTAT.get(part.state, "NEEDS-ACTION"))
    to.params["rsvp"] = vText("FALSE" if called_off else "TRUE")
    event.add("attendee", to, encode=False)
    calendar.add_component(event)
    return method, calendar.to_ical()
