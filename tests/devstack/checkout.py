"""A checkout in which the launcher really runs: of the toy portal here, or of the real one."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from bordercoop.devstack.postgres import common_ground
from bordercoop.devstack.processes import started_at

REAL = Path(__file__).parents[2]
TOY = Path(__file__).parent / "toy"
PATIENCE = 90
ALL = {"postgres", "valkey", "mailbox", "telephone", "web", "relay", "worker", "beat"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(happened, what: str, patience: float = PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := happened():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {patience} s in vain until {what}")


def env_of(checkout) -> dict[str, str]:
    """What another terminal would read."""
    lines = (checkout.run / "env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


class Checkout:
    """`start()` is `make run` without its set-up of packages."""

    def __init__(self, folder: Path, source: Path) -> None:
        self.folder, self.run, self.port = folder, folder / ".run", free_port()
        self.places = (str(folder), str(common_ground(self.run)))
        left_out = shutil.ignore_patterns(".venv", ".run", ".git", "*_cache", "__pycache__")
        shutil.copytree(source, folder, ignore=left_out)
        if source is TOY:
            shutil.copytree(REAL / "bordercoop/devstack", folder / "bordercoop/devstack")
            # Whoever imports the portal's package into the launcher is told so at once.
            (folder / "bordercoop/__init__.py").write_text(GUARD)
        (folder / ".venv").symlink_to(sys.prefix)
        self.started: list[subprocess.Popen] = []

    def environment(self, **settings: str) -> dict[str, str]:
        """As on a machine where nobody set up anything."""
        ours = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "EMAIL_URL", "DEMO", "BASE_URL", "BIND")
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        for name in ("HTTPS", "MAKELEVEL", "DJANGO_SETTINGS_MODULE"):
            kept.pop(name, None)
        return {**kept, "PORT": str(self.port), **settings}

    def launch(self, *words: str, **settings: str) -> subprocess.Popen:
        with open(self.folder / f"output-{len(self.started)}", "wb") as output:
            process = subprocess.Popen(
                [".venv/bin/python", "bordercoop/devstack", *(words or ["run"])],
                cwd=self.folder,
                env=self.environment(**settings),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def start(self, **settings: str) -> subprocess.Popen:
        process = self.launch(**settings)
        wait_until(lambda: "Ctrl-C ends" in self.said() or process.poll() is not None, "it runs")
        assert process.poll() is None, self.said()
        return process

    def said(self, process: subprocess.Popen | None = None) -> str:
        """By this process, or by the last one launched."""
        number = self.started.index(process or self.started[-1])
        return (self.folder / f"output-{number}").read_text(errors="replace")

    def children(self) -> dict[str, int]:
        """Name and number of each process that the supervisor looks after now."""
        state = json.loads((self.run / "supervisor.json").read_text())
        return {one["name"]: one["pid"] for one in state["processes"]}

    def alive(self) -> list[str]:
        """Every process of this machine that works in this checkout."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                cwd = os.readlink(process / "cwd")
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            ours = any(place in cwd or place in command for place in self.places)
            if ours and started_at(int(process.name)):
                found.append(f"{process.name} {command}")
        return found

    def end_all(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.started:
            process.wait(40)
        subprocess.run(
            [sys.executable, "bordercoop/devstack", "clean"],
            cwd=self.folder,
            env=self.environment(),
            check=True,
        )


GUARD = """
import sys

if sys.argv[0].endswith("bordercoop/devstack"):
    raise ImportError("the launcher imports the portal")
"""
