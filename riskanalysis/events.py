"""Public events as their pages show them: what is expected, what is struck, what happens now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bordercoop.reference.models import places
from contactpoints.crossings import Crossing, now_of
from contactpoints.listing import sides_for
from contactpoints.models import Alert, Delivery, Unit, units
from contactpoints.watch import on_duty
from incidents.models import Share
from incidents.retention import ZONE, today

from .event_page import Part, checklist_of, tagged_with
from .models import FLOWS_AROUND, EventAssessment, PublicEvent

MOST = 50
# How many days ahead the dashboard looks.
DAYS_AHEAD = 7


@dataclass(frozen=True)
class Flow:
    """A line of the expected travellers at a crossing point. `struck` says why nobody is expected
    any more: the event was called off, the city dropped out, or the day lies outside the event's
    days (`outside`)."""

    day: date
    code: str
    place: str
    host: str
    people: int
    struck: str = ""
    outside: bool = False


@dataclass
class Expected:
    """An assessment with its lines. `lost` are travellers of lines that are struck; while there are
    any of an event that is held, a new version is wanted."""

    assessment: EventAssessment
    flows: list[Flow]

    @property
    def people(self) -> int:
        return sum(flow.people for flow in self.flows if not flow.struck)

    @property
    def lost(self) -> int:
        return sum(flow.people for flow in self.flows if flow.struck)

    @property
    def gone(self) -> list[str]:
        """Why lines are struck, a sentence each."""
        return list(dict.fromkeys(flow.struck for flow in self.flows if flow.struck))

    @property
    def by_crossing(self) -> list[tuple[str, int]]:
        """(crossing, travellers) of what still stands."""
        found: dict[str, int] = {}
        for flow in self.flows:
            if not flow.struck:
                found[flow.place] = found.get(flow.place, 0) + flow.people
        return sorted(found.items())


def expected(assessment: EventAssessment, event: PublicEvent) -> Expected:
    """What an assessment says by the event and its hosts as they are now."""
    known, flows, off = places(), [], event.called_off_said
    hosts = {host.name: (host.called, host.gone_said) for host in event.hosts.all()}
    for row in assessment.content["flows"]:
        day, code = date.fromisoformat(row["day"]), row["place"]
        city, gone = hosts.get(row["host"], (row["host"], ""))
        outside = not event.has_within(day, FLOWS_AROUND)
        struck = off or gone
        if outside and not struck:
            struck = _("Some days on which travellers were expected lie outside the event's days.")
        flows.append(
            Flow(
                day, code, known[code].name if code in known else code, city, row["people"],
                struck, outside,
            )
        )  # fmt: skip
    return Expected(assessment, flows)


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
    seats = {side: Seat(side) for side in sides_for(user)}
    rows = EventAssessment.objects.visible_to(user).filter(event=event).select_related("by")
    for one in rows:
        seat = seats[one.side]
        if one.given_at is None:
            seat.draft = one
        elif seat.standing is None:
            seat.standing = expected(one, event)
        else:
            seat.before.append(one)
    return list(seats.values())


def wants_new_version(event: PublicEvent, side: str) -> bool:
    """Whether what the side gave out counts on a city that dropped out meanwhile, or on days that
    lie outside those of the event; not once it is called off."""
    rows = EventAssessment.objects.given().filter(event=event, side=side)
    last = rows.first()
    if last is None or event.called_off_at is not None:
        return False
    return expected(last, event).lost > 0


@dataclass(frozen=True)
class Watch:
    """Who answers at a desk now."""

    desk: Unit
    officers: list[Any]


@dataclass
class Dashboard:
    """How an event goes: incidents tagged with it, alerts about them that wait, who is on duty, and
    who is expected today (by side). `by_place`: how many of them were reported today at which
    place; `parts`: the present phase of the checklist; `coming`: the days that come with how many
    travellers each side expects, without what was struck; `crossings`: where they are expected."""

    day: date
    phase: str
    incidents: list[Share]
    count: int
    alerts: list[Delivery]
    watches: list[Watch]
    today: list[tuple[str, list[Flow]]]
    by_place: list[tuple[str, int]]
    parts: list[Part]
    coming: list[tuple[date, list[tuple[str, int]]]]
    crossings: list[Crossing]


def dashboard_of(event: PublicEvent, user: Any) -> Dashboard:
    """As `user` sees it now: incidents of which it reads a copy, alerts of its own desks; no
    exercises."""
    day = today(user.side)
    tagged = tagged_with(event, user)
    newest = list(tagged.newest().select_related("incident")[:MOST])
    about = [f"incident:{uid}" for uid in tagged.values_list("incident__uid", flat=True)[:1_000]]
    alerts = (
        Delivery.objects.visible_to(user)
        .open()
        .filter(alert__about__in=about, alert__status=Alert.Status.ACTUAL)
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
    standing = {seat.side: seat.standing for seat in seats_of(event, user) if seat.standing}
    codes = {flow.code for said in standing.values() for flow in said.flows if not flow.struck}
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
        today=[
            (side, [flow for flow in said.flows if flow.day == day])
            for side, said in standing.items()
        ],
        by_place=_by_place(tagged, user.side),
        parts=[part for part in checklist_of(event, user, day) if part.present],
        coming=_coming(standing, day),
        crossings=now_of(codes, user),
    )


def _by_place(tagged: Any, side: str) -> list[tuple[str, int]]:
    """(crossing point, how many of today), the most first; "" where none was named. An incident of
    which both copies are read counts once."""
    begins = datetime.combine(today(side), time.min, ZoneInfo(ZONE[side]))
    rows = tagged.filter(reported_at__gte=begins)
    known, found = places(), Counter(dict(rows.values_list("incident", "place")).values())
    return [
        (known[code].name if code in known else code or "", count)
        for code, count in found.most_common()
    ]


def _coming(
    standing: Mapping[str, Expected], day: date
) -> list[tuple[date, list[tuple[str, int]]]]:
    found: dict[date, dict[str, int]] = {}
    for side, said in standing.items():
        for flow in said.flows:
            if not flow.struck and day < flow.day <= day + timedelta(days=DAYS_AHEAD):
                of_day = found.setdefault(flow.day, {})
                of_day[side] = of_day.get(side, 0) + flow.people
    return [(coming, sorted(found[coming].items())) for coming in sorted(found)]
