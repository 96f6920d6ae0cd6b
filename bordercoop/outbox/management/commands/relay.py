"""`manage.py relay`: carry out due messages and ticks, with no broker involved."""

import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connections

from bordercoop.outbox.database import drop_broken_connections
from bordercoop.outbox.models import Pulse
from bordercoop.outbox.relay import carry_out_next, due_channels, relay_due
from bordercoop.outbox.ticks import run_ticks

log = logging.getLogger(__name__)

QUICK_SECONDS = 0.5


class Command(BaseCommand):
    # They would import every page, which the relay has no use for.
    requires_system_checks: list[str] = []
    help = "Carry out due messages and ticks once, or every few seconds until SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forever", action="store_true", help="go on until SIGTERM")
        parser.add_argument("--every", type=float, default=2.0, help="seconds between rounds")

    def handle(self, *, forever: bool, every: float, **options: Any) -> None:
        if not forever:
            run_ticks()
            self.stdout.write(f"{relay_due()} messages carried out.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())

        lanes = Lanes(stop)
        # A tick may take its time; what is quick waits for none of the others.
        each = [(lanes.look, every, "relay-look")]
        for name in settings.QUICK_TICKS:
            quick = partial(run_ticks, [name])
            each.append((quick, min(QUICK_SECONDS, every), f"relay-{name.rpartition('.')[2]}"))
        threads = [
            threading.Thread(target=_repeat, args=(work, stop, seconds), name=name)
            for work, seconds, name in each
        ]
        for thread in threads:
            thread.start()
        _repeat(_tick, stop, every)
        for thread in threads:
            thread.join()
        # The one that looks has ended, so there come no more.
        for thread in lanes.running():
            thread.join()


class Lanes:
    """A thread for each channel that has something to carry out, so that a mail server that hangs
    does not hold the live screens; it ends, with its connection, when nothing is due any more."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._threads: dict[str, threading.Thread] = {}

    def look(self) -> None:
        for channel in due_channels():
            thread = self._threads.get(channel)
            if thread is None or not thread.is_alive():
                thread = threading.Thread(
                    target=self._drain, args=(channel,), name=f"relay-{channel}"
                )
                self._threads[channel] = thread
                thread.start()

    def running(self) -> list[threading.Thread]:
        return [thread for thread in self._threads.values() if thread.is_alive()]

    def _drain(self, channel: str) -> None:
        with _logged():
            while not self._stop.is_set() and carry_out_next(channel) is not None:
                pass
        connections.close_all()


def _tick() -> None:
    run_ticks()
    Pulse.beat("relay")


@contextmanager
def _logged() -> Iterator[None]:
    """What is raised inside ends nothing: the next round follows."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        log.warning("The database does not answer (%s); trying again.", str(error).strip())
    except Exception:
        log.exception("A round of the relay failed; the next one follows.")


def _repeat(work: Callable[[], None], stop: threading.Event, every: float) -> None:
    """Do `work` every so many seconds until told to stop."""
    while not stop.is_set():
        with _logged():
            drop_broken_connections()
            work()
        stop.wait(every)
    connections.close_all()
