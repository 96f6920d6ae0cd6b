"""What the text of a record is in a language: the one that was written, or a translation of it."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy


class TextMark(models.TextChoices):
    ORIGINAL = "original", pgettext_lazy("text", "Original")
    HUMAN = "human", pgettext_lazy("text", "Translated by a person")
    MACHINE = "machine", pgettext_lazy("text", "Translated by a machine")
    NONE = "none", pgettext_lazy("text", "No text")


TRANSLATED = (TextMark.HUMAN, TextMark.MACHINE)


def headline_in(
    language: str, headline: str, original: str | None, texts: Mapping[str, Any]
) -> tuple[str, str, TextMark]:
    """(headline, its language, its mark) for a reader of `language`: the translation when there is
    one, else the original. `texts` are those of a copy or of a card, by language."""
    known = texts.get(language) or {}
    if language != original and known.get("headline"):
        return known["headline"], language, TextMark(known["mark"])
    return headline, original or "", TextMark.ORIGINAL
