"""A thousand open consoles, and how long the last of them waits for a ring.

Beside the portal's own stream stands a bare one: the same server (uvicorn), the same LISTEN, the
same event, written to as many streams, and nothing else. What it takes is the limit.

python -m benchmarks.consoles serve PORT    the bare stream
"""

import asyncio
import contextlib
import gc
import json
import os
import resource
import sys
import time
from typing import Any

import psycopg2

from bordercoop.devstack.processes import Trouble

from .portal import connected

COUNT, TURNS, RINGS, AT_ONCE = 1_000, 3, 40, 25
CHANGE = 'event: change\ndata: {"desk": "DESK-POL"}\n\n'
HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache")]


class Bare:
    """An ASGI application that passes each note of PostgreSQL on to every stream."""

    def __init__(self) -> None:
        self.streams: set[asyncio.Event] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            self._listen()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await self._write(send, "event: beat\ndata: {}\n\n")
        rung = asyncio.Event()
        self.streams.add(rung)
        try:
            while True:
                await rung.wait()
                rung.clear()
                await self._write(send, CHANGE)
        finally:
            self.streams.discard(rung)

    @staticmethod
    async def _write(send: Any, text: str) -> None:
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

    def _listen(self) -> None:
        link = psycopg2.connect(os.environ["DATABASE_URL"])
        link.autocommit = True
        link.cursor().execute("LISTEN live")

        def read() -> None:
            link.poll()
            if any(json.loads(note.payload)["topic"] == "DESK-POL" for note in link.notifies):
                for rung in self.streams:
                    rung.set()
            link.notifies.clear()

        asyncio.get_running_loop().add_reader(link.fileno(), read)
        self.link = link


class Consoles:
    """COUNT clients of one server in one loop; `heard` is when each read the present ring."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.heard, self.left = port, 0.0, 0
        self.all = asyncio.Event()
        self.request = (
            f"GET /live/?desk=DESK-POL HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Token {token}\r\n\r\n"
        ).encode()
        self.turn = asyncio.Semaphore(AT_ONCE)
        self.tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        ready = [loop.create_future() for _ in range(COUNT)]
        self.tasks = [asyncio.create_task(self._read(one)) for one in ready]
        await asyncio.gather(*ready)

    async def _read(self, ready: "asyncio.Future[None]") -> None:
        async with self.turn:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(self.request)
            status = await reader.readline()
            if b"200" not in status:
                ready.set_exception(Trouble(f"A console was answered {status!r}."))
                return
            while not (await reader.readline()).startswith(b"event: beat"):
                pass
            ready.set_result(None)
        try:
            while line := await reader.readline():
                if line.startswith(b"event: change"):
                    self.left -= 1
                    if not self.left:
                        self.heard = time.perf_counter()
                        self.all.set()
        finally:
            writer.close()

    async def ring(self, cursor: Any) -> float:
        """Seconds from the commit of a ring until the last console has read it."""
        self.left = COUNT
        self.all.clear()
        note = json.dumps({"topic": "DESK-POL", "kind": "change"})
        await asyncio.to_thread(cursor.execute, "SELECT pg_notify('live', %s)", [note])
        committed = time.perf_counter()
        async with asyncio.timeout(30):
            await self.all.wait()
        return max(0.0, self.heard - committed)

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def last_of_all(url: str, ports: dict[str, int], token: str) -> dict[str, list[float]]:
    """Name of the server -> seconds of each ring. Every server hears every ring, so only one has
    its consoles open at a time; in turns, so that a busy minute of the machine hits all alike."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))

    async def measure() -> dict[str, list[float]]:
        gc.disable()  # our rounds would count as the servers'
        took: dict[str, list[float]] = {name: [] for name in ports}
        with connected(url) as link, link.cursor() as cursor:
            for _turn in range(TURNS):
                for name, port in ports.items():
                    room = Consoles(port, token)
                    await room.open()
                    await room.ring(cursor)
                    for _ in range(RINGS):
                        took[name].append(await room.ring(cursor))
                        await asyncio.sleep(0.15)
                    await room.close()
        return took

    try:
        return asyncio.run(measure())
    finally:
        gc.enable()


def main() -> None:
    import uvicorn

    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.run(Bare(), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")


if __name__ == "__main__":
    main()
