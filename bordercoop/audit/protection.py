"""For the test suite only: take the lock against TRUNCATE off, so that a test database can be
flushed between tests, and put it back. The row triggers always stay on.
"""

from .models import NO_TRUNCATE, Entry


def allow_truncate() -> None:
    """Let this database be flushed. Called once by tests/conftest.py after the migrations."""
    NO_TRUNCATE.uninstall(Entry)  # type: ignore[arg-type]


def refuse_truncate() -> None:
    """Put the lock back as the migrations made it."""
    NO_TRUNCATE.install(Entry)  # type: ignore[arg-type]
