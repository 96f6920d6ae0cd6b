"""What may be released of a content."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import Invalid

from .fields import ALWAYS, CARRIED, PART_OF, RELEASABLE
from .headline import KEY, facts_of, tells_all_of


def release_names(names: Iterable[str] | None) -> list[str]:
    """The names to release, in order; all of them for None. Raises Invalid for unknown ones."""
    if names is None:
        return list(RELEASABLE)
    wanted = {PART_OF.get(name, name) for name in names} - set(ALWAYS) - CARRIED
    if unknown := sorted(wanted - RELEASABLE.keys()):
        sentence = _("These fields cannot be released: %(names)s.") % {"names": ", ".join(unknown)}
        raise Invalid(sentence, fields={"fields": [sentence]})
    return [name for name in RELEASABLE if name in wanted]


def released(content: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The part of a content that goes with these release names; nothing else of it.

    A headline made of a template goes only with every field that it says.
    """
    keys = keys_of(names)
    if not tells_all_of(_part(content, keys)):
        keys = keys_of(name for name in names if name != "headline")
    return _part(content, keys)


def untold(content: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Fields that keep the headline back, although it is among the `names` to release."""
    names = list(names)
    template = content.get(KEY) if "headline" in names else None
    return [fact for fact in facts_of(template) if fact not in keys_of(names)] if template else []


def narrowed(content: Mapping[str, Any], left: Iterable[str]) -> dict[str, Any]:
    """Of a released part the keys that are `left` now, and no headline that says more."""
    part = _part(content, set(left))
    if not tells_all_of(part):
        part = {key: value for key, value in part.items() if key not in ("headline", KEY)}
    return part


def keys_of(names: Iterable[str]) -> set[str]:
    return {key for name in names for key in RELEASABLE[name]} | set(ALWAYS)


def _part(content: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key in keys}
