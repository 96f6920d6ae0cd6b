"""What differs between kinds of procedures. settings.PROCEDURE_KINDS names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from .models import Role

Words = str | Promise


@dataclass(frozen=True)
class Kind:
    """A kind of procedure: its address and rights, who confirms having read it, its words.

    `levels`: those of which a new one is chosen, "" alone where there is nothing to choose.
    `tasks`: what waits for an officer, by `approve`, `comments`, `review`, `read`.
    `who_drafts`: a sentence to whoever may not. `review_months`: how often it is proposed to be
    reviewed. `above`: name of the address of the page under which its list stands, and what that
    page is called.
    """

    code: str
    base: str
    title: Words
    about: Words
    draft: str
    approve: str
    read: str
    readers: tuple[Role, ...]
    tasks: Mapping[str, Words]
    who_drafts: Words
    levels: tuple[str, ...] = ("",)
    review_months: int = 12
    icon: str = "file-text"
    above: tuple[str, Words] | None = None

    @property
    def leveled(self) -> bool:
        return self.levels != ("",)


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its code, in the order of the settings."""
    known: list[Kind] = [import_string(name) for name in settings.PROCEDURE_KINDS]
    return {kind.code: kind for kind in known}
