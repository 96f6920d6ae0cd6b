"""Slots of text templates: which there are, which a text uses, and a text with them filled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models.rules import TextTemplate

# What may stand in braces -> what it is filled with.
SLOTS: dict[str, Promise] = {
    "number": pgettext_lazy("slot", "number of the incident"),
    "category": pgettext_lazy("slot", "category"),
    "severity": pgettext_lazy("slot", "severity"),
    "place": pgettext_lazy("slot", "place"),
    "border_sign": pgettext_lazy("slot", "border sign"),
    "happened_at": pgettext_lazy("slot", "when it happened, with both clocks"),
    "people_total": pgettext_lazy("slot", "number of people"),
    "unit": pgettext_lazy("slot", "unit that writes"),
    "desk": pgettext_lazy("slot", "desk that reads"),
    "deadline": pgettext_lazy("slot", "by when an answer is asked for"),
    "since": pgettext_lazy("slot", "from when it holds, with both clocks"),
    "reason": pgettext_lazy("slot", "reason"),
    "phone": pgettext_lazy("slot", "telephone number to call"),
}
# For the preview: values that could stand there.
SAMPLES: dict[str, str] = {
    "number": "LV-DGP-2026-00012",
    "category": "UBC-LND",
    "severity": "3",
    "place": "Pāternieki – Grigorovshchina",
    "border_sign": "214",
    "happened_at": "22.11.2026 02:07 (+02), 03:07 (+03)",
    "people_total": "8",
    "unit": "LV-DGP",
    "desk": "DESK-POL",
    "deadline": "22.11.2026 10:00 (+02), 11:00 (+03)",
    "since": "22.11.2026 06:00 (+02), 07:00 (+03)",
    "reason": "…",
    "phone": "+371 00 000 002",
}
SLOT = re.compile(r"\{([^{}]*)\}")
MISSING = "…"
UNPAIRED = _("A brace { or } stands alone. Slots are written as {place}, with both braces.")


def slots_of(text: str) -> list[str]:
    """Names in braces, each once, in their order."""
    return list(dict.fromkeys(SLOT.findall(text)))


def faults(text: str) -> Iterator[Any]:
    """A sentence for each thing that keeps `text` from being filled."""
    for name in slots_of(text):
        if name not in SLOTS:
            yield _("There is no slot {%(slot)s}. Use one of: %(slots)s.") % {
                "slot": name[:40],
                "slots": ", ".join(f"{{{known}}}" for known in SLOTS),
            }
    if re.search(r"[{}]", SLOT.sub("", text)):
        yield UNPAIRED


def fill(text: str, values: Mapping[str, Any]) -> str:
    """`text` with its slots filled; what has no value is shown as "…". Values are put in as they
    are: a brace inside of one is not a slot, and an unknown slot is an error of the text."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in SLOTS:
            raise LookupError(f"There is no slot {{{name}}}.")
        given = values.get(name)
        return MISSING if given in (None, "") else str(given)

    return SLOT.sub(value, text)


def missing(text: str, values: Mapping[str, Any]) -> list[str]:
    """Slots of `text` that `values` leaves empty, in their order."""
    return [name for name in slots_of(text) if values.get(name) in (None, "")]


def render(template: TextTemplate, language: str, values: Mapping[str, Any]) -> str:
    """The template's text in `language`, filled. `values` maps names of SLOTS to plain text."""
    return fill(template.text_in(language), values)
