"""What an escalation step puts into the outbox, for whom, and when it is due."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import now

from bordercoop.outbox.relay import post
from bordercoop.reference.sides import ZONE

from ..models import PERSONAL, Attempt, Channel, ChannelKind, Delivery, Priority
from ..watch import told_at

# A digest comes before the alert climbs: whoever answers it then is not bothered twice.
BEFORE_ESCALATION = timedelta(minutes=5)
# P1 does not queue behind the rest: its messages have threads of their own.
URGENT_LANE = "_p1"


def lane(kind: str, priority: str) -> str:
    """The outbox channel that carries messages of a kind at a priority."""
    return f"{kind}{URGENT_LANE}" if priority == Priority.P1 else str(kind)


def kind_of(message_lane: str) -> str:
    return message_lane.removesuffix(URGENT_LANE)


def is_present(payload: Mapping[str, Any], delivery: Delivery) -> bool:
    """Whether a message is of the delivery's present turn: the desk has neither handed the alert
    back nor been woken since it was posted."""
    turn: int = payload.get("turn", 0)
    return turn == delivery.wakes


def post_step(
    delivery: Delivery,
    at: int | None = None,
    also: Iterable[int] = (),
    known: dict[Any, Any] | None = None,
) -> None:
    """Post what a step of the delivery sends, the present one or `at`: one message per channel and
    person, the same ones when it is called again before the alert wakes up anew.

    `also`: ids of officers who get a mail whether or not the step tells them. A step that names a
    channel somebody has not set up tells by the others; e-mail is sent by every step, whatever it
    names. P4 rings no telephone, and its first mail waits for the digest. What quiet hours hold is
    due at their end. `known` keeps whom a step tells for the next delivery of the same moment.
    """
    known = {} if known is None else known
    number = delivery.step if at is None else at
    step = delivery.steps[number]
    turn = f"{number}.{delivery.wakes}" if delivery.wakes else str(number)
    key = f"delivery:{delivery.uid}:{turn}"
    payload = {"delivery": str(delivery.uid), "step": number, "turn": delivery.wakes}
    due = delivery.held_until
    if ChannelKind.LIVE in step["channels"]:
        post("live", f"{key}:live", payload)
    whom = (delivery.desk_id, step["who"], step.get("at"), step.get("alone"))
    if whom not in known:
        known[whom] = told_at(step, delivery.desk)
    officers = known[whom]
    information = delivery.priority == Priority.P4
    asked = {*also}
    for officer in officers:
        if information and number == 0 and officer.pk not in asked:
            _gather(delivery, officer)
        else:
            asked.add(officer.pk)
    for pk in sorted(asked):
        post(
            lane(ChannelKind.MAIL, delivery.priority),
            f"{key}:mail:{pk}",
            {**payload, "to": pk},
            due=due,
        )
    wanted = [kind for kind in PERSONAL if kind in step["channels"]]
    if not wanted or not officers or information:
        return
    if (whom, *wanted) not in known:
        channels = Channel.objects.on().filter(officer__in=officers, kind__in=wanted)
        known[(whom, *wanted)] = list(channels.only("kind", "officer_id").order_by("pk"))
    for channel in known[(whom, *wanted)]:
        post(
            lane(channel.kind, delivery.priority),
            f"{key}:{channel.kind}:{channel.pk}",
            {**payload, "to": channel.officer_id, "channel": channel.pk},
            due=due,
        )


def _gather(delivery: Delivery, officer: Any) -> None:
    Attempt.objects.create(
        delivery=delivery,
        step=delivery.step,
        turn=delivery.wakes,
        kind=ChannelKind.MAIL,
        officer=officer,
        outcome=Attempt.Outcome.GATHERED,
    )
    at = now()
    due = next_digest(officer, at)
    if delivery.escalate_at is not None:
        due = max(at, min(due, delivery.escalate_at - BEFORE_ESCALATION))
    if delivery.held_until is not None:
        due = max(due, delivery.held_until)
    post("digest", f"digest:{officer.pk}:{due.timestamp():.0f}", {"to": officer.pk}, due=due)


def next_digest(officer: Any, at: datetime) -> datetime:
    """The next of the hours that DIGEST_AT names, by the clocks of the officer's side."""
    local = at.astimezone(ZoneInfo(ZONE.get(officer.side, "UTC")))
    hours = [time.fromisoformat(text) for text in settings.DIGEST_AT]
    moments = [
        datetime.combine(local.date() + timedelta(days=days), hour, tzinfo=local.tzinfo)
        for days in (0, 1)
        for hour in hours
    ]
    return min(moment for moment in moments if moment > at)
