"""By what apps above let incidents and alerts be filtered (settings INCIDENT_GROUPS)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid

LABEL, KEYS, REFS, OFFERED = range(4)


def names() -> tuple[str, ...]:
    """The words of these filters in an address."""
    return tuple(settings.INCIDENT_GROUPS)


def _asked(
    which: int, query: Mapping[str, Any], side: str, wrong: dict[str, list[str]]
) -> list[Any]:
    found = []
    for name, functions in settings.INCIDENT_GROUPS.items():
        code = str(query.get(name) or "").strip().replace("\0", "")[:40]
        if not code:
            continue
        known = import_string(functions[which])(code, side)
        if known is None:
            wrong[name] = [_("There is no such code: %(code)s.") % {"code": code}]
        else:
            found.append(known)
    return found


def keys_asked(query: Mapping[str, Any], side: str, wrong: dict[str, list[str]]) -> list[Any]:
    """For each filter that is asked for, the keys of its incidents. A code that `side` does not
    know is put into `wrong`."""
    return _asked(KEYS, query, side, wrong)


def refs_asked(query: Mapping[str, Any], side: str) -> list[list[str]]:
    """For each filter that is asked for, what its alerts are about. Raises Invalid for a code that
    `side` does not know."""
    wrong: dict[str, list[str]] = {}
    found = _asked(REFS, query, side, wrong)
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    return found


def words_of(name: str) -> str:
    """What a filter is called."""
    words: str = import_string(settings.INCIDENT_GROUPS[name][LABEL])()
    return words


@dataclass(frozen=True)
class Choice:
    """A filter as a form shows it."""

    name: str
    label: str
    offered: list[tuple[str, str]]
    asked: str


def choices(user: Any, query: Mapping[str, Any]) -> list[Choice]:
    """Those by which there is something to choose."""
    found = []
    for name, functions in settings.INCIDENT_GROUPS.items():
        asked = str(query.get(name) or "")
        rows = import_string(functions[OFFERED])(user)
        if rows:
            found.append(Choice(name, words_of(name), rows, asked))
    return found
