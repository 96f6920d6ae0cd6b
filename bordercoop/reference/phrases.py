"""What may stand in a standard phrase: its slots, its plural forms, and the phrase filled.

The template of a headline is a phrase too. Nobody types its slots: each of them is filled with a
field of the report, `fact`.

A slot is written {place}. Behind the name of a number stand the forms of the noun that is counted:
{count|person|persons} becomes "1 person" or "3 persons". Each language has as many forms as its
rule of plurals asks for, in the order of FORMS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What stands where nothing was filled in yet.
GAP = "____"
SLOT = re.compile(r"\{([^{}]*)\}")
# Which numbers each form of a noun is for.
FORMS = {
    "en": ("1", "2"),
    "lv": ("1, 21", "2, 11", "0"),
    "be": ("1, 21", "2, 3, 4", "5, 11"),
    "ru": ("1, 21", "2, 3, 4", "5, 11"),
}


@dataclass(frozen=True)
class Slot:
    """What a slot takes. `kind`: number, time (an instant), place (a place or a unit), category,
    sign (number of a border sign), text of at most `longest` characters, term (of `vocabulary`) or
    terms (a list of them). `fact`: the field of an incident that fills it in a headline."""

    kind: str
    label: Promise
    sample: Any
    longest: int = 0
    fact: str = ""
    vocabulary: str = ""

    @property
    def of_reports(self) -> bool:
        """Whether only a report fills it, so that it stands in headlines alone."""
        return bool(self.vocabulary)


SLOTS: dict[str, Slot] = {
    "count": Slot("number", pgettext_lazy("slot", "How many"), 3, fact="people_total"),
    "minutes": Slot("number", pgettext_lazy("slot", "How many minutes"), 20),
    "time": Slot("time", pgettext_lazy("slot", "At what time"), "04:10"),
    "until": Slot("time", pgettext_lazy("slot", "Until when"), "06:00"),
    "place": Slot("place", pgettext_lazy("slot", "Place or unit"), "Silene – Urbany", fact="place"),
    "unit": Slot("place", pgettext_lazy("slot", "Unit or place"), "DESK-POL"),
    "sign": Slot(
        "sign", pgettext_lazy("slot", "Number of the border sign"), "214", 20, fact="border_sign"
    ),
    "category": Slot("category", pgettext_lazy("slot", "Category of incident"), "UBC-LND"),
    "vehicle": Slot("text", pgettext_lazy("slot", "Vehicle: plate, make, colour"), "AB 1234-2", 60),
    "what": Slot("text", pgettext_lazy("slot", "What it is"), "…", 80),
    "phone": Slot("text", pgettext_lazy("slot", "Telephone number"), "+371 00 000 002", 30),
    "minors": Slot("number", pgettext_lazy("slot", "How many minors"), 1, fact="people_minors"),
    "injured": Slot("number", pgettext_lazy("slot", "How many injured"), 1, fact="people_injured"),
    "direction": Slot(
        "term",
        pgettext_lazy("slot", "Direction, in headlines"),
        "…",
        fact="direction",
        vocabulary="incident_direction",
    ),
    "vehicles": Slot(
        "terms",
        pgettext_lazy("slot", "Kinds of vehicle, in headlines"),
        "…",
        fact="vehicles",
        vocabulary="vehicle_kind",
    ),
    "goods": Slot(
        "terms",
        pgettext_lazy("slot", "Kinds of goods, in headlines"),
        "…",
        fact="goods",
        vocabulary="goods_kind",
    ),
    "documents": Slot(
        "terms",
        pgettext_lazy("slot", "Kinds of document, in headlines"),
        "…",
        fact="documents",
        vocabulary="document_kind",
    ),
}


def parts(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The slots of a wording in their order: name, and forms of the noun behind it."""
    found = [inner.split("|") for inner in SLOT.findall(text)]
    return [(name.strip(), tuple(form.strip() for form in forms)) for name, *forms in found]


def slots_of(text: str) -> list[str]:
    """Names of the slots, each once, in their order."""
    return list(dict.fromkeys(name for name, _forms in parts(text)))


def slots_for(headline: bool) -> list[str]:
    """Names of the slots that a headline, or else any other phrase, may have."""
    return [
        name for name, slot in SLOTS.items() if (slot.fact if headline else not slot.of_reports)
    ]


def faults(text: str, language: str, *, headline: bool = False) -> Iterator[Any]:
    """A sentence for each thing that keeps a wording in `language` from being filled."""
    known = slots_for(headline)
    for name, forms in parts(text):
        if name not in known:
            yield _("There is no slot {%(slot)s}. Use one of: %(slots)s.") % {
                "slot": name[:40],
                "slots": ", ".join(f"{{{one}}}" for one in known),
            }
        elif forms and SLOTS[name].kind != "number":
            yield _("{%(slot)s} is not a number, so no forms of a noun stand behind it.") % {
                "slot": name
            }
        elif forms and (len(forms) != len(FORMS[language]) or not all(forms)):
            yield _(
                "Behind {%(slot)s} the noun stands in %(n)s forms, one each for the numbers "
                "%(numbers)s, with | between them."
            ) % {
                "slot": name,
                "n": len(FORMS[language]),
                "numbers": "; ".join(FORMS[language]),
            }
    if re.search(r"[{}]", SLOT.sub("", text)):
        yield _("A brace { or } stands alone. Slots are written as {place}, with both braces.")


def form_of(language: str, number: int) -> int:
    """Which form of a noun goes with that number, from 0."""
    tens, ones = number % 100, number % 10
    if language == "lv":
        return 0 if ones == 1 and tens != 11 else 1 if number else 2
    if language in ("be", "ru"):
        if ones == 1 and tens != 11:
            return 0
        return 1 if 2 <= ones <= 4 and not 12 <= tens <= 14 else 2
    return 0 if number == 1 else 1


def filled(text: str, language: str, shown: Mapping[str, Any]) -> str:
    """The wording with its slots filled; what has no value is a gap. A brace in a value is not a
    slot. Numbers are given as whole numbers, everything else as officers read it."""

    def value(found: re.Match[str]) -> str:
        (name, forms), *_rest = parts(found[0])
        given = shown.get(name)
        if given in (None, ""):
            # The gap of a number keeps its noun, in the form for many.
            return f"{GAP} {forms[-2 if language == 'lv' else -1]}" if forms else GAP
        if forms and isinstance(given, int):
            return f"{given} {forms[min(form_of(language, given), len(forms) - 1)]}"
        return str(given)

    return SLOT.sub(value, text)
