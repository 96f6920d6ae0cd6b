"""Everything that one search asks: the functions named in settings.SEARCHES, in their order.

Each takes the officer, the query and how many rows may be shown, and gives a Group of what lies
within the officer's rights, or None for a kind that the officer does not know at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from .query import Query

FEW = 5


@dataclass(frozen=True)
class Hit:
    """One thing found. `pieces` are of its text: (piece, whether a word of the query)."""

    url: str
    title: str
    second: str = ""
    side: str = ""
    pieces: list[tuple[str, bool]] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """What was found of one kind: `more` is an address with the rest, "" when nothing is left."""

    kind: str
    title: str
    icon: str
    hits: list[Hit]
    more: str = ""


Source = Callable[[Any, Query, int], Group | None]


def groups(user: Any, query: Query, *, most: int = FEW) -> list[Group]:
    """What was found, by kind; kinds without a hit are left out. Asks nothing without a query."""
    if not query:
        return []
    found = (import_string(name)(user, query, most) for name in settings.SEARCHES)
    return [group for group in found if group and group.hits]
