"""Where the exchange is paused, by whom and until when. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import Refused
from bordercoop.web.clocks import written

from .access import units_where
from .lines import lines
from .models import ContactPoint, ExchangePause, HeldRelease, Unit, units

# The severity whose alerts are P1: a pause never stops it.
EMERGENCY = 4


def standing() -> list[ExchangePause]:
    """Every pause in force, in the order in which they end. One statement."""
    rows = ExchangePause.objects.standing().select_related("point", "by")
    return list(rows.order_by("until", "pk"))


def whole_points_paused() -> set[int]:
    """Ids of points at which everything is paused by either side."""
    rows = ExchangePause.objects.standing().filter(category="")
    return set(rows.values_list("point_id", flat=True))


def pause_for(desk: Unit, category: str, pauses: Iterable[ExchangePause]) -> ExchangePause | None:
    """Of `pauses` the one that holds a release of this category to the desk the longest."""
    found = [p for p in pauses if p.point_id == desk.desk.point_id and p.covers(category)]
    return max(found, key=lambda pause: pause.until, default=None)


def pauses_at(desks: Iterable[Unit]) -> list[ExchangePause]:
    """Of the pauses in force those that stop everything at the points of these desks."""
    known = units()
    points = {known[desk.code].desk.point_id for desk in desks}
    if not points:
        return []
    return [pause for pause in standing() if pause.point_id in points and not pause.category]


def refuse_while_paused(desk: Unit, *, side: str, category: str) -> None:
    """Raise Refused when what `side` would give to the desk cannot wait and the exchange is paused
    there."""
    if desk.side == side or not hasattr(desk, "desk"):
        return
    if pause := pause_for(desk, category, standing()):
        raise Refused(
            _("The exchange with %(desk)s is paused until %(until)s. Do it when the pause is over.")
            % {"desk": desk.name, "until": written(pause.until, side)},
            code="paused",
        )


def own_desks_at(point: ContactPoint, side: str) -> list[Unit]:
    """A side's desks that take part in a point: at its end, or at the other end of its lines."""
    here = {
        unit.pk: unit
        for unit in units().values()
        if unit.kind == Unit.Kind.DESK
        and unit.retired_at is None
        and hasattr(unit, "desk")
        and unit.desk.point_id == point.pk
    }
    own = [unit for unit in here.values() if unit.side == side]
    return own or [
        caller for caller, answerer in lines() if answerer.pk in here and caller.side == side
    ]


def may_pause(user: Any, point: ContactPoint) -> bool:
    """Whether `user` may pause the exchange at a point for the own side, and lift that again."""
    mine = units_where(user, "set_rota")
    return any(desk.pk in mine for desk in own_desks_at(point, user.side))


def paused_for(desks: Iterable[Unit], *, side: str, category: str) -> list[Unit]:
    """Of the desks those of another side than `side` to which nothing but an emergency goes now."""
    across = [desk for desk in desks if desk.side != side]
    pauses = standing() if across else []
    known = units() if pauses else {}
    return [d for d in across if pauses and pause_for(known[d.code], category, pauses)]


def held_for(ref: str) -> list[HeldRelease]:
    """The releases of something that wait for the end of a pause, for its owner."""
    rows = HeldRelease.objects.about(ref).open().releases()
    return list(rows.select_related("desk__desk", "by"))


@dataclass
class Waiting:
    """What waits; `until` is None when the pause is over and the desk cannot be told yet."""

    held: HeldRelease
    until: datetime | None


def waiting(rows: Iterable[HeldRelease]) -> list[Waiting]:
    """Held decisions with the end of the pause that holds each."""
    rows = list(rows)
    pauses, known = (standing(), units()) if rows else ([], {})
    found = []
    for held in rows:
        pause = pause_for(known[held.desk.code], held.category, pauses)
        found.append(Waiting(held, pause.until if pause else None))
    return found


def waiting_updates(ref: str) -> list[Waiting]:
    """The updates of alerts about something that wait for the end of a pause, oldest first."""
    rows = HeldRelease.objects.about(ref).open().updates()
    return waiting(rows.select_related("desk__desk", "by"))
