"""What the page of an officer's own duty shows. Reads only."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import now

from .access import may, roles_of
from .models import Absence, DutyShift, ShiftSwap, Unit, units
from .rota import has_rota, officers_for

MOST = 60


@dataclass
class OwnShift:
    """A shift of the officer that is not over.

    offer: to whom it is offered now; colleagues: to whom it could be, none once it has begun.
    """

    shift: DutyShift
    offer: ShiftSwap | None
    colleagues: list[Any] = field(default_factory=list)


def serving_at(user: Any) -> list[Unit]:
    """The units with a rota at which `user` may be on duty, those of the own postings first."""
    own = {unit.pk for _role, unit in roles_of(user)}
    at = [unit for unit in units().values() if has_rota(unit)]
    mine = [unit for unit in at if may(user, "acknowledge_alerts", unit)]
    return sorted(mine, key=lambda unit: unit.pk not in own)


def own_unit(user: Any) -> Unit | None:
    """Through whose rota the officer's own absences are entered; None for who serves nowhere."""
    return next((unit for unit in serving_at(user) if user in officers_for(unit)), None)


def own_shifts(user: Any) -> list[OwnShift]:
    """The next shifts of `user`, the present one first."""
    rows = DutyShift.objects.filter(
        booking__officer=user, cancelled_at=None, period__endswith__gt=now()
    )
    shifts = list(rows.select_related("unit", "booking__officer").order_by("period")[:MOST])
    offers = ShiftSwap.objects.open().filter(shift__in=shifts).select_related("to")
    offered = {offer.shift_id: offer for offer in offers}
    others = {
        unit: [officer for officer in officers_for(unit) if officer != user]
        for unit in {shift.unit for shift in shifts}
    }
    return [
        OwnShift(
            shift,
            offered.get(shift.pk),
            others[shift.unit] if shift.period.lower > now() else [],
        )
        for shift in shifts
    ]


def offered_to(user: Any) -> list[ShiftSwap]:
    """The shifts that others offer to `user`, the earliest first."""
    rows = ShiftSwap.objects.open().whole().filter(to=user)
    return list(rows.order_by("shift__period", "pk"))


def own_absences(user: Any) -> list[Absence]:
    """The absences of `user`, now and to come."""
    return list(Absence.objects.standing().filter(booking__officer=user))
