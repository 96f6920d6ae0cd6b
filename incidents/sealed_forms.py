"""The sealed personal part as officers type it. The verbs say what is wrong."""

import uuid
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import User
from bordercoop.web.fields import CleanCharField, DateField, TakesRefusals

from .models import OpeningReason
from .sealed_content import CHOICES, FIELDS

WIDEST = 20_000  # what a form takes in before the verb says how long it may be


class OpenForm(TakesRefusals):
    """Why the sealed part is opened."""

    reason = forms.ChoiceField(
        label=_("Why do you open it?"),
        choices=OpeningReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why you open it.")},
    )
    text = CleanCharField(
        label=_("In a few words"),
        max_length=WIDEST,
        error_messages={"required": _("Write in a few words why.")},
    )
    desk = forms.CharField(required=False, widget=forms.HiddenInput)


class PersonForm(TakesRefusals):
    """What is known of a person; every field may stay empty."""

    client_ref = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in FIELDS.items():
            if name in CHOICES:
                made: Any = forms.ChoiceField(
                    label=label, required=False, choices=[("", "—"), *CHOICES[name].choices]
                )
            else:
                made = CleanCharField(label=label, required=False, max_length=WIDEST)
            self.fields[name] = made

    def content(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name) or "" for name in FIELDS}


class CorrectionForm(PersonForm):
    """The same fields, filled with what stands; `version` is the one they were read from."""

    version = forms.IntegerField(min_value=1, max_value=10**6, widget=forms.HiddenInput)
    reason = CleanCharField(label=_("Why it is corrected"), required=False, max_length=WIDEST)


class SealedReleaseForm(TakesRefusals):
    """A release of personal data; nothing is chosen beforehand."""

    FIELD_OF: ClassVar = {"fields": "fields_chosen"}

    persons = forms.MultipleChoiceField(label=pgettext_lazy("sealed", "People"), required=False)
    fields_chosen = forms.MultipleChoiceField(label=_("Fields"), required=False)
    desk = forms.ChoiceField(
        label=_("Desk"), error_messages={"required": _("Choose a desk that holds the incident.")}
    )
    legal_basis = forms.ChoiceField(
        label=_("Legal basis"),
        error_messages={"required": _("Choose a legal basis that is in force on your side.")},
    )
    purpose = CleanCharField(
        label=_("Purpose"),
        max_length=WIDEST,
        error_messages={"required": _("Write for what the personal data are needed.")},
    )
    recipient = CleanCharField(
        label=_("Recipient"),
        max_length=WIDEST,
        error_messages={"required": _("Name who at the desk receives them.")},
    )

    def offer(self, **choices: list[tuple[str, Any]]) -> None:
        for name, offered in choices.items():
            field: Any = self.fields[name]
            field.choices = offered


class ReadingsForm(forms.Form):
    """Filters of the reading log."""

    whose = forms.ChoiceField(
        required=False,
        choices=[
            ("", pgettext_lazy("readings", "Own side")),
            ("other", pgettext_lazy("readings", "The other side, of what is ours")),
        ],
    )
    officer = CleanCharField(label=_("User name"), required=False, max_length=120)
    number = CleanCharField(label=_("Incident number"), required=False, max_length=40)
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[("", "—"), *OpeningReason.choices]
    )
    since = DateField(label=_("From"), required=False, max_length=40)
    until = DateField(label=_("To"), required=False, max_length=40)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def day(self, name: str) -> date | None:
        given: date | None = self.cleaned_data.get(name)
        return given
