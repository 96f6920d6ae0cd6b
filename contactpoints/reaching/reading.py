"""Officers' channels and the log of attempts, as a reader may know them. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import now

from ..models import (
    PERSONAL,
    Attempt,
    Channel,
    ChannelKind,
    ChannelState,
    Delivery,
    Posting,
    Role,
    Who,
    units,
)
from ..watch import headquarters_of, heads, on_duty
from .kinds import offered


def who_leads(officer: Any) -> list[Any]:
    """Who is told when an officer cannot be reached: the heads of the points at which the officer
    is posted, else who is on duty at the own headquarters. Never the officer."""
    at = list(Posting.objects.active().filter(officer=officer).values_list("unit_id", flat=True))
    found = {head.pk: head for led in heads(at).values() for head in led}
    found.pop(officer.pk, None)
    if not found:
        by_id = {unit.pk: unit for unit in units().values()}
        roots = {headquarters_of(by_id[pk]).pk for pk in at if pk in by_id}
        shifts = (shift for some in on_duty(list(roots)).values() for shift in some)
        found = {shift.officer.pk: shift.officer for shift in shifts}
        found.pop(officer.pk, None)
    return list(found.values())


@dataclass
class KindOffered:
    """A kind of channel an officer may set up here."""

    code: str
    label: str


def kinds_offered() -> list[KindOffered]:
    return [KindOffered(kind.value, str(kind.label)) for kind in PERSONAL if offered(kind)]


@dataclass
class Reached:
    """By what one officer of a point is reached: kinds and states, no address."""

    officer: Any
    channels: list[Channel] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        return any(channel.state == ChannelState.FAILED for channel in self.channels)


def reach_of_point(head: Any) -> list[Reached]:
    """The officers posted at the desks that `head` heads, those with a failed channel first."""
    led = Posting.objects.active().filter(officer=head, role=Role.HEAD_OF_POINT)
    at = list(led.values_list("unit_id", flat=True))
    if not at:
        return []
    posted = Posting.objects.active().filter(unit_id__in=at, officer__is_active=True)
    found = {
        posting.officer_id: Reached(posting.officer)
        for posting in posted.exclude(officer=head).select_related("officer")
    }
    rows = Channel.objects.filter(officer_id__in=found).defer("address", "mark")
    for channel in rows.order_by("kind", "pk"):
        found[channel.officer_id].channels.append(channel)
    return sorted(found.values(), key=lambda one: (not one.failed, one.officer.name_latin))


@dataclass
class Line:
    """One attempt as a reader may know it. `who` is empty for the other side."""

    at: datetime
    step: str
    kind: str
    kind_label: str
    outcome: str
    outcome_label: str
    reason: str
    who: Any
    together: int | None


def log_of(delivery: Delivery, user: Any) -> list[Line]:
    """The attempts to tell of a delivery that `user` may see, oldest first.

    The desk's own side reads who was to be told; the other side reads kinds, times and outcomes.
    """
    own = user.side == delivery.desk.side
    who = dict(Who.choices)
    return [
        Line(
            at=attempt.at,
            step=str(who.get(_who_of(delivery, attempt.step), "")),
            kind=attempt.kind,
            kind_label=str(ChannelKind(attempt.kind).label),
            outcome=attempt.outcome,
            outcome_label=str(attempt.get_outcome_display()),
            reason=str(attempt.get_reason_display()) if attempt.reason else "",
            who=attempt.officer if own else None,
            together=attempt.together,
        )
        for attempt in Attempt.objects.of(delivery)
    ]


def _who_of(delivery: Delivery, step: int) -> str:
    return str(delivery.steps[step]["who"]) if step < len(delivery.steps) else ""


def waiting_together(channel: Channel) -> list[Attempt]:
    """What a flood held back for a channel and no message has told of since, oldest first."""
    return _still_waiting(
        Attempt.objects.filter(channel=channel, outcome=Attempt.Outcome.GROUPED),
        Attempt.objects.filter(channel=channel, outcome=Attempt.Outcome.SENT),
    )


def waiting_for_digest(officer: Any) -> list[Attempt]:
    """What waits for an officer's digest and no letter has told of since, oldest first."""
    mail = Attempt.objects.filter(officer=officer, kind=ChannelKind.MAIL)
    return _still_waiting(
        mail.filter(outcome=Attempt.Outcome.GATHERED),
        mail.filter(outcome=Attempt.Outcome.SENT, delivery__attempts__outcome="gathered"),
    )


def _still_waiting(held: Any, told: Any) -> list[Attempt]:
    rows = held.filter(delivery__in=Delivery.objects.open())
    rows = rows.select_related("delivery__alert__sender", "delivery__desk").order_by("at", "pk")
    found: Iterable[Attempt] = list(rows)
    ids = [attempt.delivery_id for attempt in found]
    done = set(told.filter(delivery_id__in=ids).values_list("delivery_id", "step", "turn"))
    left = {
        (attempt.delivery_id, attempt.step): attempt
        for attempt in found
        if attempt.turn == attempt.delivery.wakes
        and (attempt.delivery_id, attempt.step, attempt.turn) not in done
    }
    return list(left.values())


def last_minute(channel: Channel, seconds: int = 60) -> list[datetime]:
    """When messages of their own went out by a channel within the last minute, oldest first."""
    rows = Attempt.objects.filter(
        channel=channel,
        outcome=Attempt.Outcome.SENT,
        together=None,
        at__gt=now() - timedelta(seconds=seconds),
    )
    return list(rows.order_by("at").values_list("at", flat=True))
