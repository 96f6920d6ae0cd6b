"""Texts in up to four languages, of which one was written first. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.reference.models import LANGUAGES
from bordercoop.reference.wording import worded


@dataclass(frozen=True)
class Said:
    """A text with the language that it is in."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text


def said(texts: Any, origin: str = "en", language: str = "") -> Said:
    """One of the texts in `language` (the active one without), else as it was written first."""
    known: Mapping[str, str] = texts if isinstance(texts, Mapping) else {}
    wanted = (language or get_language() or "en").split("-")[0]
    for code in (wanted, origin, *LANGUAGES):
        if known.get(code):
            return Said(known[code], code)
    return Said("", wanted)


def cleaned_texts(
    given: Any, field: str, *, most: int, origin: str = "", one_line: bool = True, empty: str = ""
) -> dict[str, str]:
    """The texts without outer space and without empty ones.

    Raises Invalid at `field_<language>` for one that cannot be kept, and with the sentence `empty`
    when there is none in `origin`.
    """
    known = given if isinstance(given, Mapping) else {}
    found = {}
    for language in LANGUAGES:
        text = str(known.get(language) or "")
        text = worded(text, f"{field}_{language}", most=most, one_line=one_line)
        if text:
            found[language] = text
    if empty and origin not in found:
        raise Invalid(empty, fields={f"{field}_{origin or 'en'}": [empty]})
    return found


def require_language(language: str) -> str:
    if language not in LANGUAGES:
        sentence = _("Choose one of the four languages.")
        raise Invalid(sentence, fields={"language": [sentence]})
    return language
