"""The shifts of joint operations in an officer's own calendar (contactpoints/calendars.py). Reads
only."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from icalendar import Event

from .models import OperationShift
from .operation_papers import place_name

MOST = 500


def events_of(officer: Any, since: datetime) -> list[Any]:
    """Shifts of the officer that end after `since`. Nobody else's name."""
    rows = OperationShift.objects.standing().filter(
        booking__officer=officer.pk, booking__period__endswith__gt=since
    )
    found = []
    for shift in rows.select_related("booking", "operation").order_by("booking__period")[:MOST]:
        event = Event()
        event.add("uid", f"{shift.uid}@bordercoop")
        event.add("dtstamp", shift.at.astimezone(UTC))
        event.add("dtstart", shift.starts_at.astimezone(UTC))
        event.add("dtend", shift.ends_at.astimezone(UTC))
        event.add("summary", _("Shift of %(operation)s") % {"operation": shift.operation.number})
        event.add("location", place_name(shift.place))
        found.append(event)
    return found
