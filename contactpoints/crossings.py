"""Crossing points now and lately, as both sides say: open or not, and how long one waits.

Reads only. Whoever is signed in may read it; a side that has said nothing is shown as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Avg, Count, DateTimeField, F, Func, Max, Value
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.reference.models import OPENABLE, Place, PlaceStatus, usable_places
from bordercoop.reference.sides import ZONE, Side
from bordercoop.web.clocks import duration

from .listing import Opening, openings, sides_for
from .models import LANES_OF, Direction, Lane, WaitingTime

# What was said longer ago is history, not even an old word.
LOOKED_BACK = timedelta(days=7)
MODES = ("road", "rail", "air")
HOUR = timedelta(hours=1)
# Over how long back, and in what steps: (span, step).
PERIODS = {
    "24h": (timedelta(hours=24), HOUR),
    "7d": (timedelta(days=7), 6 * HOUR),
    "90d": (timedelta(days=90), timedelta(days=1)),
}


def heading(side: str, direction: str) -> str:
    """The side that travellers come from: entry to one side is exit from the other."""
    other = Side.BY if side == Side.LV else Side.LV
    return side if direction == Direction.EXIT else other


@dataclass(frozen=True)
class Wait:
    """What a side says of a lane now; `old` where it said so too long ago to be the present."""

    row: WaitingTime
    at: datetime

    @property
    def age(self) -> timedelta:
        return max(self.at - self.row.observed_at, timedelta())

    @property
    def old(self) -> bool:
        return self.age > timedelta(minutes=settings.WAITING_OLD_AFTER)

    @property
    def long(self) -> bool:
        """Long enough that both sides are told."""
        minutes = self.row.minutes
        known = minutes is not None and not self.old
        return known and minutes >= settings.WAITING_LONG[self.row.lane]  # type: ignore[operator]

    @property
    def seconds(self) -> int | None:
        return self.row.seconds

    @property
    def frm(self) -> str:
        return heading(self.row.side, self.row.direction)


@dataclass
class Crossing:
    """A place that opens and closes: `opening` with what both sides say of that, the reader's own
    first, and what each says of waiting, by lane."""

    opening: Opening
    waits: Mapping[str, list[Wait]] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return self.opening.place

    @property
    def views(self) -> list[tuple[Any, list[Wait]]]:
        """(listing.View, what that side says of waiting) of both."""
        return [(view, self.waits.get(view.side, [])) for view in self.opening.views]

    @property
    def not_fully_open(self) -> bool:
        """A side says so; where both are silent nothing is known."""
        said = (view.status for view in self.opening.views)
        return any(one is not None and one.state != PlaceStatus.State.OPEN for one in said)

    @property
    def long_waits(self) -> list[Wait]:
        return [wait for rows in self.waits.values() for wait in rows if wait.long]

    @property
    def differences(self) -> list[str]:
        """Where the two sides do not say the same, in whole sentences."""
        found = [self._of_opening()] if self.opening.differ else []
        first, second = (view.side for view in self.opening.views)
        if self.place.kind != Place.Kind.AIRPORT:
            there = {
                (wait.frm, wait.row.lane): wait
                for wait in self.waits.get(second, [])
                if not wait.old
            }
            for wait in self.waits.get(first, []):
                other = there.get((wait.frm, wait.row.lane))
                if other is not None and not wait.old and _apart(wait, other):
                    found.append(_of_waiting(wait, other))
        return found

    def _of_opening(self) -> str:
        one, other = self.opening.views
        assert one.status is not None
        assert other.status is not None
        return _("%(one)s says: %(this)s. %(other)s says: %(that)s.") % {
            "one": Side(one.side).label,
            "this": one.status.get_state_display(),
            "other": Side(other.side).label,
            "that": other.status.get_state_display(),
        }


def _apart(one: Wait, other: Wait) -> bool:
    if one.row.minutes is None or other.row.minutes is None:
        return False
    return abs(one.row.minutes - other.row.minutes) >= settings.WAITING_DIFFERS_BY


def _of_waiting(one: Wait, other: Wait) -> str:
    sentence = (
        _("From Latvia to Belarus, %(lane)s: %(one)s says %(this)s, %(other)s says %(that)s.")
        if one.frm == Side.LV
        else _("From Belarus to Latvia, %(lane)s: %(one)s says %(this)s, %(other)s says %(that)s.")
    )
    return sentence % {
        "lane": one.row.get_lane_display(),
        "one": Side(one.row.side).label,
        "this": duration(one.seconds or 0),
        "other": Side(other.row.side).label,
        "that": duration(other.seconds or 0),
    }


def crossings(
    user: Any, places: Iterable[Place] | None = None, *, since: datetime | None = None
) -> list[Crossing]:
    """The places in use that open and close, or those of `places`, as both sides say now, with the
    waiting times seen after `since` (seven days ago). Two statements, however many they are."""
    if places is None:
        places = usable_places()
    found = openings(places, user)
    waits = waits_of((opening.place for opening in found), since)
    return [Crossing(opening, waits.get(opening.place.pk, {})) for opening in found]


def of_the_present() -> datetime:
    """What was seen before is old (`Wait.old`): no news for a tile or the console's line."""
    return now() - timedelta(minutes=settings.WAITING_OLD_AFTER)


