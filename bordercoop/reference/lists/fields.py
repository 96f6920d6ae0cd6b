"""One value of a row: how it is read from what was typed, and how officers read it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from bordercoop import sentences

from .. import classified

Values = dict[str, Any]
Choices = Callable[[], list[tuple[str, Any]]]
Wrong = dict[str, list[Any]]


@dataclass(frozen=True)
class Field:
    """One value of a row. `kind`: line, long, flag, choice, choices (some of several), whole
    (a number) or degrees. `fact`: it lies in the row's `facts`. `fixed`: chosen when added."""

    name: str
    label: Promise
    kind: str = "line"
    required: bool = False
    longest: int = 200
    fact: bool = False
    fixed: bool = False
    choices: Choices | None = None
    least: float = 0
    most: float = 0
    hint: Promise | None = None

    @property
    def empty(self) -> Any:
        plain = {"flag": False, "whole": None, "degrees": None}
        return [] if self.kind == "choices" else plain.get(self.kind, "")

    def offered(self) -> list[tuple[str, Any]]:
        return self.choices() if self.choices else []


def read(field: Field, given: Any, wrong: dict[str, list[Any]]) -> Any:
    def no(sentence: Any) -> Any:
        wrong.setdefault(field.name, []).append(sentence)
        return field.empty

    if field.kind == "flag":
        return given in (True, "on", "true", "1")
    if field.kind == "choices":
        asked = given if isinstance(given, list | tuple) else [given]
        known = [code for code, _label in field.offered()]
        if any(one not in known for one in asked):
            return no(_("Choose from the list."))
        return [code for code in known if code in asked]
    if field.kind in ("whole", "degrees"):
        return _number(field, given, no)
    text = given if isinstance(given, str) else ""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        return no(sentences.BAD_CHARACTERS)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if field.kind == "line":
        text = " ".join(text.split())
    if field.kind == "choice":
        known = [code for code, _label in field.offered()]
        return text if text in known or not text else no(_("Choose from the list."))
    if len(text) > field.longest:
        return no(
            ngettext(
                "This is too long: %(most)s character fits. Shorten it.",
                "This is too long: %(most)s characters fit. Shorten it.",
                field.longest,
            )
            % {"most": field.longest}
        )
    if marked := classified.refusal(text):
        return no(marked)
    return text


def _number(field: Field, given: Any, no: Callable[[Any], Any]) -> Any:
    text = str(given if given is not None else "").strip().replace(",", ".")
    if not text:
        return None
    try:
        number = float(text[:40])
    except ValueError:
        number = float("nan")
    if not field.least <= number <= field.most or (field.kind == "whole" and number % 1):
        return no(
            _("Type a number from %(least)s to %(most)s.")
            % {"least": f"{field.least:g}", "most": f"{field.most:g}"}
        )
    return int(number) if field.kind == "whole" else round(number, 6)


def shown(field: Field, value: Any) -> Any:
    """A value as officers read it."""
    if field.kind == "flag":
        return pgettext_lazy("answer", "Yes") if value else pgettext_lazy("answer", "No")
    if value in ("", None, []):
        return "—"
    if field.kind in ("choice", "choices"):
        labels = dict(field.offered())
        some = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(one, one)) for one in some)
    return str(value)
