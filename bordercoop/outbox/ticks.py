"""Work that is due by the clock: the functions named in settings.TICKS."""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.utils.module_loading import import_string

from .database import drop_broken_connections

log = logging.getLogger(__name__)


def run_ticks(names: Iterable[str] | None = None) -> None:
    """Run every tick once, or those named; one that fails is logged and stops no other."""
    for name in settings.TICKS if names is None else names:
        try:
            import_string(name)()
        except Exception:
            log.exception("The tick %s failed and will run again.", name)
            drop_broken_connections()
