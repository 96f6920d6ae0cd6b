"""What an officer types about an emergency broadcast. The verbs say what is wrong."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.web.fields import CleanCharField, TakesRefusals

from .models import Emergency, Unit


class BroadcastForm(TakesRefusals):
    """The unit that sends, what happened, and what is added in words."""

    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    what = forms.ChoiceField(
        label=_("What happened"),
        choices=Emergency.choices,
        initial=Emergency.VIOLENCE,
        error_messages={"invalid_choice": _("Choose what happened.")},
    )
    text = CleanCharField(label=_("Where, and what to do"), required=False, max_length=500)
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    sender = forms.ChoiceField(
        label=_("Sent for"), error_messages={"invalid_choice": _("Choose one from the list.")}
    )

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        self.units = {unit.code: unit for unit in units}
        super().__init__(*args, **kwargs)
        sender: Any = self.fields["sender"]
        sender.choices = [(unit.code, unit.name) for unit in units]

    @property
    def unit(self) -> Unit:
        return self.units[self.cleaned_data["sender"]]


class OutcomeForm(TakesRefusals):
    """How a broadcast ended."""

    outcome = CleanCharField(label=_("How it ended"), max_length=500)


class PhonedForm(TakesRefusals):
    """Who at a desk acknowledged by telephone, and what was said."""

    name = CleanCharField(label=pgettext_lazy("by telephone", "Who answered"), max_length=80)
    note = CleanCharField(label=pgettext_lazy("by telephone", "What will be done"), max_length=500)
