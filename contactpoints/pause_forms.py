"""What is typed to pause the exchange at a point."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.reference.models import terms
from bordercoop.web.fields import CleanCharField, TakesRefusals

from .models.pausing import REASON_MOST

HOURS = (
    ("1", pgettext_lazy("pause", "1 hour")),
    ("4", pgettext_lazy("pause", "4 hours")),
    ("12", pgettext_lazy("pause", "12 hours")),
    ("24", pgettext_lazy("pause", "24 hours")),
    ("72", pgettext_lazy("pause", "3 days")),
    ("168", pgettext_lazy("pause", "7 days")),
)


class PauseForm(TakesRefusals):
    """For how long, which category ("" for all), and why, in words that both sides read."""

    hours = forms.ChoiceField(label=_("For how long"), choices=HOURS, initial="4")
    category = forms.ChoiceField(label=_("What is paused"), required=False)
    reason = CleanCharField(
        label=_("Reason"),
        max_length=REASON_MOST,
        error_messages={"required": _("Write why it is paused: the other side reads it.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        known = terms("incident_category").values()
        field.choices = [
            ("", _("Everything")),
            *((term.code, term.name) for term in known if (term.facts or {}).get("crosses", True)),
        ]
