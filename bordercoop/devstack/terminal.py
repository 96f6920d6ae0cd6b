"""What `make` shows: one line a step, with what came of it and how long it took."""

import contextlib
import os
import select
import sys
import time
from collections.abc import Iterator

WIDTH = 14


def say(text: str = "") -> None:
    """A line to the terminal. A terminal or pipe that is gone must not stop the stopping."""
    try:
        print(text, flush=True)
    except OSError:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


class Window:
    """The terminal we were started in, if any. When it is closed, the kernel tells only its first
    process, which may be `make`, and make tells nobody."""

    def __init__(self) -> None:
        self._poll = select.poll()
        if sys.stdout.isatty():
            # A copy: `say` turns the original elsewhere when it can no longer be written to.
            self._poll.register(os.dup(sys.stdout.fileno()), 0)

    def closed(self) -> bool:
        return any(event & (select.POLLHUP | select.POLLERR) for _, event in self._poll.poll(0))


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
