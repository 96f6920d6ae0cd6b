"""The daily alarm about hours to come in which nobody is on duty."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import now

from bordercoop.audit.models import record
from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import post
from bordercoop.reference.sides import ZONE

from ..access import SERVICES, officers_with
from ..models import RotaCheck, units
from ..rota import SOON, gaps, has_rota

EVERY = timedelta(minutes=10)
# The day of the alarm begins at this hour of the side's own clock.
MORNING = timedelta(hours=7)
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def alarm_rota_gaps() -> int:
    """Write to whoever sets a rota with hours without anybody in the next 14 days; returns how many
    letters.

    That is the head of the point and headquarters of the side. One letter a day to each, from
    07:00 on, for all their rotas; a hole that opens later on a day without a letter is told within
    ten minutes. Safe in several processes at once; nothing but one read while it was done of late.
    """
    due = now() - EVERY
    known = RotaCheck.objects.filter(checked_at__gt=due)
    fresh = set(known.values_list("side", flat=True))
    return sum(_look_through(side, due) for side in SERVICES if side not in fresh)


@transaction.atomic
def _look_through(side: str, due: datetime) -> int:
    RotaCheck.objects.bulk_create([RotaCheck(side=side, checked_at=NEVER)], ignore_conflicts=True)
    rows = RotaCheck.objects.filter(side=side, checked_at__lte=due)
    check = rows.select_for_update(no_key=True, skip_locked=True).first()
    if check is None:
        return 0
    check.checked_at = now()
    check.save(update_fields=["checked_at"])
    at = [unit for unit in units().values() if unit.side == side and has_rota(unit)]
    missing = gaps(at, now() + SOON)
    lacking = [unit for unit in at if missing[unit.pk]]
    told: dict[int, Any] = {}
    for unit in lacking:
        told |= {officer.pk: officer for officer in officers_with("set_rota", unit)}
    day = (now().astimezone(ZoneInfo(ZONE[side])) - MORNING).date()
    letters = {f"rota_gaps:{day}:{officer.uid}": pk for pk, officer in sorted(told.items())}
    sent = Message.objects.filter(channel="rota_gaps", key__in=letters)
    new = letters.keys() - set(sent.values_list("key", flat=True))
    for key in sorted(new):
        post("rota_gaps", key, {"to": letters[key]})
    if new:
        codes = [unit.code for unit in lacking]
        record("rota.alarmed", "rota", by=None, trail=side, units=codes, letters=len(new))
    return len(new)
