"""Outbox channels of officers' own channels and of the digest. Each looks again before it sends."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from bordercoop.outbox.relay import post
from bordercoop.reference.models import terms
from bordercoop.reference.translated import headline_in

from .. import actions
from ..access import reads_delivery, still_posted
from ..models import Attempt, Channel, ChannelKind, ChannelState, Delivery, Priority, Trouble
from . import words
from .posting import is_present, lane
from .reading import last_minute, waiting_for_digest, waiting_together
from .sealed import opened
from .transport import Undelivered, send_push, send_text

# P1 in a flood: what comes within so many seconds goes out together.
P1_SECONDS = 3
FLOOD_SECONDS = 60
# What was held back at the last moment is written down before the message for all is due.
SETTLE_SECONDS = 1
Outcome = Attempt.Outcome


def _channel(payload: dict[str, Any]) -> Channel | None:
    """The channel of a message, or None when it may not be used any more."""
    rows = Channel.objects.on().select_related("officer")
    channel: Channel | None = rows.filter(pk=payload["channel"]).first()
    if channel is None or not channel.officer.is_active:
        return None
    return channel


def send_personal(payload: dict[str, Any], *, key: str) -> None:
    """Tell one officer of an alert by one of the officer's own channels, or of a test.

    The same alert goes once by a channel at each step. More than FLOOD_MOST of them in a minute
    become one message; P1 waits a few seconds at most for others to go with it.
    """
    if "test" in payload:
        _send_test(payload)
        return
    channel = _channel(payload)
    if channel is None:
        return
    if "together" in payload:
        _send_together(channel)
        return
    delivery = Delivery.objects.bare().get(uid=payload["delivery"])
    if not is_present(payload, delivery):
        return
    told = Attempt.objects.filter(
        delivery=delivery, step=payload["step"], turn=delivery.wakes, channel=channel,
        outcome__in=(Outcome.SENT, Outcome.GROUPED),
    )  # fmt: skip
    if not delivery.waits or not reads_delivery(channel.officer, delivery) or told.exists():
        return
    steps = {delivery.pk: payload["step"]}
    earlier = last_minute(channel, FLOOD_SECONDS)
    if len(earlier) >= settings.FLOOD_MOST:
        _hold_back(channel, delivery, steps, earlier[0])
        return
    _deliver(channel, [delivery], steps)


@transaction.atomic
def _hold_back(
    channel: Channel, delivery: Delivery, steps: dict[int, int], since: datetime
) -> None:
    """Leave it to one message for all; that one is due at the end of the minute, P1's at once."""
    actions.note_attempts([delivery], channel.kind, Outcome.GROUPED, channel=channel, steps=steps)
    if delivery.priority == Priority.P1:
        end = (now().timestamp() // P1_SECONDS + 1) * P1_SECONDS
        due, mark = datetime.fromtimestamp(end, UTC), f"p1:{end:.0f}"
    else:
        due = since + timedelta(seconds=FLOOD_SECONDS)
        mark = f"{due.timestamp():.0f}"
    post(
        lane(channel.kind, delivery.priority),
        f"together:{channel.uid}:{mark}",
        {"channel": channel.pk, "together": True},
        due=due + timedelta(seconds=SETTLE_SECONDS),
    )


def _send_together(channel: Channel) -> None:
    held = [
        attempt
        for attempt in waiting_together(channel)
        if reads_delivery(channel.officer, attempt.delivery)
    ]
    if held:
        deliveries = list({one.delivery_id: one.delivery for one in held}.values())
        _deliver(channel, deliveries, {one.delivery_id: one.step for one in held})


def _deliver(channel: Channel, deliveries: list[Delivery], steps: dict[int, int]) -> None:
    """Send one message about these, and write down how it ended. Raises Undelivered when the
    outbox should try again."""
    many, to = len(deliveries) > 1, channel.officer
    urgent = any(d.priority in (Priority.P1, Priority.P2) for d in deliveries)
    noted: dict[str, Any] = {
        "channel": channel,
        "steps": steps,
        "together": len(deliveries) if many else None,
    }
    try:
        if channel.kind == ChannelKind.PUSH:
            content = (
                words.push_of_many(deliveries, to.language)
                if many
                else words.push_of(deliveries[0], to.language)
            )
            send_push(opened(channel.address), content, urgent=urgent)
        else:
            text = (
                words.text_of_many(deliveries, to.language)
                if many
                else words.text_of(deliveries[0], to.language)
            )
            send_text(channel.kind, opened(channel.address), text)
    except Undelivered as trouble:
        if not _failed(channel, trouble, deliveries, noted):
            raise
        return
    with transaction.atomic():
        actions.note_attempts(deliveries, channel.kind, Outcome.SENT, **noted)
        actions.note_sent(channel)
    for delivery in deliveries:
        actions.mark_sent(delivery)


@transaction.atomic
def _failed(
    channel: Channel, trouble: Undelivered, deliveries: list[Delivery], noted: dict[str, Any]
) -> bool:
    """Whether it is over: the channel is off, or has no provider here."""
    over = actions.note_failure(channel, reason=trouble.reason, permanent=trouble.permanent)
    over = over or trouble.reason == Trouble.NO_PROVIDER
    outcome = Outcome.ENDED if over else Outcome.FAILED
    actions.note_attempts(deliveries, channel.kind, outcome, reason=trouble.reason, **noted)
    return over


def _send_test(payload: dict[str, Any]) -> None:
    channel = Channel.objects.select_related("officer").filter(uid=payload["test"]).first()
    if channel is None or channel.asked_at is None or not channel.officer.is_active:
        return
    if channel.test_sent_at is not None or not still_posted(channel.officer):
        return
    address = opened(channel.address)
    try:
        if channel.kind == ChannelKind.PUSH:
            content = words.push_of_test(channel.officer, channel.asked_at)
            send_push(address, content, urgent=True)
        else:
            text = words.text_of_test(channel.officer, channel.asked_at)
            send_text(channel.kind, address, text)
    except Undelivered as trouble:
        if not actions.note_failure(channel, reason=trouble.reason, permanent=trouble.permanent):
            raise
        return
    actions.note_test_sent(channel)


def give_up_personal(payload: dict[str, Any], *, failure: str) -> None:
    """The outbox gave a message up. E-mail and console told of the alert all the same, so the
    delivery has not failed; its log says what did not get through."""
    if "test" in payload:
        channel = Channel.objects.filter(uid=payload["test"]).first()
        if channel is not None:
            actions.fail_channel(channel, reason=_reason(failure))
        return
    channel = Channel.objects.filter(pk=payload["channel"]).first()
    if channel is None:
        return
    if "together" in payload:
        held = waiting_together(channel)
        deliveries = [one.delivery for one in held]
        steps = {one.delivery_id: one.step for one in held}
    else:
        deliveries = [Delivery.objects.bare().get(uid=payload["delivery"])]
        steps = {deliveries[0].pk: payload["step"]}
        if not is_present(payload, deliveries[0]):
            return
    actions.note_attempts(
        deliveries, channel.kind, Outcome.ENDED, reason=_reason(failure), channel=channel,
        steps=steps,
    )  # fmt: skip


def _reason(failure: str) -> Trouble:
    """The reason at the end of what Undelivered says; of anything else, that nobody was reached."""
    found = failure.rsplit(" ", 1)[-1]
    return Trouble(found) if found in Trouble.values else Trouble.UNREACHABLE


# --- mail


@contextmanager
def noting(delivery: Delivery, kind: str, step: int, officer: Any = None) -> Iterator[None]:
    """Write into the delivery's log how what happens inside ended; a failure goes on its way."""
    steps = {delivery.pk: step}
    try:
        yield
    except Exception as error:
        timed_out = isinstance(error.__cause__ or error, TimeoutError)
        reason = Trouble.TIMED_OUT if timed_out else Trouble.UNREACHABLE
        if isinstance(getattr(error, "smtp_code", None), int):
            reason = Trouble.REFUSED
        actions.note_attempts(
            [delivery], kind, Outcome.FAILED, reason=reason, officer=officer, steps=steps
        )
        raise
    actions.note_attempts([delivery], kind, Outcome.SENT, officer=officer, steps=steps)


def note_given_up(delivery: Delivery, payload: dict[str, Any]) -> None:
    """Live screen or e-mail gave up: the log says so beside the delivery itself."""
    officer = User.objects.filter(pk=payload["to"]).first() if "to" in payload else None
    actions.note_attempts(
        [delivery],
        ChannelKind.MAIL if officer else ChannelKind.LIVE,
        Outcome.ENDED,
        reason=Trouble.UNREACHABLE,
        officer=officer,
        steps={delivery.pk: payload.get("step", delivery.step)},
    )


def send_digest(payload: dict[str, Any], *, key: str) -> None:
    """One letter about everything of priority P4 that still waits; nothing when nothing does."""
    to = User.objects.get(pk=payload["to"])
    held = [attempt for attempt in waiting_for_digest(to) if reads_delivery(to, attempt.delivery)]
    if not held or not to.is_active:
        return
    with translation.override(to.language):
        rows = []
        for attempt in held:
            card = attempt.delivery.card
            headline, _language, _mark = headline_in(
                to.language,
                card.get("headline") or "",
                card.get("language"),
                card.get("texts") or {},
            )
            category = terms("incident_category").get(card.get("category", ""))
            rows.append(
                {
                    "delivery": attempt.delivery,
                    "number": card.get("number", ""),
                    "title": headline or (category.name if category else ""),
                }
            )
        context = {
            "to": to,
            "rows": rows,
            "link": address_of("console"),
        }
        subject = render_to_string("contactpoints/digest_subject.txt", context).strip()
        body = render_to_string("contactpoints/digest_mail.txt", context)
    deliveries = [attempt.delivery for attempt in held]
    noted: dict[str, Any] = {
        "officer": to,
        "steps": {attempt.delivery_id: attempt.step for attempt in held},
        "together": len(held),
    }
    try:
        send_letter(to.email, subject, body, key=key)
    except Exception:
        actions.note_attempts(
            deliveries, ChannelKind.MAIL, Outcome.FAILED, reason=Trouble.UNREACHABLE, **noted
        )
        raise
    actions.note_attempts(deliveries, ChannelKind.MAIL, Outcome.SENT, **noted)
    for delivery in deliveries:
        actions.mark_sent(delivery)
        actions.mark_delivered(delivery)


def send_unreached(payload: dict[str, Any], *, key: str) -> None:
    """Tell an officer, or whoever heads the officer's desk, that a channel was switched off.

    Nothing when it works again. Of the address nothing is said."""
    channel = Channel.objects.select_related("officer").filter(uid=payload["channel"]).first()
    to = User.objects.get(pk=payload["to"])
    if channel is None or channel.state != ChannelState.FAILED:
        return
    if not to.is_active or not still_posted(to):
        return
    with translation.override(to.language):
        context = {
            "to": to,
            "officer": channel.officer,
            "own": to.pk == channel.officer_id,
            "channel": channel,
            "address": address_of("channels"),
        }
        subject = render_to_string("contactpoints/unreached_subject.txt", context).strip()
        body = render_to_string("contactpoints/unreached_mail.txt", context)
    send_letter(to.email, subject, body, key=key)
