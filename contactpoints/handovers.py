"""What is open at a desk, and the handovers of its shifts. Reads only.

What the apps above have open at a desk, and what it is called, they say themselves: the settings
OPEN_AT_DESK and CALLED_AT_DESK name their functions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from .access import may, roles_of, units_where
from .board import card_of, desks_of
from .models import Delivery, DutyShift, Priority, ShiftHandover, Unit

# A turn that ended so recently is still the one that is handed over.
LATE = timedelta(hours=2)
# Without a turn by the rota a shift begins with the last handover, at most so long ago.
LONGEST = timedelta(hours=24)
USUAL = timedelta(hours=12)
KINDS: dict[str, Promise] = {
    "waiting": pgettext_lazy("open at a desk", "Alert, not acknowledged"),
    "no_progress": pgettext_lazy("open at a desk", "Accepted, no progress note yet"),
    "sent": pgettext_lazy("open at a desk", "Sent, not acknowledged there"),
    "to_answer": pgettext_lazy("open at a desk", "Information request to answer"),
    "unanswered": pgettext_lazy("open at a desk", "Asked there, no whole answer yet"),
    "task": pgettext_lazy("open at a desk", "Task due"),
    "draft": pgettext_lazy("open at a desk", "Draft or returned report"),
}


@dataclass
class Item:
    """Something open, as a reader sees it now: what it was called then, and what it is now.

    `title` is "" where the reader may not read it any more, or it has none.
    """

    kind: str
    number: str
    at: datetime | None
    priority: str
    link: str
    title: str

    @property
    def label(self) -> str:
        return str(KINDS.get(self.kind, self.kind))

    @property
    def priority_label(self) -> str:
        return f"{self.priority} {Priority(self.priority).label}" if self.priority else ""


def carried(unit: Unit, *, by: Any) -> list[dict[str, Any]]:
    """What is open at a desk at this moment, as a handover by `by` freezes it.

    In the order of KINDS, the oldest first. Each {"kind", "ref", "about", "number", "at" (ISO 8601
    UTC or null), "priority"}.
    """
    found: list[dict[str, Any]] = []
    for name in settings.OPEN_AT_DESK:
        found += import_string(name)(unit, by=by)
    order = {kind: rank for rank, kind in enumerate(KINDS)}
    return sorted(found, key=lambda item: (order.get(item["kind"], 9), item["at"] or "9"))


def item_of(kind: str, ref: str, *, about: str, number: str, at: Any, priority: str = "") -> dict:
    """One line of `carried`."""
    return {
        "kind": kind,
        "ref": ref,
        "about": about,
        "number": number,
        "at": at.isoformat() if at else None,
        "priority": str(priority),
    }


def shown(items: Iterable[dict[str, Any]], user: Any) -> list[Item]:
    """The frozen lines as `user` may read them now."""
    items = list(items)
    titles: dict[str, str] = {}
    for name in settings.CALLED_AT_DESK:
        titles |= import_string(name)(user, [item["ref"] for item in items])
    found = []
    for item in items:
        subject, _colon, uid = item["about"].partition(":")
        found.append(
            Item(
                kind=item["kind"],
                number=item["number"],
                at=datetime.fromisoformat(item["at"]) if item["at"] else None,
                priority=item["priority"],
                link=settings.ABOUT_LINKS.get(subject, "").format(uid=uid),
                title=titles.get(item["ref"], ""),
            )
        )
    return found


def open_alerts(unit: Unit, *, by: Any) -> list[dict[str, Any]]:
    """The alerts that nobody acknowledged: those at the desk, and those that it sent."""
    rows = Delivery.objects.open().select_related("alert")
    here = rows.filter(desk=unit)
    sent = rows.filter(alert__sender=unit).exclude(desk=unit)
    return [
        item_of(
            kind,
            delivery.ref,
            about=delivery.alert.about,
            number=_number(delivery, kind),
            at=delivery.queued_at,
            priority=delivery.priority,
        )
        for kind, found in (("waiting", here), ("sent", sent))
        for delivery in found.order_by("queued_at", "pk")
    ]


def _number(delivery: Delivery, kind: str) -> str:
    card = delivery.alert.card if kind == "sent" else delivery.card
    return str(card.get("number") or "")


def alert_titles(user: Any, refs: list[str]) -> dict[str, str]:
    """What the cards of these deliveries say to `user` now, by reference."""
    uids = [ref.partition(":")[2] for ref in refs if ref.startswith("delivery:")]
    if not uids:
        return {}
    rows = Delivery.objects.visible_to(user).whole().filter(uid__in=uids)
    cards = [card_of(delivery, user) for delivery in rows]
    return {
        card.delivery.ref: " · ".join(
            part for part in (card.event, card.title if card.title != card.number else "") if part
        )
        for card in cards
    }


def shift_of(officer: Any, unit: Unit, at: datetime) -> DutyShift | None:
    """The officer's turn at the desk by the rota that runs at `at`, or ended a little earlier."""
    if officer is None:
        return None
    rows = DutyShift.objects.filter(
        unit=unit,
        booking__officer=officer,
        cancelled_at=None,
        period__startswith__lte=at,
        period__endswith__gt=at - LATE,
    )
    return rows.order_by("period").last()


def began(unit: Unit, shift: DutyShift | None, at: datetime) -> datetime:
    """When the shift that ends now began: by the rota, else at the last handover."""
    if shift is not None:
        starts: datetime = shift.period.lower
        return starts
    last = ShiftHandover.objects.filter(unit=unit, taken_at__gte=at - LONGEST).first()
    return last.signed_at if last else at - USUAL


def journal_desks(user: Any) -> list[Unit]:
    """The desks of the own side whose handovers and journal `user` reads, own postings first."""
    posted = {unit.pk for _role, unit in roles_of(user)}
    own = [desk for desk in desks_of(user) if desk.side == user.side]
    return sorted(own, key=lambda desk: desk.pk not in posted)


def works_at(user: Any) -> list[Unit]:
    """The desks at which `user` is posted and answers alerts."""
    return [
        desk
        for desk in dict.fromkeys(unit for _role, unit in roles_of(user))
        if desk.kind == Unit.Kind.DESK and may(user, "acknowledge_alerts", desk)
    ]


def waiting_for(user: Any) -> list[ShiftHandover]:
    """The handovers that wait for this officer: named in them, on duty there now, or posted there
    where nobody was named."""
    at = [desk.pk for desk in works_at(user)]
    named = Q(to=user.pk, unit__in=units_where(user, "acknowledge_alerts"))
    here = Q(unit__in=at)
    on_duty = DutyShift.objects.current().filter(unit=OuterRef("unit"), booking__officer=user.pk)
    rows = ShiftHandover.objects.waiting().whole().exclude(left_by=user.pk)
    return list(rows.filter(named | here & (Q(to=None) | Exists(on_duty))).order_by("pk"))


def on_rota(officer: Any, unit: Unit) -> DutyShift | None:
    """The turn by the rota that has the officer on duty at the desk at this moment."""
    rows = DutyShift.objects.current(now()).filter(unit=unit, booking__officer=officer)
    return rows.first()
