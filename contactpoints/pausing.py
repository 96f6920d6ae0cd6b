"""Where the exchange is paused, by whom and until when. Reads only."""

from collections.abc import Iterable
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


def held_for(ref: str) -> list[HeldRelease]:
    """The releases of something that wait for the end of a pause, for its owner."""
    return list(HeldRelease.objects.about(ref).open().select_related("desk__desk", "by"))
