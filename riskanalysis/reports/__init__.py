"""Pure pieces of risk reports: what is frozen of one, and who reads which form of it."""

from .citing import citations_for, unread_by_other
from .readiness import missing_for_review
from .reading import (
    Shown,
    citations_read_by,
    previewed,
    reviews_read_by,
    shown,
    steps_read_by,
    works_on,
)
from .snapshot import digest_of_snapshot, snapshot_of

__all__ = [
    "Shown",
    "citations_for",
    "citations_read_by",
    "digest_of_snapshot",
    "missing_for_review",
    "previewed",
    "reviews_read_by",
    "shown",
    "snapshot_of",
    "steps_read_by",
    "unread_by_other",
    "works_on",
]
