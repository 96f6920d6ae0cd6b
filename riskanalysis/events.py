"""Public events as their pages show them: what is expected, what is struck, what happens now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bordercoop.reference.models import places
from contactpoints.listing import sides_for
from contactpoints.models import Delivery, Unit, units
from contactpoints.watch import on_duty
from incidents.models import Share
from incidents.retention import today

from .models import EventAssessment, EventHost, PublicEvent

MOST = 50


@dataclass(frozen=True)
class Flow:
    """A line of the expected travellers; `struck` names the city that dropped out."""

    day: date
    place: str
    host: str
    people: int
    struck: EventHost | None = None


@dataclass
class Expected:
    """An assessment with its lines. `lost` are travellers that were expected because of cities
    that dropped out; while there are any, a new version is wanted."""

    assessment: EventAssessment
    flows: list[Flow]

    @property
    def people(self) -> int:
        return sum(flow.people for flow in self.flows if flow.struck is None)

    @property
    def lost(self) -> int:
        return sum(flow.people for flow in self.flows if flow.struck is not None)

    @property
    def struck_by(self) -> list[EventHost]:
        return list(dict.fromkeys(flow.struck for flow in self.flows if flow.struck is not None))

    @property
    def by_crossing(self) -> list[tuple[str, int]]:
        """(crossing, travellers) of what still stands."""
        found: dict[str, int] = {}
        for flow in self.flows:
            if flow.struck is None:
                found[flow.place] = found.get(flow.place, 0) + flow.people
        return sorted(found.items())


def expected(assessment: EventAssessment, hosts: Iterable[EventHost]) -> Expected:
    """What an assessment says by the hosts as they are now."""
    known, gone = places(), {host.name: host for host in hosts if host.dropped_on is not None}
    return Expected(
        assessment,
        [
            Flow(
                date.fromisoformat(row["day"]),
                known[row["place"]].name if row["place"] in known else row["place"],
                row["host"],
                row["people"],
                gone.get(row["host"]),
            )
            for row in assessment.content["flows"]
        ],
    )


@dataclass
class Seat:
    """What a side says of an event: the version that stands, its draft where it may be read, and
    the versions before."""

    side: str
    standing: Expected | None = None
    draft: EventAssessment | None = None
    before: list[EventAssessment] = field(default_factory=list)


def seats_of(event: PublicEvent, user: Any) -> list[Seat]:
    """Both sides, the reader's own first."""
    hosts = list(event.hosts.all())
    seats = {side: Seat(side) for side in sides_for(user)}
    rows = EventAssessment.objects.visible_to(user).filter(event=event).select_related("by")
    for one in rows:
        seat = seats[one.side]
        if one.given_at is None:
            seat.draft = one
        elif seat.standing is None:
            seat.standing = expected(one, hosts)
        else:
            seat.before.append(one)
    return list(seats.values())


def wants_new_version(event: PublicEvent, side: str) -> bool:
    """Whether what the side gave out counts on a city that dropped out meanwhile."""
    rows = EventAssessment.objects.given().filter(event=event, side=side)
    last = rows.first()
    return last is not None and expected(last, event.hosts.all()).lost > 0


@dataclass(frozen=True)
class Watch:
    """Who answers at a desk now."""

    desk: Unit
    officers: list[Any]


@dataclass
class Dashboard:
    """How an event goes: incidents tagged with it, alerts about them that wait, who is on duty, and
    who is expected today and tomorrow (by side)."""

    day: date
    phase: str
    incidents: list[Share]
    count: int
    alerts: list[Delivery]
    watches: list[Watch]
    today: list[tuple[str, list[Flow]]]


def dashboard_of(event: PublicEvent, user: Any) -> Dashboard:
    """As `user` sees it now: incidents of which it reads a copy, alerts of its own desks."""
    day = today(user.side)
    tagged = Share.objects.visible_to(user).filter(fields__public_event=event.code)
    newest = list(tagged.newest().select_related("incident")[:MOST])
    about = [f"incident:{uid}" for uid in tagged.values_list("incident__uid", flat=True)[:1_000]]
    alerts = (
        Delivery.objects.visible_to(user)
        .open()
        .filter(alert__about__in=about)
        .select_related("alert", "desk")
        .order_by("queued_at")
    )
    desks = [
        unit
        for unit in units().values()
        if unit.kind == Unit.Kind.DESK and unit.retired_at is None and unit.side in ("LV", "BY")
    ]
    shifts = on_duty([desk.pk for desk in desks])
    order = sides_for(user)
    desks.sort(key=lambda desk: (order.index(desk.side), desk.order))
    phase = "before" if day < event.starts_on else "after" if day > event.ends_on else "during"
    flows = [
        (seat.side, [flow for flow in seat.standing.flows if flow.day == day])
        for seat in seats_of(event, user)
        if seat.standing is not None
    ]
    return Dashboard(
        day=day,
        phase=phase,
        incidents=newest,
        count=tagged.count(),
        alerts=list(alerts[:MOST]),
        watches=[
            Watch(desk, [shift.booking.officer for shift in shifts.get(desk.pk, [])])
            for desk in desks
        ],
        today=flows,
    )
