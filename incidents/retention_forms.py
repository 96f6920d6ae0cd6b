"""Periods, holds and subject searches as officers type them. The verbs say what is wrong."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bordercoop.web.fields import CleanCharField, ComingDateField, TakesRefusals

from .models import Kept
from .sealed_content import FIELDS
from .sealed_forms import WIDEST


class PeriodForm(TakesRefusals):
    """A period from a day on."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("kept", "Kind"),
        choices=Kept.choices,
        error_messages={"required": _("Choose one from the list.")},
    )
    days = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=36_525,
        error_messages={"required": _("Give a number of days."), "invalid": _("Give a number.")},
    )
    starts_on = ComingDateField(label=_("Valid from"), max_length=40)
    ground = CleanCharField(label=_("Legal ground"), required=False, max_length=WIDEST)
    source = CleanCharField(label=_("Source"), required=False, max_length=WIDEST)
    confirmed = forms.BooleanField(
        label=_("The service has confirmed this period. From its day on data are purged."),
        required=False,
    )


class HoldForm(TakesRefusals):
    """Why nothing may be purged, and until which day."""

    reason = CleanCharField(label=_("Reason"), required=False, max_length=WIDEST)
    until = ComingDateField(label=_("Until (last day)"), required=False, max_length=40)


class LiftForm(TakesRefusals):
    reason = CleanCharField(label=_("Reason"), required=False, max_length=WIDEST)


class SubjectForm(TakesRefusals):
    """Whom to look for, and on whose request."""

    name = CleanCharField(label=_("Name in any script"), required=False, max_length=WIDEST)
    birth_date = CleanCharField(label=FIELDS["birth_date"], required=False, max_length=WIDEST)
    document_number = CleanCharField(
        label=FIELDS["document_number"], required=False, max_length=WIDEST
    )
    case_ref = CleanCharField(
        label=_("Reference of the request"), required=False, max_length=WIDEST
    )
    reason = CleanCharField(label=_("Reason"), required=False, max_length=WIDEST)
