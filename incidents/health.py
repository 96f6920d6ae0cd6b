"""What this app adds to the health page."""

from typing import Any

from django.db.models import Min
from django.utils.timezone import now

from .models import Purge

# It runs once a day, and goes on with what was stopped half-way.
PURGE_LATE_SECONDS = 26 * 3600


def checks() -> dict[str, Any]:
    """`unfinished_purge_s`: age in seconds of the oldest purge without a certificate, null when
    every one ended; a problem when the daily run that should have ended it has passed."""
    begun = Purge.objects.filter(finished_at=None).aggregate(at=Min("at"))["at"]
    age = round((now() - begun).total_seconds()) if begun else None
    late = age is not None and age > PURGE_LATE_SECONDS
    return {"unfinished_purge_s": age, "problems": ["unfinished_purge_s"] if late else []}
