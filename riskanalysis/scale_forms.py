"""The scales as an analyst edits them: a row for each level, a column for each language."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bordercoop.access.models import Language
from bordercoop.web.fields import CleanCharField, ComingDateField, TakesRefusals
from contactpoints.list_forms import ORDER, WIDEST, written

from .models import MatrixVersion
from .scales import BANDS, FEWEST, MOST, RULES, SCALES, size

TITLES = {
    "likelihood": _("Likelihood"),
    "magnitude": _("Magnitude"),
    "vulnerability": _("Vulnerability"),
    "impact": _("Impact"),
    "exposure": _("Threat and vulnerability (rows of the matrix)"),
    "domains": _("What is harmed"),
}


class ScalesForm(TakesRefusals):
    """Fields are named as the verb names them ("likelihood.2.lv"), so its sentences find them.

    `typed` is what stands in the fields of a form that is shown anew with another number of levels.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(
        self,
        *args: Any,
        version: MatrixVersion,
        by: Any,
        typed: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.content: Mapping[str, Any] = version.content
        self.steps = _steps(typed or (args[0] if args else None), size(version.content))
        self.languages = ORDER.get(by.side, ORDER["LV"])
        first = {
            "revision": version.revision,
            "rule": version.content["rule"],
            "note": version.note,
            "effective_on": written(version.effective_on),
            "steps": str(self.steps),
            **self._flat(),
        }
        if typed is not None:
            names = [*first, *self._spare()]
            first |= {name: typed[name] for name in names if name in typed}
            first |= self._stretched(typed)
        kwargs["initial"] = first
        super().__init__(*args, **kwargs)
        rules: Any = [(code, rule.name) for code, rule in RULES.items()]
        self.fields["rule"] = forms.ChoiceField(label=_("Rule"), choices=rules)
        numbers = [(str(number), str(number)) for number in range(FEWEST, MOST + 1)]
        self.fields["steps"] = forms.TypedChoiceField(
            label=_("Number of levels"), choices=numbers, coerce=int, required=False
        )
        self.fields["effective_on"] = ComingDateField(label=_("In force from"), required=False)
        self.fields["note"] = CleanCharField(
            label=_("What was changed and why"), max_length=WIDEST, required=False
        )
        for name in [*self._flat(), *self._spare()]:
            self.fields[name] = CleanCharField(
                label=self._label(name), max_length=WIDEST, required=False
            )

    def _flat(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for scale in SCALES:
            for number in range(1, self.steps + 1):
                names = self._level(scale, number)["name"]
                for language in self.languages:
                    found[f"{scale}.{number}.{language}"] = names.get(language, "")
        for number, each in enumerate(self.content["domains"], start=1):
            found[f"domains.{number}.code"] = each["code"]
            for language in self.languages:
                found[f"domains.{number}.{language}"] = each["name"].get(language, "")
        for band in self.content["bands"]:
            found[f"bands.{band['code']}.to"] = band["to"]
            for part in ("name", "do"):
                for language in self.languages:
                    found[f"bands.{band['code']}.{part}.{language}"] = band[part].get(language, "")
        return found

    def _level(self, scale: str, number: int) -> dict[str, Any]:
        """The level that stands, or a new one above it with a code of its own."""
        known = self.content[scale]
        if number <= len(known):
            found: dict[str, Any] = known[number - 1]
            return found
        taken = {each["code"] for each in known}
        free = (f"level_{n}" for n in range(number, number + len(taken) + 1))
        return {"code": next(code for code in free if code not in taken), "name": {}}

    def _stretched(self, typed: Mapping[str, Any]) -> dict[str, int]:
        """Where the bands end with so many levels: at the same part of the way."""
        found, least, highest = {}, 0, self.steps**2
        old = [_whole(str(typed.get(f"bands.{code}.to", ""))) or 0 for code in BANDS]
        for left, (code, to) in enumerate(zip(BANDS, old, strict=True), start=1 - len(BANDS)):
            part = round(to * highest / (old[-1] or highest))
            least = min(max(part, least + 1), highest + left)
            found[f"bands.{code}.to"] = least
        return {**found, f"bands.{BANDS[-1]}.to": highest}

    def _spare(self) -> list[str]:
        """One more domain, for whoever needs it."""
        number = len(self.content["domains"]) + 1
        return [f"domains.{number}.{part}" for part in ("code", *self.languages)]

    def _label(self, name: str) -> str:
        parts = name.split(".")
        names = dict(Language.choices)
        what = TITLES.get(parts[0], _("Bands"))
        return f"{what} {parts[1]}: {names.get(parts[-1], parts[-1])}"

    def rows(self) -> list[tuple[Any, list[tuple[str, list[forms.BoundField]]]]]:
        """(title, [(level or code, fields by language)]) for each scale."""
        return [
            (
                TITLES[scale],
                [
                    (str(number), [self[f"{scale}.{number}.{code}"] for code in self.languages])
                    for number in range(1, self.steps + 1)
                ],
            )
            for scale in SCALES
        ]

    def domain_rows(self) -> list[list[forms.BoundField]]:
        count = len(self.content["domains"]) + 1
        return [
            [self[f"domains.{number}.{part}"] for part in ("code", *self.languages)]
            for number in range(1, count + 1)
        ]

    def band_rows(self) -> list[tuple[str, Any, list[forms.BoundField], list[forms.BoundField]]]:
        """(code, field of the limit, names, words of what to do)."""
        return [
            (
                band["code"],
                self[f"bands.{band['code']}.to"],
                *(
                    [self[f"bands.{band['code']}.{part}.{code}"] for code in self.languages]
                    for part in ("name", "do")
                ),
            )
            for band in self.content["bands"]
        ]

    @property
    def language_names(self) -> list[Any]:
        names = dict(Language.choices)
        return [names[code] for code in self.languages]

    def said(self) -> dict[str, Any]:
        """The content as typed, for the verb. A domain without a code is left out."""
        given = self.cleaned_data

        def texts(start: str) -> dict[str, str]:
            return {code: given[f"{start}.{code}"] for code in self.languages}

        content: dict[str, Any] = {"rule": given["rule"]}
        for scale in SCALES:
            content[scale] = [
                {"code": self._level(scale, number)["code"], "name": texts(f"{scale}.{number}")}
                for number in range(1, self.steps + 1)
            ]
        numbers = range(1, len(self.content["domains"]) + 2)
        content["domains"] = [
            {"code": given[f"domains.{number}.code"], "name": texts(f"domains.{number}")}
            for number in numbers
            if given[f"domains.{number}.code"]
        ]
        content["bands"] = [
            {
                "code": band["code"],
                "to": _whole(given[f"bands.{band['code']}.to"]),
                "name": texts(f"bands.{band['code']}.name"),
                "do": texts(f"bands.{band['code']}.do"),
            }
            for band in self.content["bands"]
        ]
        return content


def _steps(typed: Mapping[str, Any] | None, standing: int) -> int:
    asked = _whole(str(typed.get("steps", ""))) if typed is not None else None
    return asked if asked is not None and FEWEST <= asked <= MOST else standing


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
