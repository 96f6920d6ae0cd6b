"""Write messages with the fact (`post`); carry them out afterwards (`relay_due`).

Promise: a message posted in a transaction that committed is handed to its channel at least once,
or ends as given up where an operator sees it. Channels make "at least once" into "once" by `key`,
look again whether there is still something to send, and bring their own time limit, which must
stay below LEASE. One that raises ReceiverAway is not at the end of its attempts: what it could not
hand over goes out when the receiver is back, within AWAY_FOR. settings.OUTBOX_CHANNELS names the
function of each channel, called with (payload, key=...); settings.OUTBOX_GIVEN_UP who is told, with
(payload, failure=...). A channel that may not try yet raises NotNow: the message waits, and that
was no attempt.
"""

import functools
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import (
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from django.utils.module_loading import import_string
from django.utils.timezone import now

from bordercoop.audit.context import request_id

from .database import drop_broken_connections
from .models import Message

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.OUTBOX_LEASE)
BACKOFF = (5, 15, 60, 300, 900)
GIVE_UP_AFTER = len(BACKOFF) + 1
# A receiver that is away is asked so often, or as often as settings.OUTBOX_AWAY says of a channel.
AWAY_EVERY = 300
AWAY_FOR = timedelta(hours=24)
# How the last error begins once somebody was told that a message waits for its receiver.
WAITING = "Waits for its receiver. "
# After a knock that nobody answered, later requests do not wait for the broker for so long.
QUIET_SECONDS = 5.0
# How long to wait for a restarting database before an outcome is left to the lease.
SETTLE_WAITS = (0.2, 0.5, 1.0, 2.0, 4.0)

CLAIM = """
    UPDATE outbox_message SET due_at = %(lease)s, attempts = attempts + 1
    WHERE id = ANY(ARRAY(
        SELECT id FROM outbox_message
        WHERE channel = %(channel)s AND done_at IS NULL AND given_up_at IS NULL
          AND due_at <= %(now)s
        ORDER BY due_at, id LIMIT %(limit)s
        FOR NO KEY UPDATE SKIP LOCKED
    ))
    RETURNING *
"""

# One step down an index for each channel, however much is due.
DUE = """
    SELECT name FROM unnest(%(channels)s) AS name
    WHERE EXISTS (SELECT 1 FROM outbox_message
                  WHERE channel = name AND done_at IS NULL AND given_up_at IS NULL
                    AND due_at <= %(now)s)
"""

_quiet_until = 0.0
_together: ContextVar[list[Message] | None] = ContextVar("together", default=None)


class ReceiverAway(Exception):
    """Nobody was there to take any message of this channel."""


class NotNow(Exception):
    """Raised by a channel before it tried anything: the message is due again at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until.isoformat()}")
        self.until = until


def post(
    channel: str, key: str, payload: Mapping[str, Any], *, due: datetime | None = None
) -> None:
    """Queue a message in the caller's transaction; the same key twice is the same message.

    Costs one INSERT. After the commit a worker is woken, once per channel and transaction. What is
    `due` later waits for the relay, which looks every few seconds.
    """
    if channel not in settings.OUTBOX_CHANNELS:
        raise LookupError(f"No such channel in OUTBOX_CHANNELS: {channel}")
    message = Message(
        channel=channel,
        key=key,
        payload=payload,
        due_at=due or now(),
        request_id=request_id.get()[:64],
    )
    gathered = _together.get()
    if gathered is None:
        Message.objects.bulk_create([message], ignore_conflicts=True)
    else:
        gathered.append(message)
    if due is None:
        knock_after_commit(channel)


@contextmanager
def posting_together() -> Iterator[None]:
    """What is posted inside costs one INSERT together, at the end of the block."""
    messages: list[Message] = []
    token = _together.set(messages)
    try:
        yield
    finally:
        _together.reset(token)
    Message.objects.bulk_create(messages, ignore_conflicts=True)


def knock_after_commit(channel: str) -> None:
    """Wake a worker for this channel when the current transaction has committed."""
    wake = _waker(channel)
    # A waker of this transaction that is still in the list disappears only by a rollback that
    # takes the present message with it, so one is enough.
    if not any(entry[1] is wake for entry in connection.run_on_commit):
        transaction.on_commit(wake, robust=True)


@functools.cache
def _waker(channel: str) -> Callable[[], None]:
    # Not functools.partial: Django's robust callbacks want a function with a name.
    def wake() -> None:
        knock(channel)

    return wake


def knock(channel: str) -> bool:
    """Ask a worker to carry out this channel now; False when no broker took it.

    Nothing is lost then: the relay and beat find the message by themselves.
    """
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    from .tasks import relay

    try:
        relay.apply_async((channel,), retry=False, expires=30)
    except Exception as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("The broker does not answer (%s); the relay carries on without it.", error)
        return False
    return True


def claim(channel: str, limit: int = 1) -> list[Message]:
    """Take due messages, oldest first, by pushing their due time past the lease.

    The messages of a process that died fall due again by themselves. One statement.
    """
    moment = now()
    return list(
        Message.objects.raw(
            CLAIM,
            {"lease": moment + LEASE, "channel": channel, "now": moment, "limit": limit},
        )
    )


def due_channels() -> list[str]:
    """The channels of which something is due. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"channels": list(settings.OUTBOX_CHANNELS), "now": now()})
        return [name for (name,) in cursor.fetchall()]


