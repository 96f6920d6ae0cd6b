"""Alerts that a desk forwarded to posts of its own side, and to which it can. Reads only."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import now

from .access import posts_of_officer
from .board import Card, card_of
from .models import POSTS, Delivery, Forward, Unit, units
from .roles import reach
from .watch import posted_at

# How long a post still sees what it has dealt with.
KEPT = timedelta(hours=24)
MOST = 100


def posts_of_desk(desk: Unit) -> list[Unit]:
    """The units to which a desk forwards: posts of its own side within its reach."""
    return [
        unit
        for unit in reach(units()[desk.code], list(units().values()))
        if unit.kind in POSTS and unit.retired_at is None
    ]


@dataclass
class Choice:
    """A post to which a desk may forward: how many are posted there who could acknowledge, and
    whether the alert stands forwarded to it."""

    unit: Unit
    officers: int
    forwarded: bool


def choices(delivery: Delivery, standing: list[Forward]) -> list[Choice]:
    """The posts of the delivery's desk; one statement."""
    posts = posts_of_desk(delivery.desk)
    posted = posted_at([unit.pk for unit in posts])
    known = {forward.unit_id for forward in standing if forward.withdrawn_at is None}
    return [Choice(unit, len(posted.get(unit.pk, [])), unit.pk in known) for unit in posts]


@dataclass
class Sent:
    """What a post has from a desk, as its officer sees it."""

    forward: Forward
    card: Card
    error: str = ""
    typed: str = ""


def at_posts_of(user: Any) -> tuple[list[Sent], list[Sent]]:
    """What waits at the officer's posts, the most urgent first, and what was dealt with lately."""
    at = posts_of_officer(user)
    if not at:
        return [], []
    rows = Forward.objects.at([unit.pk for unit in at]).whole()
    open_ = rows.waiting() | rows.unheard()
    since = now() - KEPT
    lately = rows.filter(
        Q(acknowledged_at__gte=since) | Q(withdrawn_at__gte=since) | Q(recall_seen_at__gte=since)
    )
    waiting = [
        Sent(forward, card_of(forward.delivery, user))
        for forward in open_.order_by("delivery__priority", "at", "pk")[:MOST]
    ]
    waiting.sort(key=lambda one: one.forward.recalled_at is None)
    known = {one.forward.pk for one in waiting}
    done = [
        Sent(forward, card_of(forward.delivery, user))
        for forward in lately.order_by("-pk")[:MOST]
        if forward.pk not in known
    ]
    return waiting, done


def waiting_at_posts(user: Any) -> int:
    """How many wait at the officer's posts, recalls of which nobody knows among them."""
    at = posts_of_officer(user)
    if not at:
        return 0
    rows = Forward.objects.at([unit.pk for unit in at])
    return (rows.waiting() | rows.unheard()).count()
