"""The virtual environment `.venv`, made and kept in step with the requirements files.

Runs by path under any Python of the machine, before a single package is there:
    python3 -I environment.py [--dev]
"""

import fcntl
import hashlib
import signal
import subprocess
import sys
import time
import types
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = ROOT / ".run" / "logs" / "pip.log"
OLDEST = (3, 11)


def fingerprint(requirements: "list[Path]") -> str:
    """Changes when the files or the place do."""
    seen = hashlib.sha256(str(VENV).encode())
    for file in requirements:
        seen.update(file.read_bytes())
    return seen.hexdigest()


def up_to_date(stamp: Path, wanted: str) -> bool:
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted


def works() -> bool:
    """A copied folder, or a Python that was upgraded away, leaves an environment that does not."""
    try:
        return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


def create() -> None:
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True)
    if made.returncode:
        said = (made.stdout + made.stderr).decode(errors="replace").strip()
        sys.exit(
            f"The virtual environment could not be made. Python's venv says:\n{said}\n"
            "On Debian and Ubuntu it comes with the package python3-venv."
        )


def install(file: Path) -> None:
    """With pip's whole output in `.run/logs/pip.log`; a terminal sees what it is busy with.

    Python compiles what it imports when it imports it; that is a small part of what is installed.
    """
    command = [str(PYTHON), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "--prefer-binary", "--no-user", "--no-compile"]
    command += ["-r", str(file)]
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (
        open(LOG, "w") as log,
        subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as pip,
    ):
        try:
            for line in pip.stdout or []:
                log.write(line)
                if sys.stdout.isatty() and line.startswith(("Collecting", "Installing")):
                    print(f"\r  {'':<14} {line.strip()[:60]:<60}", end="\r", flush=True)
        except BaseException:
            pip.terminate()
            raise
    if pip.returncode:
        said = [line for line in LOG.read_text().splitlines() if not line.startswith("WARNING")]
        sys.exit(
            "\n".join(said[-15:])
            + f"\nThe packages of {file.name} could not be installed; pip says why above. "
            f"Its whole output is in {LOG.relative_to(ROOT)}."
        )


def main(dev: bool) -> None:
    requirements = [ROOT / "requirements.txt"] + [ROOT / "requirements-dev.txt"] * dev
    stamp = VENV / ("installed-dev" if dev else "installed")
    wanted = fingerprint(requirements)
    if up_to_date(stamp, wanted):
        return
    begun = time.monotonic()
    (ROOT / ".run").mkdir(mode=0o700, exist_ok=True)
    with open(ROOT / ".run" / "packages.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if up_to_date(stamp, wanted):
            return
        first = not works()
        shown = "setting up, about a minute the first time" if first else "bringing up to date"
        print(f"  {'packages':<14} {shown}", flush=True)
        if first:
            create()
        install(requirements[-1])
        stamp.write_text(wanted)
        if dev:
            (VENV / "installed").write_text(fingerprint(requirements[:1]))
    print(f"  {'packages':<14} installed ({time.monotonic() - begun:.1f} s)", flush=True)


def stop(number: int, _frame: Optional[types.FrameType]) -> None:  # noqa: UP045
    sys.exit(128 + number)


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        sys.exit(f"BorderCoop needs Python 3.11 or newer; {sys.executable} is {sys.version}.")
    for ending in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(ending, stop)
    try:
        main(dev="--dev" in sys.argv[1:])
    except PermissionError as error:
        sys.exit(
            f"{error.filename} belongs to another user. "
            "Run make as that user, or work in a checkout of your own."
        )
