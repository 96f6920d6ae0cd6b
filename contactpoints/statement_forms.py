"""What an officer says of a line of a statement. The verbs say what is wrong."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.web.fields import CleanCharField, TakesRefusals

from .statements import ALIKE, DISPUTED, PROPOSED, Line

DEEDS = {
    "take": _("Read what the other side counts"),
    "propose": _("Propose another reading"),
    "stand": _("Let both counts stand side by side"),
    "answer": _("Answer"),
    "dispute": _("Dispute this line"),
}


def deeds_of(line: Line, side: str) -> list[str]:
    """What an officer of a side may say of the line as it stands, the likely first."""
    found = []
    if line.state != ALIKE and line.counts["LV"] != line.counts["BY"]:
        found += ["take", "propose", "stand"]
    elif line.state in (DISPUTED, PROPOSED):
        found += ["propose"]
    if line.state in (DISPUTED, PROPOSED):
        found.append("answer")
    if line.state != DISPUTED or line.disputed_by != side:
        found.append("dispute")
    return found


class LineForm(TakesRefusals):
    """What is said of a line: one of DEEDS, the reason, and for another reading its counts."""

    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    do = forms.ChoiceField(
        label=pgettext_lazy("line of a statement", "What your side says"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of these."),
            "invalid_choice": _("Choose one of these."),
        },
    )
    sent = CleanCharField(label=pgettext_lazy("ledger", "Sent"), max_length=8, required=False)
    answered = CleanCharField(
        label=pgettext_lazy("ledger", "Answered"), max_length=8, required=False
    )
    late = CleanCharField(label=pgettext_lazy("ledger", "Late"), max_length=8, required=False)
    text = CleanCharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea,
        error_messages={"required": _("Write why: both sides read it.")},
    )  # fmt: skip

    def __init__(self, *args: Any, line: Line, side: str, **kwargs: Any) -> None:
        other = line.counts["BY" if side == "LV" else "LV"]
        kwargs["initial"] = {**other, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        field: Any = self.fields["do"]
        field.choices = [(deed, DEEDS[deed]) for deed in deeds_of(line, side)]

    @property
    def reading(self) -> dict[str, Any]:
        """The three counts as numbers; what is none is left out, and the verb says so."""
        found = {}
        for name in ("sent", "answered", "late"):
            typed = self.cleaned_data.get(name, "")
            if typed.isascii() and typed.isdigit():
                found[name] = int(typed)
        return found
