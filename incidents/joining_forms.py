"""Linking and merging, as officers type them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.web.fields import CleanCharField, TakesRefusals

from .models import Audience, LinkKind

REASON_LONGEST = 500


class LinkForm(TakesRefusals):
    """Which other record, and what both have in common."""

    number = CleanCharField(
        label=_("Number of the other record"),
        max_length=30,
        error_messages={"required": _("Type the number of the other record.")},
    )
    kind = forms.ChoiceField(
        label=_("What they have in common"),
        choices=LinkKind.choices,
        error_messages={"required": _("Choose what they have in common.")},
    )
    audience = forms.ChoiceField(
        label=_("Who sees it"), choices=Audience.choices, initial=Audience.OWN
    )
    note = CleanCharField(label=_("In a few words"), max_length=REASON_LONGEST, required=False)


class ReasonForm(TakesRefusals):
    """Why something is taken away or taken back."""

    reason = CleanCharField(
        label=_("Reason"),
        max_length=REASON_LONGEST,
        error_messages={"required": _("Write the reason: others act on it.")},
    )


class MergeForm(ReasonForm):
    """Which of the two records lives on, and why they are one."""

    keep = forms.ChoiceField(
        label=_("Which record lives on"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which of the two lives on.")},
    )

    def __init__(self, *args: Any, numbers: list[tuple[str, str]], **kwargs: Any) -> None:
        """`numbers` of both records: (public id, number)."""
        super().__init__(*args, **kwargs)
        keep: Any = self.fields["keep"]
        keep.choices = numbers


class PairForm(TakesRefusals):
    """Who is told that the two reports are of one event."""

    audience = forms.ChoiceField(
        label=_("Who sees it"),
        choices=[
            (Audience.SHARED, pgettext_lazy("audience", "Both sides")),
            (Audience.OWN, pgettext_lazy("audience", "Own side only")),
        ],
        initial=Audience.SHARED,
    )
