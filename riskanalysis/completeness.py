"""Which days of which side have arrived. Reads only; docs/indicators.md.

A day has arrived when it is over and its side summed it up (`incidents.Summary` of the day). What
happened before the first such summary is taken as it stands: nobody watched over it then.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Min
from django.utils.timezone import localdate, now

from bordercoop.reference.sides import ZONE
from contactpoints.access import SERVICES
from contactpoints.models import ExchangePause
from incidents.models import Summary

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Arrived:
    """The days of one side in a period of its calendar. `since`: the first that it summed up."""

    side: str
    days: int
    missing: tuple[date, ...]
    running: tuple[date, ...]
    since: date | None = None
    paused: bool = False

    @property
    def left_out(self) -> frozenset[date]:
        return frozenset((*self.missing, *self.running))

    @property
    def here(self) -> int:
        return self.days - len(self.left_out)


def arrived(
    first: date, last: date, *, sides: Iterable[str], reader: str, at: datetime | None = None
) -> list[Arrived]:
    """What of each side's days from `first` to `last` has arrived for a reader of the side
    `reader`; two statements.

    While all exchange of a point is paused, what the other side reports does not come: its days
    since the beginning of the pause are missing too.
    """
    at, sides = at or now(), list(sides)
    days = Summary.objects.filter(kind=Summary.Kind.DAY)
    known = set(days.filter(period__range=(first, last)).values_list("side", "period"))
    since = dict(days.values("side").annotate(since=Min("period")).values_list("side", "since"))
    paused = _paused_since(at) if any(side != reader for side in sides) else None
    found = []
    for side in sides:
        today = localdate(at, ZoneInfo(ZONE[side]))
        held = None
        if paused is not None and side != reader and reader in SERVICES:
            held = localdate(paused, ZoneInfo(ZONE[side]))
        missing, running = [], []
        for day in _days(first, last):
            if day >= today:
                running.append(day)
            elif held is not None and day >= held:  # noqa: SIM114
                missing.append(day)
            elif _watched(since.get(side), day) and (side, day) not in known:
                missing.append(day)
        found.append(
            Arrived(side, (last - first).days + 1, tuple(missing), tuple(running), since.get(side),
                    held is not None and held <= last)
        )  # fmt: skip
    return found


def _watched(since: date | None, day: date) -> bool:
    return since is not None and day >= since


def _paused_since(at: datetime) -> datetime | None:
    whole = ExchangePause.objects.standing().filter(category="")
    return whole.aggregate(since=Min("starts_at"))["since"]


def _days(first: date, last: date) -> Iterable[date]:
    return (first + n * DAY for n in range((last - first).days + 1))


@dataclass(frozen=True)
class Week:
    """A week from its Monday: how many incidents its `days` have that have arrived of all sides
    that are counted. Of a week without such days nothing is known: `count` is None."""

    start: date
    count: int | None
    days: int
    left_out: tuple[date, ...] = field(default=())

    @property
    def whole(self) -> bool:
        return self.days == 7

    @property
    def number(self) -> int:
        return self.start.isocalendar().week
