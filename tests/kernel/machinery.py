"""Real processes for the tests of the kernel, each on a free port and ended with its test."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

ROOT = Path(__file__).resolve().parents[2]


def eventually(question, seconds=10.0, every=None):
    """The first true answer; an AssertionError when it does not come in time. Asked ever more
    rarely, down to ten times a second: what it costs to ask, the processes asked about lack."""
    begun = time.monotonic()
    while True:
        answer = question()
        if answer:
            return answer
        waited = time.monotonic() - begun
        assert waited < seconds, f"still not so after {seconds} s"
        time.sleep(every or min(0.02 + waited / 20, 0.1))


@contextlib.contextmanager
def rolled_back():
    """A transaction (or savepoint) in which all goes well until it is rolled back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


class Process:
    """A child process with its output kept; killed at the end if it still runs."""

    def __init__(self, *command, env, log):
        self.log = log
        with open(log, "wb") as out:
            self.child = subprocess.Popen(
                [str(part) for part in command],
                env={**os.environ, **env},
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def output(self):
        return Path(self.log).read_text(errors="replace")

    def alive(self):
        return self.child.poll() is None

    def signal(self, number):
        self.child.send_signal(number)

    def end(self, number=15, seconds=15):
        """Send a signal; the exit code, or an AssertionError when it goes on running."""
        self.child.send_signal(number)
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running {seconds} s after signal {number}") from None

    def kill(self):
        if self.alive():
            with contextlib.suppress(ProcessLookupError):
                self.child.send_signal(18)  # a stopped process cannot be waited for
            self.child.kill()
        self.child.wait(10)


def manage(*words):
    return [sys.executable, "manage.py", *words]


def environment_of(facts, wire):
    """The environment of a child process: the test database over the wire, short beats."""
    user = f"{facts['USER']}:{facts['PASSWORD']}" if facts["PASSWORD"] else facts["USER"]
    return {
        "DATABASE_URL": f"postgres://{user}@127.0.0.1:{wire.port}/{facts['NAME']}",
        "DJANGO_SETTINGS_MODULE": "tests.kernel.portal_settings",
        "PYTHONPATH": ".",
        "SECRET_KEY": settings.SECRET_KEY,
        "DEMO": "1",
        "LIVE_BEAT": "0.5",
    }


def serve(port):
    """The command of the whole server on one port, as `make run` starts it."""
    return [
        *(sys.executable, "-m", "uvicorn", "bordercoop.asgi:application"),
        *("--port", str(port), "--log-level", "warning", "--timeout-graceful-shutdown", "3"),
    ]


class Wire:
    """A line to another server that can be cut and mended, as a restart of the server looks."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.up = True
        self._pairs = set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if not self.up:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self._pairs.add((near, far))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(one, other), daemon=True).start()

    @staticmethod
    def _copy(one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for side in (one, other):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self.up = False
        for pair in list(self._pairs):
            for side in pair:
                with contextlib.suppress(OSError):
                    side.shutdown(socket.SHUT_RDWR)
                side.close()
        self._pairs.clear()

    def mend(self):
        self.up = True

    def close(self):
        self.cut()
        self._server.close()


class HangingReceiver:
    """A mail server that takes connections and never says a word."""

    def __init__(self):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.callers = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                self.callers.append(self._server.accept()[0])
            except OSError:
                return

    def close(self):
        self._server.close()
        for caller in self.callers:
            caller.close()


class Stream:
    """A client of /live/, read in a thread; `events` are (name, data, seconds) in order."""

    def __init__(self, port, query="", cookie=None, token=None, read=True):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Accept": "text/event-stream"}
        if cookie:
            headers["Cookie"] = f"session={cookie}"
        if token:
            headers["Authorization"] = f"Token {token}"
        self.connection.request("GET", f"/live/{query}", headers=headers)
        self.response = self.connection.getresponse()
        self.status = self.response.status
        self.events, self.ended = [], False
        if self.status == 200 and read:
            self._thread = threading.Thread(target=self._read, daemon=True)
            self._thread.start()

    def _read(self):
        name = None
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
            for raw in self.response:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    self.events.append((name, json.loads(line[6:]), time.perf_counter()))
        self.ended = True

    def named(self, name):
        return [event for event in self.events if event[0] == name]

    def desks(self):
        return [data["desk"] for _, data, _ in self.named("change")]

    def problem(self):
        return json.loads(self.response.read())

    def close(self):
        if self.connection.sock:
            with contextlib.suppress(OSError):
                self.connection.sock.shutdown(socket.SHUT_RDWR)
        elif self.response.fp:
            with contextlib.suppress(OSError, AttributeError):
                self.response.fp.raw._sock.shutdown(socket.SHUT_RDWR)
        self.connection.close()
        self.response.close()