def waits_of(
    places: Iterable[Place], since: datetime | None = None
) -> dict[int, dict[str, list[Wait]]]:
    """Place id -> side -> the newest of each direction and lane, in their order."""
    at = now()
    rows = WaitingTime.objects.standing().filter(
        place__in=[place.pk for place in places], observed_at__gt=since or at - LOOKED_BACK
    )
    found: dict[int, dict[str, list[Wait]]] = {}
    for row in rows.newest_of_lanes().select_related("recorded_by"):
        found.setdefault(row.place_id, {}).setdefault(row.side, []).append(Wait(row, at))
    order = {lane: n for n, lane in enumerate(Lane.values)}
    for sides in found.values():
        for waits in sides.values():
            waits.sort(key=lambda wait: (wait.row.direction, order[wait.row.lane]))
    return found


def now_of(codes: Iterable[str], user: Any) -> list[Crossing]:
    """How it is now at the crossing points with these codes, for the page of a risk or an event:
    `{% include "contactpoints/crossings/_now.html" with crossings=... %}`."""
    rows = Place.objects.filter(code__in=list(codes), kind__in=OPENABLE, retired_at=None)
    return crossings(user, rows)


def asked_for(rows: list[Crossing], query: Mapping[str, Any]) -> tuple[list[Crossing], str, bool]:
    """Those of a mode and, with `show=not_open`, only those that are not fully open: (rows, mode,
    whether only those)."""
    mode = str(query.get("mode") or "")
    mode = mode if mode in MODES else ""
    only = query.get("show") == "not_open"
    found = [
        row
        for row in rows
        if (not mode or row.place.mode == mode) and (not only or row.not_fully_open)
    ]
    return found, mode, only


@dataclass(frozen=True)
class Span:
    """A time that ends now, in steps that begin on the reader's own clock."""

    period: str
    starts: datetime
    step: timedelta
    ends: datetime

    @property
    def steps(self) -> list[datetime]:
        found, at = [], self.starts
        while at < self.ends:
            found.append(at)
            at += self.step
        return found


def span_of(period: str, side: str) -> Span:
    """The steps of a period; they begin at full hours, six hours or days of the side's clock."""
    period = period if period in PERIODS else "24h"
    (whole, step), at = PERIODS[period], now()
    local = at.astimezone(ZoneInfo(ZONE.get(side, ZONE[Side.LV])))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)
    last = midnight + (at - midnight) // step * step
    return Span(period, last - whole + step, step, at)


@dataclass(frozen=True)
class Figure:
    """What a side said of a lane within one step: mean and longest minutes, most that waited."""

    mean: float | None
    longest: int | None
    most: int | None
    count: int

    @property
    def mean_s(self) -> float | None:
        return None if self.mean is None else float(self.mean) * 60

    @property
    def longest_s(self) -> int | None:
        return None if self.longest is None else self.longest * 60


Series = dict[tuple[str, str], dict[str, dict[datetime, Figure]]]


def figures(place: Place, span: Span) -> Series:
    """(where travellers come from, lane) -> side -> beginning of the step -> its figure. A step of
    which nothing was said is not there. One statement."""
    step = Func(
        Value(span.step), F("observed_at"), Value(span.starts),
        function="date_bin", output_field=DateTimeField(),
    )  # fmt: skip
    rows = (
        WaitingTime.objects.standing()
        .filter(place=place, observed_at__gte=span.starts)
        .order_by()
        .annotate(step=step)
        .values("side", "direction", "lane", "step")
        .annotate(
            mean=Avg("minutes"), longest=Max("minutes"), most=Max("waiting"), count=Count("pk")
        )
    )
    found: Series = {}
    for row in rows:
        key = (heading(row["side"], row["direction"]), row["lane"])
        mean = None if row["mean"] is None else float(row["mean"])
        figure = Figure(mean, row["longest"], row["most"], row["count"])
        found.setdefault(key, {}).setdefault(row["side"], {})[row["step"]] = figure
    order = {lane: n for n, lane in enumerate(Lane.values)}
    return dict(sorted(found.items(), key=lambda item: (item[0][0], order[item[0][1]])))


@dataclass(frozen=True)
class Band:
    """What a side said of the opening in a part of a span; None where it said nothing."""

    status: PlaceStatus | None
    starts: datetime
    ends: datetime


def bands(place: Place, span: Span, user: Any) -> list[tuple[str, list[Band]]]:
    """(side, its bands without a hole between) of both, the reader's own first. One statement."""
    rows = PlaceStatus.objects.filter(
        place=place, period__overlap=(span.starts, span.ends)
    ).order_by("period")
    found = []
    statuses = list(rows)
    for side in sides_for(user):
        made, at = [], span.starts
        for status in statuses:
            if status.side != side:
                continue
            starts = max(status.since, span.starts)
            if starts > at:
                made.append(Band(None, at, starts))
            at = min(status.until or span.ends, span.ends)
            made.append(Band(status, starts, at))
        if at < span.ends:
            made.append(Band(None, at, span.ends))
        found.append((side, made))
    return found


def lanes(place: Place) -> tuple[Lane, ...]:
    return LANES_OF.get(place.mode, ())
