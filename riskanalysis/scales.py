"""What a version of the scales says, and where an assessment stands by it. Pure functions.

The one place where threat, vulnerability and impact become a row, a column, a score and a band.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isqrt
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bordercoop.errors import Invalid
from bordercoop.reference.models import LANGUAGES

from .wordings import Said, cleaned_texts, said

SCALES = ("likelihood", "magnitude", "vulnerability", "impact", "exposure")
BANDS = ("low", "medium", "high", "critical")
# Each band has its shape and its colours, those of the four severities.
LEVEL_OF = {band: level for level, band in enumerate(BANDS, start=1)}
FEWEST, MOST = 3, 7
DOMAINS_MOST = 12
LONGEST = 80
Content = Mapping[str, Any]


def _root(product: int) -> int:
    """The square root to the nearest whole number; no square root of one lies half way."""
    low = isqrt(product)
    return low + (product > low * low + low)


@dataclass(frozen=True)
class Rule:
    """How a place in the matrix follows from the levels; `rows` is the scale of its rows."""

    name: str | Promise
    text: str | Promise
    rows: str
    row: Callable[[int, int, int], int]


RULES: dict[str, Rule] = {
    "threat_vulnerability_impact": Rule(
        gettext_lazy("Threat and vulnerability by impact"),
        gettext_lazy(
            "Threat is the square root of likelihood times magnitude. The row is the square root "
            "of threat times vulnerability, the column the worst impact; both are rounded. The "
            "score is row times column."
        ),
        "exposure",
        lambda likelihood, magnitude, vulnerability: _root(
            _root(likelihood * magnitude) * vulnerability
        ),
    ),
    "likelihood_impact": Rule(
        gettext_lazy("Likelihood by impact"),
        gettext_lazy(
            "The row is the likelihood, the column the worst impact; the score is row times "
            "column. Magnitude and vulnerability are written down and do not count."
        ),
        "likelihood",
        lambda likelihood, magnitude, vulnerability: likelihood,
    ),
}


@dataclass(frozen=True)
class Place:
    """Where an assessment stands: row from below, column from the left, from 1."""

    row: int
    column: int
    score: int
    band: str

    @property
    def level(self) -> int:
        return LEVEL_OF[self.band]


def size(content: Content) -> int:
    """How many levels each scale has."""
    return len(content["impact"])


def band_of(content: Content, score: int) -> str:
    return next(band["code"] for band in content["bands"] if score <= band["to"])


def place(
    content: Content,
    *,
    likelihood: int,
    magnitude: int,
    vulnerability: int,
    impact: Mapping[str, int],
) -> Place:
    """Where these levels stand by the version's own rule. `impact` is by domain, at least one."""
    row = RULES[content["rule"]].row(likelihood, magnitude, vulnerability)
    column = max(impact.values())
    return Place(row, column, row * column, band_of(content, row * column))


@dataclass(frozen=True)
class Level:
    """A level of a scale, or a domain (value 0)."""

    value: int
    code: str
    name: Said


def levels(content: Content, scale: str, language: str = "") -> list[Level]:
    return [
        Level(value, each["code"], said(each["name"], language=language))
        for value, each in enumerate(content[scale], start=1)
    ]


def domains(content: Content, language: str = "") -> list[Level]:
    return [Level(0, each["code"], said(each["name"], language=language))
            for each in content["domains"]]  # fmt: skip


@dataclass(frozen=True)
class Band:
    """A stretch of scores with what is to be done about it."""

    code: str
    first: int
    last: int
    name: Said
    do: Said

    @property
    def level(self) -> int:
        return LEVEL_OF[self.code]


def bands(content: Content, language: str = "") -> list[Band]:
    found: list[Band] = []
    for each in content["bands"]:
        first = found[-1].last + 1 if found else 1
        found.append(
            Band(
                each["code"],
                first,
                each["to"],
                said(each["name"], language=language),
                said(each["do"], language=language),
            )
        )
    return found


# --- a content as typed or sent


