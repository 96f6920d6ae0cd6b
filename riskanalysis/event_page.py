"""What the page of a public event shows of how it goes: ladder, venues, checklist, what belongs to
it. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from contactpoints.listing import sides_for
from incidents.models import Share
from incidents.retention import today as day_of

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
from .models.events import day_said
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
    today = today or day_of(user.side)
    gone, runs = event.sides_gone, runs_events(user)
    lines: dict[tuple[str, str], list[Line]] = {}
    last: dict[int, EventItemMove] = {}
    for move in EventItemMove.objects.filter(item__event=event).select_related("by"):
        last[move.item_id] = move
    for item in event.items.select_related("unit", "ticked_by"):
        may = item.left_out_at is None and ticks_for(user, item)
        late = is_late(item, event, today, gone)
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
        standing = [
            line.item
            for _side, rows in sides
            for line in rows
            if not line.item.left_out_at and (line.item.ticked_at or not line.gone)
        ]
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


def is_late(item: EventItem, event: PublicEvent, today: date, gone: Set[str] = frozenset()) -> bool:
    """Open after the day it was wanted by, in the present phase or an earlier one. Once the lessons
    are learned earlier phases are history; of an event that was called off, or for a side that is
    `gone`, nothing is wanted."""
    if event.called_off_at is not None or item.side in gone:
        return False
    if item.left_out_at or item.ticked_at or item.due_on is None:
        return False
    order = EventPhase.values
    reached = (
        item.phase == event.phase
        if event.phase == EventPhase.LESSONS_LEARNED
        else order.index(item.phase) <= order.index(event.phase)
    )
    return reached and item.due_on < today


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


def tagged_with(event: PublicEvent, user: Any) -> Any:
    """The copies that `user` reads of incidents tagged with it, exercises left out."""
    rows = Share.objects.visible_to(user)
    return rows.filter(fields__public_event=event.code, exercise=False)


def incidents_of(event: PublicEvent, user: Any) -> tuple[list[Share], int]:
    """The newest that are tagged with it and of which `user` reads a copy, and how many."""
    tagged = tagged_with(event, user)
    return list(tagged.newest().select_related("incident")[:INCIDENTS]), tagged.count()


def venues_of(event: PublicEvent) -> list[EventVenue]:
    """Standing ones; `venue.gone` says why nothing takes place there."""
    return list(event.venues.standing().select_related("event", "host"))


def news_of(event: PublicEvent, since: datetime) -> list[str]:
    """What happened to an event since then, the latest first, a sentence each: it came into another
    phase, a city dropped out, its days changed, it was called off or is held after all."""
    found = [
        (step.at, _("%(phase)s since %(day)s.")
         % {"phase": step.get_phase_display(), "day": day_said(step.at)})
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
    """How many items of the own side are open in the present phase, and how many are late; none
    once no city of the side holds it. By default on the day of the reader's side."""
    return wanting_of([event], user, today or day_of(user.side)).get(event, (0, 0))


def wanting_of(
    events: Iterable[PublicEvent], user: Any, today: date
) -> dict[PublicEvent, tuple[int, int]]:
    """`wanting` of each event that is held and whose list has something open for the own side. One
    statement beside those of the events and their hosts."""
    known = {event.pk: event for event in events if event.called_off_at is None}
    gone = {pk: event.sides_gone for pk, event in known.items()}
    found: dict[PublicEvent, tuple[int, int]] = {}
    for item in EventItem.objects.open().filter(event__in=list(known), side=user.side):
        event = known[item.event_id]
        if item.side in gone[event.pk]:
            continue
        opened, late = found.get(event, (0, 0))
        found[event] = (
            opened + (item.phase == event.phase), late + is_late(item, event, today)
        )  # fmt: skip
    return found
