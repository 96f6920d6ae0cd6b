"""What `make` shows: one line a step, with what came of it and how long it took."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator

WIDTH = 14


def say(text: str = "") -> None:
    """A line to the terminal. A terminal or pipe that is gone must not stop the stopping."""
    try:
        print(text, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Step:
    """One step under way; `outcome` is what its line says in the end."""

    def __init__(self, name: str) -> None:
        self.name, self.outcome = name, "ready"


@contextlib.contextmanager
def step(name: str, doing: str = "") -> Iterator[Step]:
    """Shows `doing` at once where the step may take long, and the outcome with its seconds."""
    if doing:
        say(f"  {name:<{WIDTH}} {doing}")
    begun, this = time.monotonic(), Step(name)
    yield this
    say(f"  {name:<{WIDTH}} {this.outcome} ({time.monotonic() - begun:.1f} s)")