def cleaned(given: Any) -> dict[str, Any]:
    """The content without what does not belong to it. Raises Invalid with the first thing that
    cannot be, at the name of its field ("likelihood.2.lv")."""
    if not isinstance(given, Mapping):
        raise _wrong("content", _("Send the scales as an object."))
    rule = given.get("rule")
    if not isinstance(rule, str) or rule not in RULES:
        raise _wrong(
            "rule", _("Choose one of these rules: %(rules)s.") % {"rules": ", ".join(RULES)}
        )
    found: dict[str, Any] = {"rule": rule}
    for scale in SCALES:
        found[scale] = _named(given.get(scale), scale, FEWEST, MOST)
        if len(found[scale]) != len(found[SCALES[0]]):
            raise _wrong(scale, _("Every scale has the same number of levels."))
    found["domains"] = _named(given.get("domains"), "domains", 1, DOMAINS_MOST)
    found["bands"] = _bands(given.get("bands"), len(found["impact"]) ** 2)
    return found


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def _texts(given: Any, field: str) -> dict[str, str]:
    try:
        texts = cleaned_texts(given, "x", most=LONGEST)
    except Invalid as wrong:
        name, sentences = next(iter(wrong.fields.items()))
        language = name.partition("_")[2]
        raise Invalid(str(wrong), fields={f"{field}.{language}": sentences}) from wrong
    for language in LANGUAGES:
        if language not in texts:
            raise _wrong(f"{field}.{language}", _("Write it in all four languages."))
    return texts


def _named(given: Any, field: str, fewest: int, most: int) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not fewest <= len(given) <= most:
        raise _wrong(
            field,
            _("Between %(fewest)s and %(most)s are possible here.")
            % {"fewest": fewest, "most": most},
        )
    found = []
    for number, each in enumerate(given, start=1):
        known = each if isinstance(each, Mapping) else {}
        code = known.get("code")
        if not isinstance(code, str) or not _is_code(code):
            raise _wrong(
                f"{field}.{number}.code", _("A code has small Latin letters, digits and _.")
            )
        name = _texts(known.get("name"), f"{field}.{number}")
        found.append({"code": code, "name": name})
    if len({each["code"] for each in found}) < len(found):
        raise _wrong(field, _("Each code is used once."))
    return found


def _is_code(text: str) -> bool:
    return (
        0 < len(text) <= 40
        and text.isascii()
        and text[0].isalpha()
        and all(letter.isdigit() or letter == "_" or letter.islower() for letter in text)
    )


def _bands(given: Any, highest: int) -> list[dict[str, Any]]:
    rows = given if isinstance(given, list) else []
    by_code = {row.get("code"): row for row in rows if isinstance(row, Mapping)
               and isinstance(row.get("code"), str)}  # fmt: skip
    if len(rows) != len(BANDS) or set(by_code) != set(BANDS):
        raise _wrong("bands", _("There are these bands: %(bands)s.") % {"bands": ", ".join(BANDS)})
    found: list[dict[str, Any]] = []
    for code in BANDS:
        row, to = by_code[code], by_code[code].get("to")
        if isinstance(to, bool) or not isinstance(to, int) or not 0 < to <= highest:
            raise _wrong(
                f"bands.{code}.to",
                _("A band ends at a whole number from 1 to %(most)s.") % {"most": highest},
            )
        if found and to <= found[-1]["to"]:
            raise _wrong(f"bands.{code}.to", _("Each band ends above the one before it."))
        found.append({
            "code": code,
            "to": to,
            "name": _texts(row.get("name"), f"bands.{code}.name"),
            "do": _texts(row.get("do"), f"bands.{code}.do"),
        })  # fmt: skip
    if found[-1]["to"] != highest:
        raise _wrong(
            f"bands.{BANDS[-1]}.to",
            _("The last band ends at the highest score, %(most)s.") % {"most": highest},
        )
    return found


def places_table(content: Content) -> dict[str, Any]:
    """For a page that shows the place while levels are chosen: `rows` is the row by likelihood,
    magnitude and vulnerability (from 1, so take one off), `bands` are [last score, level, words].
    """
    steps, row = range(1, size(content) + 1), RULES[content["rule"]].row
    return {
        "rows": [[[row(first, second, third) for third in steps] for second in steps]
                 for first in steps],
        "bands": [[band.last, band.level, f"{band.name}: {band.do}"] for band in bands(content)],
    }  # fmt: skip
