"""The command line behind the Makefile: run, test, check, bench, with, clean.

Started by path (`python bordercoop/devstack run`), it is a package of its own: the portal's
`__init__` and what that imports stay out of a process that lives as long as the portal.
"""

import os
import signal
import subprocess
import sys
import types
from collections.abc import Mapping, Sequence
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    __package__ = "devstack"

from .browser import INSTALLED, unpack
from .checks import check
from .processes import OURSELVES, Trouble, die_with_parent
from .stack import PYTHON, ROOT, RUN, clean, servers
from .supervisor import Supervisor
from .terminal import say, step

USAGE = """python bordercoop/devstack COMMAND
  run              the whole portal under one supervisor
  test [ARGS]      pytest with servers of its own
  check            all checks of the code
  bench [ARGS]     the benchmarks, with servers that write to disk as in production
  with COMMAND     any command with servers of its own
  clean            removes .run and what lies elsewhere because of it"""


told_to_end: list[int] = []  # signals


def end_with(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Runs it in our terminal; when we are told to end, it is given time to end first."""
    process: subprocess.Popen[bytes] | None = None
    try:
        # Inside the try from its first moment: told to end just then, we would wait it out.
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(env), **OURSELVES.popen(signal.SIGTERM)
        )
        if told_to_end:
            # It came while Python forked, where what a handler raises is thrown away.
            sys.exit(128 + told_to_end[0])
        return process.wait()
    except KeyboardInterrupt:  # the terminal told it too
        if process:
            process.wait(30)
        return 130
    except BaseException:
        if process:
            process.terminate()
            process.wait()
        raise


# The whole suite on two cores; a file stays together, for what its tests share is dear, and the
# files keep the order that tests/conftest.py gives them.
# A third of the tests wait for clocks, browsers and killed processes: three for two cores.
WHOLE = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")


def test(arguments: Sequence[str]) -> int:
    if not INSTALLED.exists():
        try:
            with step("browser") as this:
                unpack()
                this.outcome = "in .run/browser"
        except Trouble as trouble:
            # The journeys will fail with this sentence; the other tests can still run.
            say(f"  {trouble}")
    with servers() as env:
        compiled = end_with([str(PYTHON), "manage.py", "catalogues", "--compile"], env)
        return compiled or end_with([str(PYTHON), "-m", "pytest", *(arguments or WHOLE)], env)


def main(arguments: Sequence[str]) -> int:
    command, *rest = arguments or [""]
    if command == "run":
        return Supervisor().run()
    if command == "clean":
        clean()
        return 0
    if command not in ("test", "check", "bench", "with"):
        print(USAGE, file=sys.stderr)
        return 2
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _exit)
    if "MAKELEVEL" in os.environ:
        die_with_parent()
    if command == "test":
        return test(rest)
    with servers(durable=command == "bench") as env:
        if command == "check":
            return check(env)
        if command == "bench":
            return end_with([str(PYTHON), "-m", "benchmarks", *rest], env)
        return end_with(rest, env)


def _exit(number: int, _frame: types.FrameType | None) -> None:
    told_to_end.append(number)
    sys.exit(128 + number)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
    except PermissionError as error:
        sys.exit(
            f"{error.filename or RUN} belongs to another user. "
            "Run make as that user, or work in a checkout of your own."
        )
