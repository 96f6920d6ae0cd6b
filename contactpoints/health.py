"""What this app adds to the health page."""

from typing import Any

from django.db.models import Min
from django.utils.timezone import now

from .models import Alert, Delivery, Unit
from .watch import on_duty


def checks() -> dict[str, Any]:
    """`oldest_unacknowledged_s`: age in seconds of the oldest real alert that nobody acknowledged,
    null when there is none; `desks_without_duty`: codes of desks where nobody is on duty now."""
    waiting = Delivery.objects.open().filter(alert__status=Alert.Status.ACTUAL)
    oldest = waiting.aggregate(at=Min("queued_at"))["at"]
    desks = Unit.objects.filter(kind=Unit.Kind.DESK, retired_at=None)
    staffed = on_duty([desk.pk for desk in desks])
    return {
        "oldest_unacknowledged_s": round((now() - oldest).total_seconds()) if oldest else None,
        "desks_without_duty": [desk.code for desk in desks if desk.pk not in staffed],
    }
