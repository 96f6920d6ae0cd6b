"""The processes of the portal on servers of its own, and clients that use it as browsers do."""

import contextlib
import http.client
import json
import os
import queue
import socket
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2

from bordercoop.devstack.postgres import free_port
from bordercoop.devstack.processes import Process, Trouble
from bordercoop.devstack.stack import PYTHON, ROOT

CELERY = ["-m", "celery", "-A", "bordercoop.celery"]
# The same commands as `make run` starts.
COMMANDS = {
    "relay": ["manage.py", "relay", "--forever"],
    "worker": [*CELERY, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "INFO",
               "--without-gossip", "--without-mingle", "--without-heartbeat"],
    "beat": [*CELERY, "beat", "--pidfile="],
}  # fmt: skip


class Portal:
    """Starts processes against one database; all of them are gone at the end."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bordercoop.settings",
                            **environment}  # fmt: skip
        self.processes: dict[str, Process] = {}

    def run(self, *command: str, **environment: str) -> str:
        """A command that ends; what it printed."""
        name = f"run-{uuid.uuid4().hex[:6]}"
        process = self._start(name, list(command), **environment)
        while process.code is None:
            time.sleep(0.02)
        said = process.log.read_text(errors="replace")
        if process.code:
            raise Trouble(f"{' '.join(command)} failed:\n{said[-3000:]}")
        return said

    def start(self, name: str, **environment: str) -> Process:
        """relay | worker | beat."""
        self.processes[name] = self._start(name, COMMANDS[name], **environment)
        return self.processes[name]

    def web(self, name: str = "web", **environment: str) -> int:
        """The web process; the port at which it answers."""
        port = free_port()
        command = ["-m", "uvicorn", "bordercoop.asgi:application", "--host", "127.0.0.1"]
        command += ["--port", str(port), "--timeout-graceful-shutdown", "3", "--ws", "none"]
        command += ["--no-proxy-headers", "--no-server-header"]
        command += ["--no-access-log", "--log-level", "warning"]
        process = self.processes[name] = self._start(name, command, **environment)
        eventually(lambda: answers(port) or process.code is not None, 40)
        if process.code is not None:
            raise Trouble(f"The web process does not start:\n{process.said()}")
        return port

    def mailbox(self) -> int:
        port = free_port()
        command = ["-m", "bordercoop.devstack.mailbox", str(port), str(self.folder / "mail")]
        self.processes["mailbox"] = self._start("mailbox", command)
        eventually(lambda: answers(port), 20)
        return port

    def stop(self, *names: str) -> None:
        for name in names or list(self.processes):
            self.processes.pop(name).stop(patience=6)

    def _start(self, name: str, command: list[str], **environment: str) -> Process:
        return Process(
            name,
            [PYTHON, *command],
            log=self.folder / f"{name}.log",
            env={**self.environment, **environment},
            cwd=ROOT,
        )


class Client:
    """One connection that is kept, signed in by token or, for pages, by session."""

    def __init__(self, port: int, token: str = "") -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Authorization": f"Token {token}"} if token else {}
        self.cookies: dict[str, str] = {}
        self._used = 0.0

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        headers = {**self.headers, **headers}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        if time.monotonic() - self._used > 3:  # the server closes what was silent for 5 s
            self.link.close()
        self.link.request(method, path, body, headers)
        answer = self.link.getresponse()
        content = answer.read()
        self._used = time.monotonic()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, content

    def get(self, path: str) -> bytes:
        return self._good("GET", path)

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        # Clients of the API send a key, so the key's own statements are counted.
        return json.loads(
            self._good("POST", path, body or {}, **{"Idempotency-Key": str(uuid.uuid4())})
        )

    def submit(self, path: str, **fields: str) -> tuple[int, bytes]:
        """A form, as a browser without JavaScript sends it."""
        fields["csrfmiddlewaretoken"] = self.cookies.get("csrf", "")
        return self.ask("POST", path, urllib.parse.urlencode(fields),
                        **{"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip

    def _good(self, method: str, path: str, body: Any = None, **headers: str) -> bytes:
        status, content = self.ask(method, path, body, **headers)
        if status not in (200, 201):
            raise Trouble(f"{method} {path} was answered {status}: {content[:600]!r}")
        return content


def signed_in(port: int, name: str, password: str) -> Client:
    """A browser after the login page."""
    client = Client(port)
    client.get("/accounts/login/")
    status, content = client.submit("/accounts/login/", login=name, password=password)
    if status != 302:
        raise Trouble(f"{name} cannot sign in ({status}): {content[:600]!r}")
    return client


class Listener:
    """A real reader of `/live/`: events with the moment at which they were read."""

    def __init__(self, port: int, desk: str, token: str) -> None:
        self.events: queue.Queue[tuple[float, str]] = queue.Queue()
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.sendall(
            f"GET /live/?desk={desk} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Token {token}\r\n\r\n".encode()
        )
        threading.Thread(target=self._read, daemon=True).start()
        self.wait("beat", 10)

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError), self._socket.makefile("rb") as lines:
            for line in lines:
                if line.startswith(b"event: "):
                    self.events.put((time.perf_counter(), line[7:].decode().strip()))

    def wait(self, kind: str, seconds: float) -> float:
        """When the next event of this kind was read."""
        end = time.monotonic() + seconds
        while True:
            at, event = self.events.get(timeout=max(0.01, end - time.monotonic()))
            if event == kind:
                return at

    def forget(self) -> None:
        while not self.events.empty():
            self.events.get()

    def close(self) -> None:
        self._socket.close()


def eventually(question: Any, seconds: float, every: float = 0.02) -> Any:
    end = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > end:
            raise Trouble(f"Still not so after {seconds} s.")
        time.sleep(every)
    return answer


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def connected(url: str) -> Iterator[Any]:
    """A plain psycopg2 connection in autocommit, which plans as the portal's own do."""
    connection = psycopg2.connect(url, options="-c max_parallel_workers_per_gather=0")
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()
