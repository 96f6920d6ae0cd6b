"""A handling code and a TLP in words, for whatever carries one: a row, or the card of an alert.

An earlier card has none and says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from .models import terms


def _values(row: Any) -> tuple[str, str, str]:
    names = ("handling", "tlp", "restriction")
    if isinstance(row, Mapping):
        handling, tlp, restriction = (str(row.get(name) or "") for name in names)
    else:
        handling, tlp, restriction = (str(getattr(row, name, "") or "") for name in names)
    return handling, tlp, restriction


def meaning_of(row: Any) -> dict[str, str]:
    """`handling`, `tlp`, `restriction`, and what the two codes mean in the active language."""
    handling, tlp, restriction = _values(row)
    code, colour = terms("handling").get(handling), terms("tlp").get(tlp)
    return {
        "handling": handling,
        "tlp": tlp,
        "restriction": restriction,
        "handling_means": code.name if code else "",
        "tlp_means": colour.name if colour else "",
    }


def said_of(row: Any) -> str:
    """ "H2 · TLP:AMBER"; "" for what is not marked."""
    handling, tlp, _restriction = _values(row)
    return f"{handling} · TLP:{tlp}" if handling and tlp else ""


def lines_of(row: Any) -> list[str]:
    """A line for each part of the marking, with its meaning in the active language."""
    known = meaning_of(row)
    if not known["tlp"]:
        return []
    found = [
        f"TLP:{known['tlp']} – {known['tlp_means']}",
        f"{known['handling']} – {known['handling_means']}",
    ]
    if known["restriction"]:
        found.append(_("Restriction: %(text)s") % {"text": known["restriction"]})
    return found
