"""What stands in the library by itself: what apps above put there (settings.MATERIALS)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class OnShelf:
    """A file of another part of the portal: `address` gives it, `earlier` the page with those
    before; `size` is in bytes."""

    title: str
    language: str
    number: int
    at: datetime
    size: int
    address: str
    earlier: str


def on_shelf(user: Any) -> list[OnShelf]:
    """What the officer reads of them."""
    found: list[OnShelf] = []
    for name in settings.MATERIALS:
        found.extend(OnShelf(**row) for row in import_string(name)(user))
    return found
