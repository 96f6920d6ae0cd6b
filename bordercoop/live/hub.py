"""One LISTEN connection for a process, fanned out to everybody who listens.

psycopg2 lives in the event loop here: the loop watches the socket and reads what has come. When
PostgreSQL restarts, the hub connects again and rings at every listener, since whatever was rung
meanwhile was heard by nobody.
"""

import asyncio
import json
import logging
import uuid
from concurrent.futures import Executor

import psycopg2
from django.conf import settings
from django.db import connection as django_connection
from django.db import connections

from bordercoop.outbox.models import Pulse

from .admission import survives_restart
from .doorbell import CHANNEL

log = logging.getLogger(__name__)

RECONNECT_WAITS = (0.1, 0.2, 0.5, 1.0, 2.0)
PROBE_SECONDS = 5.0


class Subscriber:
    """One open stream. Holds at most one pending mark for each topic, however slow its client."""

    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics
        self.gone = False
        self.woken = asyncio.Event()
        self._pending: set[str] = set()

    def ring(self, topic: str) -> None:
        if topic in self.topics:
            self._pending.add(topic)
            self.woken.set()

    def ring_everywhere(self) -> None:
        self._pending |= self.topics
        self.woken.set()

    def leave(self) -> None:
        """The client has closed the connection."""
        self.gone = True
        self.woken.set()

    def take(self) -> list[str]:
        """The topics that rang since the last call and may still be heard."""
        topics = sorted(self._pending & self.topics)
        self._pending.clear()
        self.woken.clear()
        return topics


class Hub:
    """Listens for the process, from `start` to `stop`, in the loop that calls them."""

    def __init__(self, pool: Executor) -> None:
        self.subscribers: set[Subscriber] = set()
        self.listening = False
        self._pool = pool
        self._tasks: list[asyncio.Task[None]] = []
        self._probe = ""
        self._echo = asyncio.Event()
        self._lost: asyncio.Future[None] | None = None

    def start(self) -> None:
        """Begin to listen; a second call changes nothing."""
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._listen_forever()),
                asyncio.create_task(self._prove_forever()),
            ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def subscribe(self, topics: frozenset[str]) -> Subscriber:
        subscriber = Subscriber(topics)
        self.subscribers.add(subscriber)
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self.subscribers.discard(subscriber)

    async def _listen_forever(self) -> None:
        failures = 0
        while True:
            try:
                listening = await asyncio.get_running_loop().run_in_executor(self._pool, _connect)
            except Exception as error:
                log.warning("Cannot listen for changes (%s); trying again.", str(error).strip())
                await asyncio.sleep(RECONNECT_WAITS[min(failures, len(RECONNECT_WAITS) - 1)])
                failures += 1
                continue
            failures = 0
            try:
                await self._listen_on(listening)
            finally:
                self.listening = False
                listening.close()
            log.warning("The connection that listens for changes was lost; connecting again.")

    async def _listen_on(self, listening: "psycopg2.extensions.connection") -> None:
        """Fan out what comes in, until the connection is lost."""
        loop, socket = asyncio.get_running_loop(), listening.fileno()
        lost = self._lost = loop.create_future()

        def read() -> None:
            try:
                listening.poll()
            except psycopg2.Error:
                loop.remove_reader(socket)
                if not lost.done():
                    lost.set_result(None)
                return
            for note in listening.notifies:
                self._fan_out(note.payload)
            listening.notifies.clear()

        loop.add_reader(socket, read)
        try:
            self.listening = True
            for subscriber in self.subscribers:
                subscriber.ring_everywhere()
            await lost
        finally:
            loop.remove_reader(socket)

    def _fan_out(self, payload: str) -> None:
        try:
            topic = json.loads(payload)["topic"]
        except (ValueError, KeyError, TypeError):
            log.error("A note on %s that is no ring was left alone.", CHANNEL)
            return
        if topic == self._probe:
            self._echo.set()
        for subscriber in self.subscribers:
            subscriber.ring(topic)

    async def _prove_forever(self) -> None:
        """Ring at ourselves every beat: a connection that looks open but hears nothing is dropped.

        So a beat on a stream means that a change would have come through as well.
        """
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(settings.LIVE_BEAT)
            self._probe = f"probe:{uuid.uuid4()}"
            self._echo.clear()
            try:
                await loop.run_in_executor(self._pool, _ring_at_ourselves, self._probe)
                async with asyncio.timeout(PROBE_SECONDS):
                    await self._echo.wait()
            except TimeoutError:
                if self._lost is not None and not self._lost.done():
                    self._lost.set_result(None)
            except Exception as error:
                log.warning("Cannot ring at ourselves (%s).", str(error).strip())


def _connect() -> "psycopg2.extensions.connection":
    """A connection of its own that has said LISTEN."""
    parameters = connections["default"].get_connection_params()
    parameters.pop("cursor_factory", None)
    listening = psycopg2.connect(**parameters)
    listening.autocommit = True
    with listening.cursor() as cursor:
        cursor.execute(f'LISTEN "{CHANNEL}"')
    return listening


@survives_restart
def _ring_at_ourselves(probe: str) -> None:
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"topic": probe})])
    Pulse.beat("live")
