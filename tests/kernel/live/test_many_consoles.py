"""A thousand consoles at one server, fifty of which read nothing: all others are served."""

import asyncio
import contextlib
import resource
import socket
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from bordercoop.live.doorbell import ring_many
from tests.kernel.machinery import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]

READING, DEAF = 950, 50
# What the deaf ones are sent is long, so that every buffer on the way to them fills soon.
NOISY = [f"UNIT-{number:02}-{'X' * 28}" for number in range(50)]
AT_ONCE = 40


@pytest.fixture
def room():
    """As many open files as a thousand lines need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def key(make_user):
    def key(name, groups):
        client = Client()
        client.force_login(make_user(name, groups, side="BY"), settings.AUTHENTICATION_BACKENDS[0])
        return client.session.session_key

    return key


def asked(cookie, query=""):
    return (
        f"GET /live/{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
        f"Cookie: session={cookie}\r\n\r\n"
    ).encode()


class Consoles:
    """Clients of one server in one loop; `changes` are how many each has heard."""

    def __init__(self, port, cookie):
        self.port, self.request = port, asked(cookie, "?desk=DESK-POL")
        self.changes, self.ended = [0] * READING, 0
        self.turn, self.tasks = asyncio.Semaphore(AT_ONCE), []
        self.heard = asyncio.Condition()

    async def open(self):
        ready = [asyncio.get_running_loop().create_future() for _ in range(READING)]
        self.tasks = [asyncio.create_task(self._read(n, one)) for n, one in enumerate(ready)]
        await asyncio.gather(*ready)

    async def _read(self, number, ready):
        async with self.turn:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(self.request)
            status = await reader.readline()
            if b"200" not in status:
                ready.set_exception(AssertionError(status))
                return
            while not (await reader.readline()).startswith(b"event: beat"):
                pass
            ready.set_result(None)
        with contextlib.suppress(OSError):
            while line := await reader.readline():
                if line.startswith(b"event: change"):
                    self.changes[number] += 1
        self.ended += 1

    async def all_heard(self, times, seconds):
        """Seconds until the last of them has heard it so often."""
        began = time.perf_counter()
        while min(self.changes) < times:
            assert time.perf_counter() - began < seconds, f"{min(self.changes)} of {times}"
            await asyncio.sleep(0.01)
        return time.perf_counter() - began

    async def close(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def deaf_line(port, request):
    """A client with the smallest buffer there is, which never reads."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    line.connect(("127.0.0.1", port))
    line.sendall(request)
    return line


def lines_of(process):
    """How many connections the server holds open."""
    return len(list(Path(f"/proc/{process.child.pid}/fd").iterdir()))


def test_a_thousand_are_served_though_fifty_read_nothing_and_those_are_let_go(portal, room, key):
    process, port = portal(LIVE_BEAT="10", LIVE_SEND_SECONDS="2")
    reading, deaf = key("pol.duty", ["DESK-POL"]), key("deaf", NOISY)

    async def run():
        consoles = Consoles(port, reading)
        await consoles.open()
        served = lines_of(process)
        lines = [await asyncio.to_thread(deaf_line, port, asked(deaf)) for _ in range(DEAF)]
        await asyncio.to_thread(eventually, lambda: lines_of(process) >= served + DEAF)
        took, rung, until = [], 0, time.perf_counter() + 40
        # Their noise goes on until the last of them was let go; the others hear their desk.
        while lines_of(process) > served + 5:
            assert time.perf_counter() < until, lines_of(process) - served
            for _burst in range(5):
                await asyncio.to_thread(ring_many, NOISY)
                await asyncio.sleep(0.06)
            rung += 1
            await asyncio.to_thread(ring_many, ["DESK-POL"])
            took.append(await consoles.all_heard(rung, 10))
        assert consoles.changes == [rung] * READING
        assert consoles.ended == 0
        assert rung >= 3
        # Beside the noise a ring comes to the last of them soon; much slack for a busy machine.
        assert sorted(took)[len(took) // 2] < 3
        await consoles.close()
        for line in lines:
            line.close()

    asyncio.run(run())
    assert process.alive()
