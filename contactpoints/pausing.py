"""Where the exchange is paused, by whom and until when. Reads only."""

from collections.abc import Iterable
from typing import Any

from .access import units_where
from .lines import lines
from .models import ContactPoint, ExchangePause, HeldRelease, Unit, units

RIGHT = "set_rota"


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


def held_for(ref: str) -> list[HeldRelease]:
    """The releases of something that wait for the end of a pause, for its owner."""
    return list(HeldRelease.objects.about(ref).open().select_related("desk__desk", "by"))
