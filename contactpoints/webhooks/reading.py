"""Webhooks as their administrators see them: how each fares, and what was given up. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.outbox.models import Message

from ..access import units_for
from ..models import Trouble, Unit, Webhook, WebhookAttempt, WebhookState, units
from .catalogue import EVENTS, TEST

LINES = 50


def desks_for(user: Any) -> list[Unit]:
    """The desks of the own side of which `user` may let a system hear."""
    return [
        unit
        for unit in units_for(user, "administer_accounts")
        if unit.kind == Unit.Kind.DESK and unit.side == user.side
    ]


@dataclass
class Health:
    """A webhook with what waits for it and what was given up."""

    webhook: Webhook
    pending: int
    given_up: int

    @property
    def desks(self) -> list[Unit]:
        by_id = {unit.pk: unit for unit in units().values()}
        return [by_id[pk] for pk in self.webhook.desks if pk in by_id]

    @property
    def events(self) -> list[str]:
        return [str(EVENTS.get(event, event)) for event in self.webhook.events]

    @property
    def follows_all(self) -> bool:
        return len(self.webhook.events) == len(EVENTS)

    @property
    def looks(self) -> str:
        """on | failing | paused | off."""
        if self.webhook.state != WebhookState.ON:
            return str(self.webhook.state)
        return "failing" if self.webhook.failing_since else "on"

    @property
    def rests(self) -> bool:
        return self.webhook.resting_until is not None and self.webhook.resting_until > now()


def _counted(rows: Any) -> dict[str, int]:
    """How many messages each webhook has among these, by public id."""
    counted = rows.order_by().values("payload__webhook").annotate(count=Count("pk"))
    return {row["payload__webhook"]: row["count"] for row in counted}


def health_of(webhooks: Iterable[Webhook]) -> list[Health]:
    """Two statements however many there are."""
    found = list(webhooks)
    ids = [str(webhook.uid) for webhook in found]
    rows = Message.objects.filter(channel="webhook", payload__webhook__in=ids)
    pending, given_up = _counted(rows.open()), _counted(rows.given_up())
    return [
        Health(webhook, pending.get(uid, 0), given_up.get(uid, 0))
        for webhook, uid in zip(found, ids, strict=True)
    ]


@dataclass
class GivenUp:
    """A message that every attempt failed with."""

    key: str
    event: str
    event_label: str
    at: datetime | None
    attempts: int
    trouble: str


def given_up_of(webhook: Webhook) -> list[GivenUp]:
    """The newest fifty of a webhook that were given up."""
    rows = Message.objects.given_up().filter(channel="webhook", key__startswith=webhook.key)
    return [
        GivenUp(
            key=message.key,
            event=message.payload["type"],
            event_label=label_of(message.payload["type"]),
            at=message.given_up_at,
            attempts=message.attempts,
            trouble=_words(message.last_error),
        )
        for message in rows.order_by("-given_up_at")[:LINES]
    ]


def _words(error: str) -> str:
    word = error.rsplit(" ", 1)[-1]
    return str(Trouble(word if word in Trouble.values else Trouble.UNREACHABLE).label)


def label_of(event: str) -> str:
    return _("Test event") if event == TEST else str(EVENTS.get(event, event))


@dataclass
class Line:
    """One attempt of the log in words."""

    attempt: WebhookAttempt
    event_label: str


def log_of(webhook: Webhook) -> list[Line]:
    """The last fifty attempts, newest first."""
    rows = webhook.attempts.order_by("-at", "-pk")[:LINES]
    return [Line(attempt, label_of(attempt.event)) for attempt in rows]


def secrets_end(webhook: Webhook) -> datetime | None:
    """Until when a secret before the present one signs as well; None when there is none."""
    rows = webhook.secrets.filter(ends_at__gt=now())
    last: datetime | None = rows.aggregate(last=Max("ends_at"))["last"]
    return last
