"""Countries by their ISO 3166-1 alpha-3 codes, named by CLDR in the four languages.

Codes and names come out of Babel's copy of the Unicode CLDR, so that nobody keeps a list by hand.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language, pgettext

LANGUAGES = ("lv", "be", "ru", "en")
# What stands where a person belongs to no country, or nobody knows to which.
STATELESS, UNKNOWN = "stateless", "unknown"
# CLDR also knows codes that were withdrawn, and islands and unions that ISO 3166-1 leaves out.
WITHDRAWN = {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"}
NOT_ISO = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}


@cache
def _alpha2() -> Mapping[str, str]:
    """alpha-3 -> alpha-2 of every country of ISO 3166-1."""
    known = Locale("en").territories
    found = {}
    for code, meant in get_global("territory_aliases").items():
        if len(code) == 3 and code.isalpha() and len(meant) == 1 and code not in WITHDRAWN:
            (two,) = meant
            if two in known and two not in NOT_ISO:
                found[code] = two
    return MappingProxyType(found)


def codes() -> frozenset[str]:
    """Every alpha-3 code that a record may have."""
    return frozenset(_alpha2())


@cache
def names(language: str) -> Mapping[str, str]:
    """Code -> name in `language`, in the order of the names."""
    territories = Locale(language if language in LANGUAGES else "en").territories
    named = {code: str(territories[two]) for code, two in _alpha2().items()}
    return MappingProxyType(dict(sorted(named.items(), key=lambda item: _folded(item[1]))))


def name_of(code: str) -> str:
    """The name of a code in the active language; the code itself for one that there is not."""
    if code == STATELESS:
        return pgettext("nationality", "Stateless")
    if code == UNKNOWN:
        return pgettext("nationality", "Not known")
    return names((get_language() or "en").split("-")[0]).get(code, code)


def code_of(typed: str) -> str:
    """The code of what an officer typed: a code of two or three letters, or a name in any of the
    four languages, whatever its case and accents; "" when it is none, or could be two."""
    typed = typed.strip()
    upper = typed.upper()
    if upper in _alpha2():
        return upper
    return _meant().get(_folded(typed), "")


@cache
def _meant() -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for code, two in _alpha2().items():
        found.setdefault(_folded(two), set()).add(code)
        for language in LANGUAGES:
            found.setdefault(_folded(names(language)[code]), set()).add(code)
    return MappingProxyType({name: min(meant) for name, meant in found.items() if len(meant) == 1})


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalnum())
