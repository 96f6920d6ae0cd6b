"""What the page of a public event shows of how it goes: ladder, venues, checklist, what belongs to
it. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.reference.models import utc_today
from contactpoints.listing import sides_for
from incidents.models import Share

from .event_rooms import tied_things
from .models import (
    EventItem,
    EventItemMove,
    EventPhase,
    EventPhaseStep,
    EventTie,
    EventVenue,
    PublicEvent,
    TiedKind,
)
from .register_access import runs_events, ticks_for

INCIDENTS = 20


@dataclass(frozen=True)
class Rung:
    """A phase on the ladder: over, present or to come; `step` is the last one that led into it."""

    phase: EventPhase
    standing: str
    step: EventPhaseStep | None


def ladder_of(event: PublicEvent) -> list[Rung]:
    steps = {one.phase: one for one in event.steps.select_related("by")}
    here = EventPhase.values.index(event.phase)
    return [
        Rung(
            phase,
            "over" if at < here else "present" if at == here else "coming",
            steps.get(phase.value) if at <= here else None,
        )
        for at, phase in enumerate(EventPhase)
    ]


@dataclass
class Line:
    """An item as a reader sees it."""

    item: EventItem
    late: bool
    gone: bool
    may_tick: bool
    may_leave_out: bool
    last: EventItemMove | None
    form: Any = None


@dataclass(frozen=True)
class Part:
    """The items of a phase by side, the reader's own first."""

    phase: EventPhase
    present: bool
    sides: list[tuple[str, list[Line]]]
    done: int
    count: int

    @property
    def late(self) -> list[tuple[str, int]]:
        """(side, how many are overdue) where there are any."""
        found = [(side, sum(line.late for line in rows)) for side, rows in self.sides]
        return [(side, count) for side, count in found if count]


def checklist_of(event: PublicEvent, user: Any, today: date | None = None) -> list[Part]:
    """By phases in their order; those without items are left out, except the present one."""
    today = today or utc_today()
    gone, runs = event.sides_gone, runs_events(user)
    lines: dict[tuple[str, str], list[Line]] = {}
    last: dict[int, EventItemMove] = {}
    for move in EventItemMove.objects.filter(item__event=event).select_related("by"):
        last[move.item_id] = move
    for item in event.items.select_related("unit", "ticked_by"):
        may = item.left_out_at is None and ticks_for(user, item)
        late = is_late(item, event, today)
        line = Line(
            item, late, item.side in gone, may,
            runs and item.side == user.side and item.left_out_at is None
            and item.ticked_at is None,
            last.get(item.pk),
        )  # fmt: skip
        lines.setdefault((item.phase, item.side), []).append(line)
    parts = []
    for phase in EventPhase:
        sides = [(side, _ordered(lines.get((phase, side), []))) for side in sides_for(user)]
        standing = [line.item for _s, rows in sides for line in rows if not line.item.left_out_at]
        present = phase == event.phase
        if any(rows for _side, rows in sides) or present:
            done = sum(item.ticked_at is not None for item in standing)
            parts.append(Part(phase, present, sides, done, len(standing)))
    return parts


def _ordered(lines: Iterable[Line]) -> list[Line]:
    """Open ones by day first, then what is done, then what was left out."""
    return sorted(
        lines,
        key=lambda line: (
            line.item.left_out_at is not None, line.item.ticked_at is not None,
            line.item.due_on or date.max, line.item.pk,
        ),
    )  # fmt: skip


def is_late(item: EventItem, event: PublicEvent, today: date) -> bool:
    """Open after the day it was wanted by, of the phase that the event is in or of one before; not
    once the event is called off."""
    if event.called_off_at is not None or item.left_out_at or item.ticked_at or item.due_on is None:
        return False
    order = EventPhase.values
    return item.due_on < today and order.index(item.phase) <= order.index(event.phase)


@dataclass(frozen=True)
class Tied:
    """A thing that belongs to an event, as its reader reads it."""

    tie: EventTie
    title: str
    url: str
    standing: str


def ties_of(event: PublicEvent, user: Any) -> list[tuple[TiedKind, list[Tied]]]:
    """By kinds, each with what `user` reads."""
    ties: dict[str, list[EventTie]] = {}
    for tie in event.ties.standing():
        ties.setdefault(tie.kind, []).append(tie)
    found = []
    for kind in TiedKind:
        rows = ties.get(kind, [])
        read = tied_things(kind, [tie.ref for tie in rows], user) if rows else {}
        said = [Tied(tie, *read[tie.ref]) for tie in rows if tie.ref in read]
        if said:
            found.append((kind, said))
    return found


def incidents_of(event: PublicEvent, user: Any) -> tuple[list[Share], int]:
    """The newest that are tagged with it and of which `user` reads a copy, and how many."""
    tagged = Share.objects.visible_to(user).filter(fields__public_event=event.code)
    return list(tagged.newest().select_related("incident")[:INCIDENTS]), tagged.count()


def venues_of(event: PublicEvent) -> list[EventVenue]:
    """Standing ones; `venue.gone` says why nothing takes place there."""
    return list(event.venues.standing().select_related("event", "host"))


def news_of(event: PublicEvent, since: datetime) -> list[str]:
    """What happened to an event since then, the latest first, a sentence each: it came into another
    phase, a city dropped out, its days changed, it was called off or is held after all."""
    found = [
        (step.at, _("%(phase)s since %(day)s.")
         % {"phase": step.get_phase_display(), "day": f"{step.at:%d.%m.%Y}"})
        for step in event.steps.filter(at__gte=since, phase=event.phase)
    ]  # fmt: skip
    found += [(change.at, change.said) for change in event.changes.filter(at__gte=since)]
    found += [
        (host.dropped_at, host.gone_said)
        for host in event.hosts.all()
        if host.dropped_at is not None and host.dropped_at >= since
    ]
    return [said for _at, said in sorted(found, reverse=True)]


def wanting(event: PublicEvent, user: Any, today: date | None = None) -> tuple[int, int]:
    """How many items of the own side are open in the present phase, and how many are late."""
    rows = event.items.open().filter(side=user.side)
    today = today or utc_today()
    late = sum(is_late(item, event, today) for item in rows)
    return sum(item.phase == event.phase for item in rows), late
