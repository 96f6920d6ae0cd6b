"""For the test suite only: take the locks against TRUNCATE off, so that a test database can be
flushed between tests, and put them back. The row triggers always stay on.
"""

from .models import NO_TRUNCATE, Entry, Seal, SealPart

LOCKED = (Entry, Seal, SealPart)


def allow_truncate() -> None:
    """Let this database be flushed. Called once by tests/conftest.py after the migrations."""
    for model in LOCKED:
        NO_TRUNCATE.uninstall(model)  # type: ignore[arg-type]


def refuse_truncate() -> None:
    """Put the locks back as the migrations made them."""
    for model in LOCKED:
        NO_TRUNCATE.install(model)  # type: ignore[arg-type]
