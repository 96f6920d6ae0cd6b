"""Children that have to be there: named when they end, and started again after a pause."""

import time
from collections.abc import Callable

from .processes import Process
from .terminal import say

STEADY = 60  # seconds of life that make earlier deaths forgotten
LONGEST_PAUSE = 30


class Watched:
    """One such child, and how often it ended of late."""

    def __init__(self, process: Process, start_again: Callable[[], Process]) -> None:
        self.name, self.process, self.start_again = process.name, process, start_again
        self.deaths, self.due = 0, 0.0

    def look_after(self) -> bool:
        """Starts it again when its pause is over; tells whether it did."""
        if self.process.code is None:
            return False
        if not self.due:
            lived = time.monotonic() - self.process.since
            self.deaths = 1 if lived > STEADY else self.deaths + 1
            pause = min(2 ** (self.deaths - 1), LONGEST_PAUSE)
            self.due = time.monotonic() + pause
            say(
                f"  {self.name} ended ({self.process.ending()}); starting it again in {pause} s. "
                f"Its log: {self.process.log}"
            )
            return False
        if time.monotonic() < self.due:
            return False
        self.due = 0.0
        self.process = self.start_again()
        return True
