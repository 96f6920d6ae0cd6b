"""`make check`: everything a machine can say about the code without running the tests."""

import contextlib
import secrets
import subprocess
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .stack import PYTHON, ROOT
from .terminal import say

SCHEMA = ROOT / "docs" / "openapi.yaml"
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"
PRODUCTION = {
    "DEMO": "0",
    "DEBUG": "0",
    "HTTPS": "1",
    "BIND": "127.0.0.1",
    "BASE_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
}


@dataclass(frozen=True)
class Check:
    """A command that fails when the rule `name` is broken."""

    name: str
    command: list[str]
    settings: Mapping[str, str] = field(default_factory=dict)

    def run(self, env: Mapping[str, str]) -> tuple[int, str, float]:
        begun = time.monotonic()
        done = subprocess.run(
            [str(PYTHON), *self.command],
            cwd=ROOT,
            env={**env, **self.settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout, time.monotonic() - begun


def checks(schema: Path) -> list[Check]:
    """The slowest first, so that two cores end together."""
    production = {**PRODUCTION, "SECRET_KEY": secrets.token_urlsafe(64)}
    return [
        Check("types (mypy)", ["-m", "mypy", "."]),
        Check("templates (djlint)", ["-m", "djlint", "templates", "--lint", "--quiet"]),
        Check("imports (import-linter)", ["-c", LINT_IMPORTS]),
        Check("style (ruff)", ["-m", "ruff", "check", "."]),
        Check("format (ruff)", ["-m", "ruff", "format", "--check", "."]),
        Check("migrations", ["manage.py", "makemigrations", "--check", "--dry-run"]),
        Check(
            "deployment",
            ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            production,
        ),
        Check("translations", ["manage.py", "catalogues", "--check"]),
        Check(
            "API description",
            ["manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(schema)],
        ),
    ]


def check(env: Mapping[str, str]) -> int:
    """Runs all, two at a time; shows what the failing ones say; 1 when there are any."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        schema = Path(folder) / "openapi.yaml"
        running = [(one, pool.submit(one.run, env)) for one in checks(schema)]
        failed = [one.name for one, future in running if not _shown(one.name, future)]
        if "API description" not in failed and not _same(schema, SCHEMA):
            say(f"  {'API description':<26} stale: run `make openapi` and commit {SCHEMA.name}")
            failed.append("API description")
    say(f"\nmake check: {'failed: ' + ', '.join(failed) if failed else 'all is well'}.")
    return 1 if failed else 0


def _shown(name: str, future: "Future[tuple[int, str, float]]") -> bool:
    code, output, seconds = future.result()
    say(f"  {name:<26} {'FAILED' if code else 'ok'} ({seconds:.1f} s)")
    if code:
        say("\n".join(f"    {line}" for line in output.rstrip().splitlines()))
    return code == 0


def _same(one: Path, other: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return one.read_bytes() == other.read_bytes()
    return False
