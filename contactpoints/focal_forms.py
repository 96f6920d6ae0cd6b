"""What is typed at a focal point. The verbs say what is wrong."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import offered
from bordercoop.reference.sides import Side
from bordercoop.web.fields import CleanCharField, ComingDateField, TakesRefusals

MUCH = 60_000  # taken in before the verb says how long it may be


def _text(label: Any, **more: Any) -> CleanCharField:
    return CleanCharField(label=label, required=False, max_length=MUCH, **more)


class SpanForm(TakesRefusals):
    """A first and a last day; the same `client_ref` is the same deed."""

    client_ref = forms.UUIDField(widget=forms.HiddenInput, required=False)
    starts_on = ComingDateField(label=_("First day"))
    ends_on = ComingDateField(label=_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_ref", uuid.uuid4())
        if "profile" in self.fields:
            field: Any = self.fields["profile"]
            field.choices = [(term.code, term.name) for term in offered("deployment_profile")]


class ExpertForm(SpanForm):
    name = _text(pgettext_lazy("person", "Name"))
    service = forms.ChoiceField(
        label=_("Service that sends the expert"),
        choices=[
            (Side.LV, _("State Border Guard of Latvia")),
            (Side.BY, _("State Border Committee of Belarus")),
            (Side.EU, "Frontex"),
        ],
    )
    profile = forms.ChoiceField(label=_("Profile"))
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=Language.choices, required=False
    )
    phone = _text(_("Telephone at the point"))
    legal_basis = _text(_("Legal basis of the stay"))
    executive_ground = _text(_("Executive powers: by what they were granted"))


class DeploymentForm(SpanForm):
    what = _text(_("What it is, in one line"))
    place = _text(_("Place"))


class ExpertiseForm(SpanForm):
    profile = forms.ChoiceField(label=_("Profile"))
    place = _text(_("Place"))
    reason = _text(_("What the expertise is needed for"), widget=forms.Textarea)
    language = forms.ChoiceField(label=_("Language of the text"), choices=Language.choices)


class AnswerForm(TakesRefusals):
    answer = _text(pgettext_lazy("request for expertise", "Answer"), widget=forms.Textarea)
