"""Words and marks of risk reports: probability, confidence, numbers of sources as links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.html import conditional_escape, linebreaks
from django.utils.safestring import SafeString, mark_safe

from contactpoints.models import units

from ..models import Confidence, Probability

register = template.Library()

# Per cent from and to; the source is that of `Probability`.
SPANS = {
    "almost_no_chance": (1, 5),
    "very_unlikely": (5, 20),
    "unlikely": (20, 45),
    "even": (45, 55),
    "likely": (55, 80),
    "very_likely": (80, 95),
    "almost_certain": (95, 99),
}
CITED = re.compile(r"\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")


@register.filter
def probability_word(code: str) -> str:
    """“Likely (55–80 %)”."""
    return str(Probability(code).label) if code in Probability.values else ""


@register.filter
def confidence_word(code: str) -> str:
    return str(Confidence(code).label) if code in Confidence.values else ""


@register.filter
def probability_span(code: str) -> tuple[int, int, int] | None:
    """(from, to, how wide) in per cent, as the mark on the scale is drawn."""
    span = SPANS.get(code)
    return (*span, span[1] - span[0]) if span else None


def scale() -> list[tuple[str, str, str]]:
    """The seven steps: (code, word, range)."""
    found = []
    for code, label in Probability.choices:
        word, _bracket, rest = str(label).rpartition(" (")
        found.append((code, word, rest.rstrip(")")))
    return found


def _linked(escaped: str) -> str:
    def link(hit: re.Match[str]) -> str:
        numbers = re.split(r"\s*[,;]\s*", hit[1])
        return "".join(f'<sup><a href="#cite-{n}">[{n}]</a></sup>' for n in numbers)

    return CITED.sub(link, escaped)


@register.filter
def citing(text: Any) -> SafeString:
    """A line of text whose [3] leads to the third source."""
    return mark_safe(_linked(conditional_escape(str(text or ""))))  # noqa: S308 (escaped above)


@register.filter
def citing_blocks(text: Any) -> SafeString:
    """The same of a longer text, with its paragraphs."""
    return mark_safe(_linked(linebreaks(str(text or ""), autoescape=True)))  # noqa: S308


@register.filter
def unit_called(code: str) -> str:
    unit = units().get(code)
    return str(unit.name) if unit else code


@register.filter
def iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


@register.filter
def at(known: Any, key: Any) -> Any:
    """What stands under a key of a dict; None without one."""
    return known.get(key) if isinstance(known, Mapping) else None