def relay_due(limit: int = 50, channel: str | None = None) -> int:
    """Carry out at most `limit` due messages of each channel, or of the one named.

    Returns how many were carried out.
    """
    done = 0
    for name in [channel] if channel else settings.OUTBOX_CHANNELS:
        for _ in range(limit):
            outcome = carry_out_next(name)
            if outcome is None:
                break
            done += outcome
    return done


def carry_out_next(channel: str) -> bool | None:
    """Carry out the oldest due message: True if it went out, False if not, None if none is due.

    One at a time, so that a slow receiver never holds leases on messages that another process
    could send meanwhile.
    """
    claimed = claim(channel)
    if not claimed:
        return None
    token = request_id.set(claimed[0].request_id)
    try:
        return _carry_out(claimed[0])
    finally:
        request_id.reset(token)


def _carry_out(message: Message) -> bool:
    if message.attempts > GIVE_UP_AFTER:
        # Every attempt ended with the death of its process: the next one would kill another.
        return _give_up(message, message.last_error or "No attempt came to an end.")
    try:
        send = import_string(settings.OUTBOX_CHANNELS[message.channel])
        send(message.payload, key=message.key)
    except NotNow as rest:
        _settle(message, due_at=rest.until, attempts=message.attempts - 1)
        return False
    except Exception as error:
        drop_broken_connections()
        reason = f"{type(error).__name__}: {error}"[:200].replace("\0", "")
        if isinstance(error, ReceiverAway) and now() - message.created_at < AWAY_FOR:
            return _await_receiver(message, reason)
        if message.attempts >= GIVE_UP_AFTER:
            return _give_up(message, reason)
        wait = BACKOFF[message.attempts - 1]
        log.warning("%s failed (%s); next attempt in %s s.", message.key, _kind(reason), wait)
        _settle(message, due_at=now() + timedelta(seconds=wait), last_error=reason)
        return False
    _settle(message, done_at=now(), last_error="")
    return True


def _await_receiver(message: Message, reason: str) -> bool:
    """Try again until the receiver is back; told as given up once, when others would be."""
    every = settings.OUTBOX_AWAY.get(message.channel, AWAY_EVERY)
    wait = min(every, BACKOFF[min(message.attempts, len(BACKOFF)) - 1])
    if message.attempts >= GIVE_UP_AFTER:
        if not message.last_error.startswith(WAITING):
            log.error("%s waits for its receiver (%s).", message.key, _kind(reason))
            _tell(message, WAITING + reason)
        reason = (WAITING + reason)[:200]
    attempts = min(message.attempts, GIVE_UP_AFTER - 1)
    due = now() + timedelta(seconds=wait)
    _settle(message, due_at=due, last_error=reason, attempts=attempts)
    return False


def _kind(reason: str) -> str:
    """The class of the error alone: its text, kept in the row, may name a receiver."""
    return reason.split(":", 1)[0]


def _give_up(message: Message, reason: str) -> bool:
    log.error("%s given up after %s attempts: %s", message.key, message.attempts, _kind(reason))
    _tell(message, reason)
    _settle(message, given_up_at=now(), last_error=reason)
    return False


def _tell(message: Message, reason: str) -> None:
    if told := settings.OUTBOX_GIVEN_UP.get(message.channel):
        # Before the mark, so that a process that dies in between tells it again.
        try:
            import_string(told)(message.payload, failure=reason)
        except Exception:
            log.exception("Nobody could be told that %s was given up.", message.key)
            drop_broken_connections()


def _settle(message: Message, **outcome: Any) -> None:
    """Write how an attempt ended, unless its lease ran out and somebody else took the message."""
    ours = Message.objects.open().filter(
        pk=message.pk, due_at=message.due_at, attempts=message.attempts
    )
    for wait in SETTLE_WAITS:
        try:
            ours.update(**outcome)
            return
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            # PostgreSQL is restarting. Without this patience what was sent would be sent again.
            connection.close()
            time.sleep(wait)
    ours.update(**outcome)
