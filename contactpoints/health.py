"""What this app adds to the health page."""

from typing import Any

from django.conf import settings
from django.db.models import Max, Min
from django.utils.timezone import now

from .lines import lines, open_breaks
from .models import Alert, Delivery, LineCheck, Unit
from .watch import on_duty


def checks() -> dict[str, Any]:
    """`oldest_unacknowledged_s`: age in seconds of the oldest real alert that nobody acknowledged,
    null when there is none; `desks_without_duty`: codes of desks where nobody is on duty now;
    `last_line_check_s`: seconds since the scheduler checked the lines last, null when it never did,
    a problem when two periods went by without; `broken_lines`: those that do not answer."""
    waiting = Delivery.objects.open().filter(alert__status=Alert.Status.ACTUAL)
    oldest = waiting.aggregate(at=Min("queued_at"))["at"]
    desks = Unit.objects.filter(kind=Unit.Kind.DESK, retired_at=None)
    staffed = on_duty([desk.pk for desk in desks])
    every = settings.LINE_CHECK_EVERY
    checked = LineCheck.objects.filter(period__isnull=False).aggregate(at=Max("at"))["at"]
    age = round((now() - checked).total_seconds()) if checked else None
    late = bool(every and age is not None and age > 2 * every and lines())
    return {
        "last_line_check_s": age,
        "broken_lines": [f"{one.caller.code}>{one.answerer.code}" for one in open_breaks()],
        "problems": ["last_line_check_s"] if late else [],
        "oldest_unacknowledged_s": round((now() - oldest).total_seconds()) if oldest else None,
        "desks_without_duty": [desk.code for desk in desks if desk.pk not in staffed],
    }
