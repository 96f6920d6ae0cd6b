"""The doors of the outbox for Celery. They run twice and late without harm."""

import threading

from celery import shared_task

from . import relay as outbox
from .models import Message, Pulse
from .ticks import run_ticks

_guard = threading.Lock()
_busy: set[str] = set()
_again: set[str] = set()


@shared_task(ignore_result=True, acks_late=False)  # type: ignore[untyped-decorator]
def relay(channel: str) -> None:
    """Carry out what is due in one channel: kicked on commit for speed, by tick for certainty.

    At most one thread of a worker carries a channel, whatever number of knocks comes in: a mail
    server that hangs holds one thread, and the live channel has its own.
    """
    with _guard:
        if channel in _busy:
            _again.add(channel)
            return
        _busy.add(channel)
    try:
        while True:
            while outbox.carry_out_next(channel) is not None:
                pass
            with _guard:
                if channel not in _again:
                    _busy.discard(channel)
                    return
                _again.discard(channel)
    except BaseException:
        with _guard:
            _busy.discard(channel)
            _again.discard(channel)
        raise


@shared_task(ignore_result=True, acks_late=False)  # type: ignore[untyped-decorator]
def tick() -> None:
    """Sent by beat every few seconds, and expiring as fast, so that ticks never pile up."""
    run_ticks()
    Pulse.beat("worker")
    due = Message.objects.due().order_by().values_list("channel", flat=True).distinct()
    for channel in due:
        relay.apply_async((channel,), retry=False, expires=30)
