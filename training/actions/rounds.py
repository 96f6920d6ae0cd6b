"""Rounds over rows that are due: one that goes wrong does not stop the others."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, transaction

log = logging.getLogger(__name__)


@contextmanager
def alone(deed: str, pk: int) -> Iterator[None]:
    """A transaction for one row. What goes wrong with it is logged and undone, and the round goes
    on; without a database it ends."""
    try:
        with transaction.atomic():
            yield
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("%s: row %s is left as it is.", deed, pk)
