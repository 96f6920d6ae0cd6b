"""`manage.py relay`: carry out due messages and ticks, with no broker involved."""

import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connections

from bordercoop.outbox.database import drop_broken_connections
from bordercoop.outbox.models import Pulse
from bordercoop.outbox.relay import carry_out_next, relay_due
from bordercoop.outbox.ticks import run_ticks

log = logging.getLogger(__name__)

QUICK_SECONDS = 0.5


class Command(BaseCommand):
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

        def drain(channel: str) -> Callable[[], None]:
            def round_() -> None:
                while not stop.is_set() and carry_out_next(channel) is not None:
                    pass

            return round_

        # A thread for each channel: a mail server that hangs must not hold the live screens.
        threads = [
            threading.Thread(target=_repeat, args=(drain(name), stop, every), name=f"relay-{name}")
            for name in settings.OUTBOX_CHANNELS
        ]
        # A tick may take its time; what is quick waits for none of the others.
        quick = (_quick, stop, min(QUICK_SECONDS, every))
        threads.append(threading.Thread(target=_repeat, args=quick, name="relay-quick"))
        for thread in threads:
            thread.start()
        _repeat(_tick, stop, every)
        for thread in threads:
            thread.join()


def _quick() -> None:
    run_ticks(settings.QUICK_TICKS)


def _tick() -> None:
    run_ticks()
    Pulse.beat("relay")


def _repeat(work: Callable[[], None], stop: threading.Event, every: float) -> None:
    """Do `work` every so many seconds until told to stop; nothing that it raises ends the loop."""
    while not stop.is_set():
        try:
            drop_broken_connections()
            work()
        except (OperationalError, InterfaceError) as error:
            log.warning("The database does not answer (%s); trying again.", str(error).strip())
        except Exception:
            log.exception("A round of the relay failed; the next one follows.")
        stop.wait(every)
    connections.close_all()
