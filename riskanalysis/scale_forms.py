"""The scales as an analyst edits them: a row for each level, a column for each language."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bordercoop.access.models import Language
from bordercoop.web.fields import CleanCharField, ComingDateField, TakesRefusals
from contactpoints.list_forms import ORDER, WIDEST, written

from .models import MatrixVersion
from .scales import RULES, SCALES

TITLES = {
    "likelihood": _("Likelihood"),
    "magnitude": _("Magnitude"),
    "vulnerability": _("Vulnerability"),
    "impact": _("Impact"),
    "exposure": _("Threat and vulnerability (rows of the matrix)"),
    "domains": _("What is harmed"),
}


class ScalesForm(TakesRefusals):
    """Fields are named as the verb names them ("likelihood.2.lv"), so its sentences find them."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, version: MatrixVersion, by: Any, **kwargs: Any) -> None:
        self.content: Mapping[str, Any] = version.content
        self.languages = ORDER.get(by.side, ORDER["LV"])
        first = {
            "revision": version.revision,
            "rule": version.content["rule"],
            "note": version.note,
            "effective_on": written(version.effective_on),
            **self._flat(),
        }
        kwargs["initial"] = first
        super().__init__(*args, **kwargs)
        rules: Any = [(code, rule.name) for code, rule in RULES.items()]
        self.fields["rule"] = forms.ChoiceField(label=_("Rule"), choices=rules)
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
        for scale in (*SCALES, "domains"):
            for number, each in enumerate(self.content[scale], start=1):
                if scale == "domains":
                    found[f"domains.{number}.code"] = each["code"]
                for language in self.languages:
                    found[f"{scale}.{number}.{language}"] = each["name"].get(language, "")
        for band in self.content["bands"]:
            found[f"bands.{band['code']}.to"] = band["to"]
            for part in ("name", "do"):
                for language in self.languages:
                    found[f"bands.{band['code']}.{part}.{language}"] = band[part].get(language, "")
        return found

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
                    for number, _each in enumerate(self.content[scale], start=1)
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
                {"code": each["code"], "name": texts(f"{scale}.{number}")}
                for number, each in enumerate(self.content[scale], start=1)
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


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
