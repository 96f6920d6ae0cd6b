"""An officer's duties as a calendar that other programs subscribe to. Reads only."""

import hashlib
from datetime import UTC, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.access.models import User

from .models import DutyShift, Posting
from .rota import posted_times, within

BACK = timedelta(days=31)
MOST = 500
# Calendar programs ask again about this often.
REFRESH = timedelta(hours=1)


def digest_of(secret: str) -> str:
    """What is kept of the secret part of an address."""
    return hashlib.sha256(secret.encode()).hexdigest()


def officer_of(secret: str) -> User | None:
    """Whose calendar a secret address is; None for a wrong or renewed one, of an account that is
    switched off, and from the end of the last posting on."""
    posted = Posting.objects.active().filter(officer=OuterRef("pk"))
    rows = User.objects.filter(Exists(posted), calendar__digest=digest_of(secret), is_active=True)
    return rows.first()


def shifts_of(officer: Any) -> list[DutyShift]:
    """The shifts of the last 31 days and those to come that a posting covers at least in part."""
    rows = DutyShift.objects.filter(
        booking__officer=officer, cancelled_at=None, period__endswith__gt=now() - BACK
    )
    shifts = list(rows.select_related("unit__place").order_by("period", "pk")[:MOST])
    times = posted_times({shift.unit for shift in shifts})
    return [
        shift
        for shift in shifts
        if within(
            times.get((shift.unit_id, officer.pk), []), (shift.period.lower, shift.period.upper)
        )
    ]


def calendar_of(officer: Any) -> bytes:
    """The officer's duties, and what else apps above know of, as iCalendar (RFC 5545) in the
    officer's language, all times in UTC.

    Nothing but where and when, and as what: no other names, no alerts.
    """
    # Slow to import, and nothing but this address needs it.
    from icalendar import Calendar, Event

    moment = now().astimezone(UTC).replace(microsecond=0)
    with translation.override(officer.language):
        calendar = Calendar()
        calendar.add("prodid", "-//BorderCoop//Duty rota//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", _("Duty"))
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
        for shift in shifts_of(officer):
            event = Event()
            event.add("uid", f"{shift.uid}@bordercoop")
            event.add("dtstamp", moment)
            event.add("dtstart", shift.period.lower.astimezone(UTC))
            event.add("dtend", shift.period.upper.astimezone(UTC))
            event.add(
                "summary",
                pgettext("calendar", "Duty: %(unit)s (%(rank)s)")
                % {"unit": shift.unit.name, "rank": shift.get_rank_display()},
            )
            if shift.unit.place is not None:
                event.add("location", shift.unit.place.name)
            event.add("class", "PRIVATE")
            calendar.add_component(event)
        for name in settings.CALENDAR_SOURCES:
            for event in import_string(name)(officer, now() - BACK):
                calendar.add_component(event)
        return calendar.to_ical()
