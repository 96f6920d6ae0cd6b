"""The outbox's door to the verbs of this app."""

from typing import Any


def compute(payload: Any, *, key: str) -> None:
    """Whatever waits is computed together, so the next message finds nothing left."""
    from .actions import compute_findings

    compute_findings()
