"""Starting a process, knowing it again later, and ending it with all that belongs to it."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000


class Trouble(Exception):
    """What is wrong and what to do about it, in a sentence for whoever typed `make`."""


@dataclass(frozen=True)
class Footing:
    """As whom a program runs that refuses root (PostgreSQL): ourselves when both are None.

    `namespace`: as this user in a user namespace of its own, where our files seem to be that
    user's; needs no second user and works below a home that only we may enter.
    `user`: as this other user; only root can, and folders on the way must let that user through.
    """

    namespace: int | None = None
    user: int | None = None

    def popen(self, dies_with_us: int | None) -> dict[str, Any]:
        """Arguments for Popen; `dies_with_us` is the signal the kernel sends when we are killed."""
        prepare = _preparation(self.namespace, dies_with_us)
        if self.user is None:
            return {"preexec_fn": prepare}
        return {
            "preexec_fn": prepare,
            "user": self.user,
            "group": pwd.getpwuid(self.user).pw_gid,
            "extra_groups": [],
        }

    def can(self, script: str, *paths: Path) -> bool:
        """Whether a shell test on these paths holds for a program on this footing."""
        command = ["sh", "-c", script, "sh", *map(str, paths)]
        try:
            done = subprocess.run(command, capture_output=True, cwd="/", **self.popen(None))
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0


OURSELVES = Footing()


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _preparation(namespace: int | None, dies_with_us: int | None) -> Callable[[], None] | None:
    """What the child does between fork and exec. `unshare` resets the death signal: first that."""
    linux = hasattr(_libc(), "prctl")
    if not linux or (namespace is None and dies_with_us is None):
        return None
    parent, uid, gid = os.getpid(), os.geteuid(), os.getegid()

    def prepare() -> None:
        if namespace is not None:
            if _libc().unshare(CLONE_NEWUSER) != 0:
                raise OSError(ctypes.get_errno(), "no user namespace")
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{namespace} {uid} 1")
            Path("/proc/self/gid_map").write_text(f"{namespace} {gid} 1")
        if dies_with_us is not None:
            _libc().prctl(PR_SET_PDEATHSIG, dies_with_us)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def die_with_parent(with_signal: int = signal.SIGTERM) -> None:
    """Has the kernel end this process when the one that started it is killed (Linux only)."""
    if hasattr(_libc(), "prctl"):
        _libc().prctl(PR_SET_PDEATHSIG, with_signal)


def started_at(pid: int) -> str | None:
    """What tells this process from a later one with the same number; None when it is gone."""
    if Path("/proc/self/stat").exists():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return None if fields[0] in "ZX" else f"{boot} {fields[19]}"
    shown = subprocess.run(["ps", "-o", "lstart=,stat=", "-p", str(pid)], capture_output=True)
    line = shown.stdout.decode().strip()
    return None if not line or line.split()[-1].startswith("Z") else line.rpartition(" ")[0]


@dataclass(frozen=True)
class Trace:
    """A process as a file remembers it: enough to find it, never enough to hit a stranger."""

    name: str
    pid: int
    started: str

    def alive(self) -> bool:
        return started_at(self.pid) == self.started

    def end(self, with_signal: int, patience: float) -> None:
        """Asks it to end, then has the kernel end it and what is left of its process group."""
        leads = _leads_a_group(self.pid)
        deadline = time.monotonic() + patience
        if self.alive():
            _send(self.pid, with_signal)
        while self.alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        if not self.alive():
            return
        _send(self.pid, signal.SIGKILL)
        if leads:
            _send(-self.pid, signal.SIGKILL)
        while self.alive():
            time.sleep(0.02)


def _leads_a_group(pid: int) -> bool:
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:
        return False


def _send(pid: int, with_signal: int) -> None:
    """To a process, or to a whole group when `pid` is negative."""
    try:
        os.kill(pid, with_signal)
    except (ProcessLookupError, PermissionError):
        return


class Process:
    """A running child in a process group of its own; its output goes to a log file."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str],
        cwd: Path,
        footing: Footing = OURSELVES,
        stop_signal: int = signal.SIGTERM,
    ) -> None:
        self.name, self.log, self.stop_signal = name, log, stop_signal
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "ab") as output:
            self.log_from = output.tell()
            self._popen = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(env),
                cwd=cwd,
                start_new_session=True,
                **footing.popen(stop_signal),
            )
        self.pid = self._popen.pid
        self.since = time.monotonic()
        self.trace = Trace(name, self.pid, started_at(self.pid) or "")

    @property
    def code(self) -> int | None:
        """How it ended; None while it runs. Whatever it left in its group ends with it."""
        if self._popen.returncode is None and self._has_ended():
            _send(-self.pid, signal.SIGKILL)
            self._popen.wait()
        return self._popen.returncode

    def _has_ended(self) -> bool:
        # Not reaped yet, its number still names its group and cannot be a stranger's.
        if not hasattr(os, "waitid"):
            return self._popen.poll() is not None
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.pid, options) is not None

    def ask_to_stop(self) -> None:
        if self.code is None:
            _send(self.pid, self.stop_signal)

    def stop(self, patience: float = 10) -> None:
        """Asks, waits, and then lets nothing of it or of its group stay behind."""
        self.ask_to_stop()
        deadline = time.monotonic() + patience
        while self.code is None and time.monotonic() < deadline:
            time.sleep(0.02)
        self.kill()

    def kill(self) -> None:
        """As the kernel would under memory pressure: no last word."""
        if self.code is None:
            _send(self.pid, signal.SIGKILL)
        while self.code is None:
            time.sleep(0.005)

    def ending(self) -> str:
        """How it ended, in words."""
        code = self.code
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"exit code {code}"

    def said(self, lines: int = 12) -> str:
        """The last lines this process wrote to its log."""
        with open(self.log, "rb") as output:
            output.seek(self.log_from)
            text = output.read().decode(errors="replace")
        return "\n".join(text.rstrip().splitlines()[-lines:])


def keep_logs_small(folder: Path, limit: int = 5_000_000) -> None:
    """Puts aside logs past the limit, one older file each."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > limit:
            shutil.move(log, log.with_suffix(".log.1"))
