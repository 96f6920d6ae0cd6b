"""Beat's own schedule: the database's, with a sign of life that needs neither broker nor worker."""

import logging
import time
from typing import Any

from django_celery_beat.schedulers import DatabaseScheduler

from .database import drop_broken_connections
from .models import Pulse

log = logging.getLogger(__name__)

# Beat looks at its schedule several times for each of its ticks.
SECONDS = 2.0


class Scheduler(DatabaseScheduler):  # type: ignore[misc]
    """Marks each tick, whether or not anybody takes what it sends."""

    _marked = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        self._mark()
        # Never asleep for longer than between two marks.
        return min(super().tick(*args, **kwargs), SECONDS)

    def _mark(self) -> None:
        if time.monotonic() - self._marked < SECONDS:
            return
        try:
            drop_broken_connections()
            Pulse.beat("beat")
        except Exception as error:
            log.warning("Beat cannot leave its sign of life (%s).", type(error).__name__)
        else:
            self._marked = time.monotonic()
