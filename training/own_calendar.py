"""The activities of an officer's own calendar (contactpoints/calendars.py). Reads only."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from .itip import event_of
from .models import Participation, ProgrammeSession
from .models.people import SEATED

MOST = 500
STANDING = ("idea", "cancelled", "postponed")


def events_of(officer: Any, since: datetime) -> list[Any]:
    """Activities in which the officer has a seat, and sessions in which the officer speaks or
    interprets, that end after `since`. Nobody else's name."""
    seats = Participation.objects.filter(
        officer=officer.pk, state__in=SEATED, activity__period__endswith__gt=since
    )
    parts = seats.exclude(activity__state__in=STANDING).select_related("activity")
    found = []
    for part in parts.order_by("activity__period", "pk")[:MOST]:
        event = event_of(part.activity)
        event.add("status", "CONFIRMED" if part.state == "accepted" else "TENTATIVE")
        found.append(event)
    rows = ProgrammeSession.objects.standing().exclude(activity__state__in=STANDING)
    rows = rows.filter(period__endswith__gt=since)
    mine = rows.filter(speaker=officer.pk) | rows.filter(interpreter=officer.pk)
    for session in mine.select_related("activity").order_by("period", "pk")[:MOST]:
        event = event_of(session.activity)
        speaks = session.speaker_id == officer.pk
        words = _("You speak: %(title)s") if speaks else _("You interpret: %(title)s")
        for name, value in (
            ("uid", f"{session.uid}@bordercoop"),
            ("dtstart", session.starts_at.astimezone(UTC)),
            ("dtend", session.ends_at.astimezone(UTC)),
            ("summary", words % {"title": session.title}),
        ):
            event.pop(name, None)
            event.add(name, value)
        found.append(event)
    return found
