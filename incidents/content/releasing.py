"""What may be released of a content."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import Invalid

from .fields import ALWAYS, CARRIED, PART_OF, RELEASABLE


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
    """The part of a content that goes with these release names; nothing else of it."""
    keys = {key for name in names for key in RELEASABLE[name]} | set(ALWAYS)
    return {key: value for key, value in content.items() if key in keys}
