"""What a fact puts into the outbox for the webhooks that follow it, in the fact's transaction.

One statement while nobody follows. The message holds references, and of what is not about an alert
a few words that both ends know; what a desk may read is looked up when it is sent.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.timezone import now

from bordercoop.outbox.relay import post

from ..models import Alert, Broadcast, Delivery, ExchangePause, Unit, Webhook, units
from .catalogue import TEST, events_of

# Recorded once in the trail of each side that they concern.
IN_EACH_TRAIL = ("line", "line_check", "pause")


@dataclass(frozen=True)
class Told:
    """`desks` are the ids of the units that a fact concerns, None for every desk; `event` is
    which of the names it has; `delivery` is that of an alert."""

    desks: frozenset[int] | None
    facts: Mapping[str, Any]
    event: str = ""
    delivery: UUID | None = None


def queue_facts(verb: str, told: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
    """settings.FOLLOWERS: a verb of the catalogue was written into the audit trail, of each of
    these (about, side, facts)."""
    events = events_of(verb)
    following = list(Webhook.objects.following(*events)) if events else []
    for about, side, facts in told if following else ():
        _queue(events, following, about, side, facts)


def _queue(
    events: tuple[str, ...],
    following: list[Webhook],
    about: str,
    side: str,
    facts: Mapping[str, Any],
) -> None:
    kind, _colon, uid = about.partition(":")
    if kind in IN_EACH_TRAIL:
        following = [webhook for webhook in following if webhook.side == side]
    if not following:
        return
    for told in _told(kind, uid, facts):
        event = told.event or events[0]
        for webhook in following:
            if event in webhook.events and (told.desks is None or told.desks & {*webhook.desks}):
                queue_event(webhook, event, about, told.facts, told.delivery)


def queue_event(
    webhook: Webhook,
    event: str,
    about: str,
    facts: Mapping[str, Any],
    delivery: UUID | None = None,
) -> str:
    """Post one message; its key, which is the webhook-id."""
    key = f"{webhook.key}{uuid.uuid4()}"
    post(
        "webhook",
        key,
        {
            "id": key,
            "webhook": str(webhook.uid),
            "type": event,
            "at": now().isoformat(),
            "about": about,
            "facts": dict(facts),
            **({"delivery": str(delivery)} if delivery else {}),
        },
    )
    return key


def _told(kind: str, uid: str, facts: Mapping[str, Any]) -> Iterable[Told]:
    match kind:
        case "alert":
            rows = Delivery.objects.filter(alert__uid=uid).select_related("alert")
            yield from (_of_delivery(delivery, _name(delivery.alert)) for delivery in rows)
        case "delivery":
            row = Delivery.objects.select_related("alert").get(uid=uid)
            yield _of_delivery(row)
        case "broadcast":
            sent = Broadcast.objects.select_related("sender").get(uid=uid)
            yield Told(
                None,
                {"number": sent.number, "what": sent.what, "exercise": sent.drill,
                 "sender": sent.sender.code, "ended": sent.ended_at is not None},
            )  # fmt: skip
        case "line" | "line_check":
            ends = [units()[facts["caller"]], units()[facts["answerer"]]]
            yield Told(frozenset(unit.pk for unit in ends), {**facts})
        case "pause":
            pause = ExchangePause.objects.select_related("point").get(uid=uid)
            desks = (
                unit.pk
                for unit in units().values()
                if unit.kind == Unit.Kind.DESK and unit.desk.point_id == pause.point_id
            )
            yield Told(
                frozenset(desks),
                {"point": pause.point.code, "side": pause.side, "category": pause.category,
                 "until": pause.until.isoformat()},
            )  # fmt: skip
        case "shift_handover":
            yield Told(frozenset([units()[facts["unit"]].pk]), {"unit": facts["unit"]})
        case _:
            if reader := settings.WEBHOOK_SUBJECTS.get(kind):
                desks_of, said = import_string(reader)(uid, facts)
                yield Told(frozenset(desks_of), said)


def _name(alert: Alert) -> str:
    return {
        Alert.Kind.ALERT: "alert.raised",
        Alert.Kind.UPDATE: "alert.updated",
        Alert.Kind.CANCEL: "alert.cancelled",
    }[Alert.Kind(alert.kind)]


def _of_delivery(delivery: Delivery, event: str = "") -> Told:
    """Whom a delivery concerns: its desk, its sender, and desks of other points it climbed to."""
    reads = {delivery.desk_id, delivery.alert.sender_id, *(delivery.passed_to or [])}
    return Told(frozenset(reads), {}, event, delivery.uid)


def queue_test(webhook: Webhook) -> str:
    """Post a message that says it is a test."""
    return queue_event(webhook, TEST, webhook.ref, {"test": True})
