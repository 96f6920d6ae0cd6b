"""Guidelines and procedures as officers type them. The verbs say what is wrong."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.errors import Refused
from bordercoop.reference.models import Procedure, ProcedureState
from bordercoop.reference.procedure_texts import STEP_TEXTS
from bordercoop.web.fields import CleanCharField, ComingDateField

from .kinds import Kind
from .list_forms import ORDER, WIDEST, Shown
from .procedure_diff import LABELS
from .procedure_pages import MARKS

NAMES = dict(Language.choices)


class CommentForm(Shown):
    """A remark, or a lesson: to a step or to the whole."""

    text = CleanCharField(label=_("What you want to say"), max_length=WIDEST, required=False)
    proposed = CleanCharField(
        label=_("Other words that you propose"), max_length=WIDEST, required=False
    )
    client_ref = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole = pgettext_lazy("comment on a guideline", "The whole")
        choices: Any = [("", whole), *steps]
        self.add(
            "step",
            forms.ChoiceField(label=_("To which step"), choices=choices, required=False),
            "choice",
        )


class AnswerForm(Shown):
    comment = forms.UUIDField(widget=forms.HiddenInput)
    taken_up = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    answer = CleanCharField(label=_("Answer"), max_length=WIDEST, required=False)


class DaysForm(Shown):
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    effective_on = ComingDateField(label=_("In force from"), required=False)
    review_on = ComingDateField(label=_("To be reviewed on"), required=False)
    review_months = CleanCharField(
        label=_("Reviewed again after so many months"), max_length=WIDEST, required=False
    )

    def clean_review_months(self) -> int | None:
        typed = str(self.cleaned_data["review_months"]).strip()
        if not typed:
            return None
        if not re.fullmatch(r"[0-9]{1,2}", typed):
            raise forms.ValidationError(_("Write whole months from 1 to 36, or nothing."))
        return int(typed)


class ReviewForm(Shown):
    review_on = ComingDateField(label=_("Next review on"), required=False)


class ReasonForm(Shown):
    reason = CleanCharField(label=_("Reason"), max_length=WIDEST, required=False)


class StartForm(Shown):
    code = CleanCharField(label=_("Code"), max_length=WIDEST, required=False)
    title = CleanCharField(label=_("What it is called"), max_length=WIDEST, required=False)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind.leveled:
            names = dict(Procedure.Level.choices)
            offered: Any = [("", "—"), *((code, names[code]) for code in kind.levels)]
            self.add(
                "level",
                forms.ChoiceField(
                    label=pgettext_lazy("procedure", "Level"), choices=offered, required=False
                ),
                "choice",
            )


class FilterForm(forms.Form):
    """What the list shows; what cannot be meant is passed over."""

    level = forms.CharField(required=False)
    state = forms.CharField(required=False)

    def chosen(self, kind: Kind) -> dict[str, str]:
        known = {"level": kind.levels, "state": ProcedureState.values}
        self.is_valid()
        asked = {name: self.cleaned_data.get(name, "") for name in known}
        return {name: word if word in known[name] else "" for name, word in asked.items()}


class _Texts(Shown):
    """A form with texts in four languages, the writer's own first; `marks` say in what state each
    language is."""

    PARTS: ClassVar[dict[str, bool]] = {}

    def __init__(self, *args: Any, by: Any, marks: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add("revision", forms.IntegerField(widget=forms.HiddenInput, min_value=1))
        self.add(
            "note",
            CleanCharField(label=_("What was changed and why"), max_length=WIDEST, required=False),
        )
        self.languages, self.known = ORDER.get(by.side, ORDER["LV"]), marks
        for part, long in self.PARTS.items():
            for language in self.languages:
                field: Any = CleanCharField(
                    label=NAMES[language], max_length=WIDEST, required=False
                )
                field.rows = 8 if part == "text" else 4
                self.add(
                    f"{part}_{language}",
                    field,
                    "long" if long else "line",
                    hint=MARKS.get(marks.get(language, "draft")),
                )

    @property
    def rows(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """(label, fields by language) for each text."""
        return [
            (LABELS[part], [self[f"{part}_{language}"] for language in self.languages])
            for part in self.PARTS
        ]

    def texts(self, part: str) -> dict[str, str]:
        return {language: self.cleaned_data[f"{part}_{language}"] for language in self.languages}

    @classmethod
    def flat(cls, said: dict[str, Any]) -> dict[str, str]:
        """The texts of a content or a step under the names of the fields."""
        return {
            f"{part}_{language}": text
            for part in cls.PARTS
            for language, text in (said.get(part) or {}).items()
        }


class HeadForm(_Texts):
    """What the whole is called, what it is for, and in what state its languages are."""

    PARTS: ClassVar = {"title": False, "purpose": True}  # whether it takes several lines

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add(
            "origin", forms.ChoiceField(label=_("Written first in"), choices=Language.choices),
            "choice",
        )  # fmt: skip
        for language in self.languages:
            first = ["original"] if self.known.get(language) == "original" else []
            states: Any = [(code, MARKS[code]) for code in (*first, "draft", "checked")]
            field = forms.ChoiceField(label=NAMES[language], choices=states, required=False)
            self.add(f"mark_{language}", field, "choice")

    @property
    def marks(self) -> list[forms.BoundField]:
        return [self[f"mark_{language}"] for language in self.languages]

    def content(self, before: dict[str, Any]) -> dict[str, Any]:
        return {
            **before,
            "origin": self.cleaned_data["origin"],
            "title": self.texts("title"),
            "purpose": self.texts("purpose"),
            "marks": {
                language: self.cleaned_data[f"mark_{language}"] or "draft"
                for language in self.languages
            },
        }


class StepForm(_Texts):
    """One step, its texts side by side."""

    PARTS: ClassVar = {name: name not in ("title", "who") for name in STEP_TEXTS}

    def __init__(self, *args: Any, phases: dict[str, str], new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if new:
            self.add(
                "code",
                CleanCharField(label=_("Code"), max_length=WIDEST, required=False),
                hint=_("Small Latin letters, such as notice. It names the step in every version."),
            )
        if phases:
            offered: Any = [("", "—"), *phases.items()]
            self.add(
                "phase",
                forms.ChoiceField(label=LABELS["phase"], choices=offered, required=False),
                "choice",
            )
            hours = CleanCharField(label=LABELS["hours"], max_length=WIDEST, required=False)
            self.add("hours", hours)
        self.add("each", forms.BooleanField(label=LABELS["each"], required=False), "flag")

    @property
    def facts(self) -> list[forms.BoundField]:
        return [self[name] for name in ("code", "phase", "hours", "each") if name in self.fields]

    def step(self, code: str, before: Mapping[str, Any]) -> dict[str, Any]:
        """What was typed; what the form does not ask for stays as it was `before`."""
        given = {**before, **self.cleaned_data}
        return {
            "code": code or given.get("code", ""),
            "phase": given.get("phase", ""),
            "each": given["each"],
            "hours": given.get("hours"),
            **{part: self.texts(part) for part in self.PARTS},
        }

    def take(self, refusal: Refused) -> None:
        """Sentences about this step come under its name."""
        refusal.fields = {
            name.rpartition(".")[2]: sentences for name, sentences in refusal.fields.items()
        }
        super().take(refusal)
