"""The secret address under which an officer's own calendar program reads the duties."""

import secrets
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from bordercoop.audit.models import record

from ..calendars import digest_of
from ..models import CalendarFeed


@transaction.atomic
def renew_calendar(*, by: Any) -> str:
    """Make the secret part of the officer's calendar address anew, and return it this one time.

    The address before it leads nowhere from now on. Only a hash is kept.
    """
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        officer=by, defaults={"digest": digest_of(secret), "made_at": now()}
    )
    record("calendar.renewed", f"user:{by.username}", by=by)
    return secret


@transaction.atomic
def close_calendar(*, by: Any) -> None:
    """Let the officer's calendar address lead nowhere. Closed twice is closed once."""
    gone, _rows = CalendarFeed.objects.filter(officer=by).delete()
    if gone:
        record("calendar.closed", f"user:{by.username}", by=by)
