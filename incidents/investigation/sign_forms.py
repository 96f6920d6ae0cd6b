"""Inspections and repairs of border signs as officers type them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..models import Condition
from .form_kit import Form, area, choice, day, line, moment
from .register import all_signs


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [one for one in (data if isinstance(data, list) else [data]) if one]


class InspectForm(Form):
    """One sign, as the own side sees it now."""

    condition = choice(pgettext_lazy("border sign", "Condition"), Condition.choices, look="tiles")
    seen = area(
        _("What you saw"), 2_000, note=_("Both sides read this. Needed unless the sign is good.")
    )
    at = moment(_("When"))
    photos = FilesField(label=_("Photos"), required=False)
    unit = choice(_("For which unit"), [])
    language = choice(_("Language of the text"), [])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["photos"]
        field.look = "photos"
        field.note = _(
            "Up to 6 pictures, JPEG or PNG. Both sides see them; place, device and owner are "
            "taken out of them."
        )


class RepairForm(Form):
    what = line(_("What is to be repaired"), 500)
    due = day(_("By which day"))
    unit = choice(_("Which unit sees to it"), [])
    language = choice(_("Language of the text"), [])


class FinishForm(Form):
    done_at = moment(_("Done when"), required=False)
    note = line(pgettext_lazy("repair", "Note"), 500)


class LineForm(Form):
    """A joint inspection that the own side proposes."""

    first = choice(_("From which sign"), [])
    last = choice(_("To which sign"), [])
    at = moment(_("When both meet"), ahead=True)
    note = line(_("What the other side should know"), 500)
    unit = choice(_("Your unit that goes"), [])
    language = choice(_("Language of the text"), [])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "last"):
            field: Any = self.fields[name]
            field.choices = [(sign.code, sign.name) for sign in all_signs()]


class AgreeForm(Form):
    unit = choice(_("Your unit that goes"), [])


class ResultForm(Form):
    """What both saw at one sign. `sign` and `version` say what was read."""

    sign = forms.CharField(widget=forms.HiddenInput, max_length=40)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000)
    condition = choice(pgettext_lazy("border sign", "Condition"), Condition.choices)
    seen = line(_("What both saw"), 2_000)
    language = choice(_("Language of the text"), [])
