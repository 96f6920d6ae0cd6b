"""The same words in two languages, for papers that both services read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils import translation
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.errors import Invalid

from .templatetags.second import language_of

Made = TypeVar("Made")


class Both:
    """`both(lambda: _("Place"))` gives the texts in the two languages, in their order.

    A lazy text and a plain one do as well.
    """

    def __init__(self, first: str, second: str) -> None:
        self.languages = (first, second)

    def __call__(self, words: Any) -> list[str]:
        return self.each(lambda: str(words() if callable(words) else words))

    def each(self, make: Callable[[], Made]) -> list[Made]:
        """What `make` gives while the first language is active, and while the second is."""
        found = []
        for language in self.languages:
            with translation.override(language):
                found.append(make())
        return found


def partner_language(side: str, first: str) -> str:
    """What a reader of `side` prints beside `first` unless told otherwise: the other side's."""
    with translation.override(first):
        other = language_of(side)
    return other or ("lv" if first == "en" else "en")


def two_languages(first: str, second: str) -> tuple[str, str]:
    """Two different languages of the portal; Invalid with a sentence for anything else."""
    if first == second or not {first, second} <= set(Language.values):
        sentence = _("Choose two different languages: Latvian, Belarusian, Russian or English.")
        raise Invalid(sentence, fields={"languages": [sentence]})
    return first, second
