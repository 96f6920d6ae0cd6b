"""Forms of the steps that need more than a press: a reason, an impact, a grading."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bordercoop.reference.models import offered
from bordercoop.web.fields import CleanCharField, TakesRefusals

from .actions.moves import LONGEST
from .grading import LABELS, PARTS, vocabulary
from .models import Impact, Scale

OTHER = {Scale.FOUR: Scale.SIX, Scale.SIX: Scale.FOUR}


class ReasonForm(TakesRefusals):
    """Why a report is turned back."""

    reason = CleanCharField(
        label=_("Reason"),
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"required": _("Write the reason: others act on it.")},
    )


def _impact() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Impact on border security"),
        choices=Impact.choices,
        error_messages={
            "required": _("Choose low, medium, high or critical."),
            "invalid_choice": _("Choose low, medium, high or critical."),
        },
    )


class ImpactForm(ReasonForm):
    """Another impact of a validated report."""

    field_order = ("impact", "reason")

    impact = _impact()


class ValidateForm(TakesRefusals):
    """Impact and grading. Of the four grade fields the two of the chosen scale count."""

    impact = _impact()
    scale = forms.ChoiceField(
        label=pgettext_lazy("grading", "Scale"),
        choices=Scale.choices,
        error_messages={"required": _("Choose the 4x4 or the 6x6 scale.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for scale in Scale:
            for part in PARTS:
                self.fields[vocabulary(part, scale.value)] = forms.ChoiceField(
                    label=LABELS[part],
                    required=False,
                    choices=[
                        ("", gettext("Choose a grade")),
                        *(
                            (
                                term.code,
                                f"{term.code} – {term.name} "
                                f"({OTHER[scale].value}: {term.facts['other']})",
                            )
                            for term in offered(vocabulary(part, scale.value))
                        ),
                    ],
                )

    @property
    def scales(self) -> list[tuple[str, str, list[Any]]]:
        """(code, name, its two fields) of each scale."""
        return [
            (s.value, str(s.label), [self[vocabulary(part, s.value)] for part in PARTS])
            for s in Scale
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for part in PARTS if given.get("scale") else ():
            name = vocabulary(part, given["scale"])
            if not given.get(name) and name not in self.errors:
                self.add_error(
                    name, gettext("Choose a grade; one of them says it cannot be judged.")
                )
        return given

    @property
    def grading(self) -> dict[str, str]:
        scale = self.cleaned_data["scale"]
        parts = {part: self.cleaned_data[vocabulary(part, scale)] for part in PARTS}
        return {"scale": scale, **parts}
