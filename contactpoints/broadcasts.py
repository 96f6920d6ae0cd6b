"""Emergency broadcasts as their board shows them. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import get_language

from .access import SERVICES, may, units_for
from .directory import Staff, own_first, staffed
from .models import Alert, Broadcast, Delivery, Unit, units
from .saying import text_of_card
from .watch import headquarters_of

SENDERS = (Unit.Kind.DESK, Unit.Kind.HEADQUARTERS)


@dataclass
class Line:
    """One desk of a broadcast: what it answered, who is there, and whom to call when it is silent.

    `after_s`: seconds from sending to the acknowledgement. `by`: who acknowledged, or who told so
    by telephone.
    """

    delivery: Delivery
    staff: Staff
    root: Staff
    may_phone: bool

    @property
    def silent(self) -> bool:
        return self.delivery.acknowledged_at is None and self.delivery.recalled_at is None

    @property
    def after_s(self) -> float | None:
        d = self.delivery
        return (d.acknowledged_at - d.queued_at).total_seconds() if d.acknowledged_at else None

    @property
    def by(self) -> str:
        d = self.delivery
        if d.phoned or d.acknowledged_by is None:
            return d.phoned
        return str(d.acknowledged_by.name_for(get_language() or "en"))


@dataclass
class Board:
    """Who has acknowledged a broadcast and who has not; the silent ones first."""

    broadcast: Broadcast
    lines: list[Line]
    outcome: str
    ended_by: Any
    ended_at: datetime | None
    may_end: bool

    @property
    def silent(self) -> list[Line]:
        return [line for line in self.lines if line.silent]

    @property
    def answered(self) -> int:
        return sum(line.delivery.acknowledged_at is not None for line in self.lines)


def board_of(broadcast: Broadcast, user: Any) -> Board:
    """The board as `user` may know who is there."""
    rows = {
        delivery.desk_id: delivery for delivery in broadcast.alert.deliveries.whole().order_by("pk")
    }
    desks = own_first(user, [delivery.desk for delivery in rows.values()])
    roots = {root.pk: root for root in map(headquarters_of, desks)}
    staff = {row.unit.pk: row for row in staffed(user, [*desks, *roots.values()])}
    sends = may(user, "acknowledge_alerts", broadcast.sender)
    lines = [
        Line(
            delivery=rows[desk.pk],
            staff=staff[desk.pk],
            root=staff[headquarters_of(desk).pk],
            may_phone=sends or may(user, "acknowledge_alerts", desk),
        )
        for desk in desks
    ]
    clear = all_clear_of(broadcast)
    return Board(
        broadcast=broadcast,
        lines=sorted(lines, key=lambda line: not line.silent),
        outcome=text_of_card(clear.card, user.side)[0] if clear else "",
        ended_by=clear.raised_by if clear else None,
        ended_at=clear.raised_at if clear else broadcast.ended_at,
        may_end=sends and clear is None and broadcast.purged_at is None,
    )


def desks_told(sender: Unit) -> list[Unit]:
    """Every desk of every point but the sender's own."""
    return [
        unit
        for unit in units().values()
        if unit.kind == Unit.Kind.DESK and unit.retired_at is None and unit.pk != sender.pk
    ]


def all_clear_of(broadcast: Broadcast) -> Alert | None:
    """The alert with which it was ended by hand."""
    rows = Alert.objects.about(broadcast.ref).filter(kind=Alert.Kind.UPDATE)
    found: Alert | None = rows.select_related("raised_by").first()
    return found


def senders(user: Any) -> list[Unit]:
    """Desks and headquarters of the own service for which the officer may send one."""
    if user.side not in SERVICES:
        return []
    return [
        unit
        for unit in units_for(user, "acknowledge_alerts")
        if unit.side == user.side and unit.kind in SENDERS
    ]


def counted(user: Any) -> Any:
    """Broadcasts the officer reads, the newest first, with `told` and `answered` desks."""
    rows = Broadcast.objects.visible_to(user).whole()
    return rows.annotate(
        told=Count("alert__deliveries"),
        answered=Count(
            "alert__deliveries", filter=Q(alert__deliveries__acknowledged_at__isnull=False)
        ),
    )
