"""What takes an officer's time, in words. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from bordercoop.reference.sides import ZONE
from contactpoints.models import Booking

from .models import Activity

# What a booking is named after; the shift of a joint operation is one of the app above.
NAMED = ("taken_by__activity", "dutyshift__unit", "operation_shift__operation")


@dataclass(frozen=True)
class Clash:
    """Something that takes an officer's time: `what` is its name, without the ground of an
    absence; times are aware."""

    kind: str
    what: str
    starts_at: datetime
    ends_at: datetime
    zone: str

    @property
    def words(self) -> str:
        return in_words(self)


def clashes_of(
    officer: Any, period: DateTimeTZRange, *, apart_from: Activity | None = None
) -> list[Clash]:
    """What takes any of that time of an officer, the earliest first; one statement."""
    rows = Booking.objects.filter(officer=officer, cancelled_at=None, period__overlap=period)
    rows = rows.select_related("officer", *NAMED)
    rows = rows.order_by("period", "pk")
    found = []
    for booking in rows:
        taken = getattr(booking, "taken_by", None)
        if taken is not None and apart_from is not None and taken.activity_id == apart_from.pk:
            continue
        found.append(clash_of(booking))
    return found


def clashes_at(
    officers: Iterable[int], period: DateTimeTZRange, *, apart_from: Activity
) -> dict[int, list[Clash]]:
    """By officer (keys), what takes any of that time, another activity than `apart_from`; one
    statement."""
    rows = Booking.objects.filter(
        officer__in=officers, cancelled_at=None, period__overlap=period
    ).select_related("officer", *NAMED)
    found: dict[int, list[Clash]] = {}
    for booking in rows.order_by("period", "pk"):
        taken = getattr(booking, "taken_by", None)
        if taken is None or taken.activity_id != apart_from.pk:
            found.setdefault(booking.officer_id, []).append(clash_of(booking))
    return found


def clash_of(booking: Booking) -> Clash:
    """A booking in words; `officer`, `taken_by__activity` and `dutyshift__unit` are at hand."""
    what = _named(booking, getattr(booking, "taken_by", None))
    zone = ZONE.get(booking.officer.side, "UTC")
    return Clash(booking.kind, what, booking.period.lower, booking.period.upper, zone)


def _named(booking: Booking, taken: Any) -> str:
    if taken is not None:
        return f"{taken.activity.number} {taken.activity.title}"
    operation = getattr(booking, "operation_shift", None)
    if operation is not None:
        return f"{operation.operation.number} {operation.operation.title}"
    shift = getattr(booking, "dutyshift", None)
    if shift is not None:
        return _("duty at %(unit)s") % {"unit": shift.unit.name}
    return {
        Booking.Kind.ABSENCE: _("an absence"),
        Booking.Kind.DEPLOYMENT: _("a deployment"),
    }.get(Booking.Kind(booking.kind), _("another activity"))


def in_words(clash: Clash) -> str:
    """Such as "duty at Daugavpils contact point, 02.12.2026 08:00 - 20:00"."""
    first, last = (
        moment.astimezone(ZoneInfo(clash.zone)) for moment in (clash.starts_at, clash.ends_at)
    )
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%d.%m.%Y %H:%M}"
    return f"{clash.what}, {first:%d.%m.%Y %H:%M} – {until}"
